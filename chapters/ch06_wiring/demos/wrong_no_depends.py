from fastapi import FastAPI
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from chapters.ch06_wiring.app.models import User

app = FastAPI()


@app.get("/users/first")
async def first_user(db: AsyncSession) -> str | None:
    return await db.scalar(select(User.username).order_by(User.id))
