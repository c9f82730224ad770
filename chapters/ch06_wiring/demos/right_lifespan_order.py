from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI
from fastapi.testclient import TestClient

from chapters.ch06_wiring.app import users
from chapters.ch06_wiring.app.database import create_tables, engine


@asynccontextmanager
async def lifespan(app: FastAPI) -> AsyncIterator[None]:
    await create_tables()
    print("1 start: the tables are there")
    yield
    print("3 stop: ", engine.pool.status())
    await engine.dispose()
    print("4 after dispose:", engine.pool.status())


app = FastAPI(lifespan=lifespan)
app.include_router(users.router)

with TestClient(app) as client:
    print("2 GET /users ->", client.get("/users").status_code)
