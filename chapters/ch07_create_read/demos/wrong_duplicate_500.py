from fastapi import FastAPI
from fastapi.testclient import TestClient
from pydantic import BaseModel

from chapters.ch07_create_read.app.database import DB
from chapters.ch07_create_read.app.main import lifespan
from chapters.ch07_create_read.app.models import User
from chapters.ch07_create_read.app.schemas import UserOut


class UserIn(BaseModel):
    username: str
    email: str


app = FastAPI(lifespan=lifespan)


@app.post("/users", response_model=UserOut, status_code=201)
async def create_user(data: UserIn, db: DB):
    user = User(username=data.username, email=data.email, hashed_password="hashed_fake_password")
    db.add(user)
    await db.commit()
    return user


with TestClient(app) as client:
    print(client.post("/users", json={"username": "nadia", "email": "nadia@example.com"}).json())
    print(client.post("/users", json={"username": "nadia", "email": "n@example.com"}).json())
