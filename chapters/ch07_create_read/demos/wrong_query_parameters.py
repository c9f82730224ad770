from fastapi import FastAPI
from fastapi.testclient import TestClient

from chapters.ch07_create_read.app.database import DB
from chapters.ch07_create_read.app.main import lifespan
from chapters.ch07_create_read.app.models import User

app = FastAPI(lifespan=lifespan)


@app.post("/users/")
async def create_user(username: str, email: str, db: DB):
    new_user = User(username=username, email=email, hashed_password="hashed_fake_password")
    db.add(new_user)
    await db.commit()
    await db.refresh(new_user)
    return new_user


with TestClient(app) as client:
    response = client.post("/users/?username=nadia&email=nadia@example.com")
    print(response.status_code, "POST", response.request.url)
    response = client.post("/users/", json={"username": "rahim", "email": "rahim@example.com"})
    print(response.status_code, "POST", response.request.url)
    for error in response.json()["detail"]:
        print(error["loc"], error["msg"])
