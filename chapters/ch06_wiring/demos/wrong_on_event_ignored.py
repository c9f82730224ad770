from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlalchemy.exc import OperationalError

from chapters.ch06_wiring.app import users
from chapters.ch06_wiring.app.database import create_tables, engine


@asynccontextmanager
async def lifespan(app: FastAPI) -> AsyncIterator[None]:
    print("lifespan: the app starts")
    yield
    await engine.dispose()


app = FastAPI(lifespan=lifespan)
app.include_router(users.router)


@app.on_event("startup")
async def make_tables() -> None:
    print("on_event: making the tables")
    await create_tables()


with TestClient(app) as client:
    print("GET /users")
    try:
        client.get("/users")
    except OperationalError as error:
        print("OperationalError:", str(error).splitlines()[0])
