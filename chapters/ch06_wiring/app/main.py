from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI
from sqlalchemy import select

from . import users
from .database import DB, SessionLocal, create_tables, engine
from .models import User

FIRST_USERS = {
    "nadia": "nadia@example.com",
    "রহিম": "rahim@example.com",
    "आरव": "aarav@example.com",
    "priya": "priya@example.com",
}


async def add_first_users() -> None:
    async with SessionLocal() as session:
        if await session.scalar(select(User.id).limit(1)) is None:
            session.add_all(User(username=name, email=FIRST_USERS[name]) for name in FIRST_USERS)
            await session.commit()


@asynccontextmanager
async def lifespan(app: FastAPI) -> AsyncIterator[None]:
    await create_tables()
    await add_first_users()
    yield
    await engine.dispose()


app = FastAPI(title="Dokan", lifespan=lifespan)
app.include_router(users.router)


@app.get("/health")
async def health(db: DB) -> dict[str, str]:
    await db.execute(select(1))
    return {"status": "ok", "database": engine.dialect.name}
