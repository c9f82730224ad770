from collections.abc import AsyncIterator
from typing import Annotated

from fastapi import Depends, FastAPI
from fastapi.testclient import TestClient
from pydantic import BaseModel
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.types import Message, Receive, Scope, Send

from chapters.ch06_wiring.app import users
from chapters.ch06_wiring.app.database import SessionLocal
from chapters.ch06_wiring.app.main import lifespan
from chapters.ch06_wiring.app.models import User

log: list[str] = []


class UserIn(BaseModel):
    username: str
    email: str


async def get_db() -> AsyncIterator[AsyncSession]:
    async with SessionLocal() as session:
        yield session
        try:
            await session.commit()
        except IntegrityError as error:
            log.append(f"IntegrityError: {error.orig}")
            raise


app = FastAPI(lifespan=lifespan)
app.include_router(users.router)


@app.post("/users")
async def create_user(data: UserIn, db: Annotated[AsyncSession, Depends(get_db)]) -> str:
    db.add(User(**data.model_dump()))
    return f"{data.username} is saved"


async def logging_app(scope: Scope, receive: Receive, send: Send) -> None:
    async def log_and_send(message: Message) -> None:
        if message["type"] == "http.response.start":
            log.append(f"response leaves: {message['status']}")
        await send(message)

    await app(scope, receive, log_and_send)


with TestClient(logging_app, raise_server_exceptions=False) as client:
    reply = client.post("/users", json={"username": "kamal", "email": "nadia@example.com"})
    print("client got:", reply.status_code, reply.text)
    print("in the table:", [user["username"] for user in client.get("/users").json()])
print("on the server, in this order:", *log[:2], sep="\n")
