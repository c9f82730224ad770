from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Annotated

from fastapi import FastAPI, HTTPException, Path, Query
from fastapi.concurrency import run_in_threadpool
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from .database import DB, create_tables, engine
from .models import User
from .passwords import hash_password
from .schemas import EmailIn, UserIn, UserOut

UserId = Annotated[int, Path(ge=1, le=2**31 - 1)]


@asynccontextmanager
async def lifespan(app: FastAPI) -> AsyncIterator[None]:
    await create_tables()
    yield
    await engine.dispose()


app = FastAPI(title="Dokan", lifespan=lifespan)


@app.post("/users", response_model=UserOut, status_code=201)
async def create_user(data: UserIn, db: DB) -> User:
    user = User(
        username=data.username,
        email=data.email,
        hashed_password=await run_in_threadpool(hash_password, data.password.get_secret_value()),
    )
    db.add(user)
    try:
        await db.commit()
    except IntegrityError:
        await db.rollback()
        raise HTTPException(409, "This username or email is taken") from None
    return user


@app.get("/users", response_model=list[UserOut])
async def list_users(db: DB, limit: Annotated[int, Query(ge=1, le=100)] = 20) -> Sequence[User]:
    result = await db.scalars(select(User).order_by(User.id).limit(limit))
    return result.all()


@app.get("/users/{user_id}", response_model=UserOut)
async def get_user(user_id: UserId, db: DB) -> User:
    user = await db.get(User, user_id)
    if user is None:
        raise HTTPException(404, "No user has this id")
    return user


@app.put("/users/{user_id}/email", response_model=UserOut)
async def change_email(user_id: UserId, data: EmailIn, db: DB) -> User:
    user = await db.get(User, user_id)
    if user is None:
        raise HTTPException(404, "No user has this id")
    others = select(User.id).where(User.email == data.email, User.id != user_id)
    if await db.scalar(others):
        raise HTTPException(409, "Somebody else has this email")
    try:
        user.email = data.email
        await db.commit()
    except IntegrityError:
        await db.rollback()
        raise HTTPException(409, "Somebody else was faster") from None
    return user
