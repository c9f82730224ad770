import json

from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlalchemy import select

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


@app.get("/users/")
async def read_users(db: DB):
    result = await db.execute(select(User))
    return result.scalars().all()


with TestClient(app) as client:
    client.post("/users/?username=nadia&email=nadia@example.com")
    for user in client.get("/users/").json():
        print(json.dumps(user, sort_keys=True))
