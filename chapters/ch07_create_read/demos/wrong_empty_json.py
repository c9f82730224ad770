from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlalchemy.ext.asyncio import async_sessionmaker

from chapters.ch07_create_read.app.database import engine
from chapters.ch07_create_read.app.main import lifespan
from chapters.ch07_create_read.app.models import User

SessionLocal = async_sessionmaker(engine)
app = FastAPI(lifespan=lifespan)


@app.post("/users/")
async def create_user(username: str, email: str):
    async with SessionLocal() as db:
        new_user = User(username=username, email=email, hashed_password="hashed_fake_password")
        db.add(new_user)
        await db.commit()
        return new_user


with TestClient(app) as client:
    response = client.post("/users/?username=nadia&email=nadia@example.com")
    print(response.status_code, response.text)
