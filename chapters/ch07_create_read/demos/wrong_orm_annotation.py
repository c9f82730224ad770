from collections.abc import Sequence

from fastapi import FastAPI
from sqlalchemy import select

from chapters.ch07_create_read.app.database import DB
from chapters.ch07_create_read.app.models import User

app = FastAPI()


@app.get("/users")
async def list_users(db: DB) -> Sequence[User]:
    result = await db.scalars(select(User).order_by(User.id))
    return result.all()
