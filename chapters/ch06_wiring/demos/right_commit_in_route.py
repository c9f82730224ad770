from fastapi import FastAPI, HTTPException
from fastapi.testclient import TestClient
from pydantic import BaseModel
from sqlalchemy.exc import IntegrityError

from chapters.ch06_wiring.app import users
from chapters.ch06_wiring.app.database import DB
from chapters.ch06_wiring.app.main import lifespan
from chapters.ch06_wiring.app.models import User


class UserIn(BaseModel):
    username: str
    email: str


app = FastAPI(lifespan=lifespan)
app.include_router(users.router)


@app.post("/users")
async def create_user(data: UserIn, db: DB) -> str:
    db.add(User(**data.model_dump()))
    try:
        await db.commit()
    except IntegrityError:
        await db.rollback()
        raise HTTPException(409, "This username or email is taken") from None
    return f"{data.username} is saved"


with TestClient(app) as client:
    for email in ("nadia@example.com", "kamal@example.com"):
        reply = client.post("/users", json={"username": "kamal", "email": email})
        print("client got:", reply.status_code, reply.text)
    print("in the table:", [user["username"] for user in client.get("/users").json()])
