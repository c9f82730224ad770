from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Annotated

from fastapi import FastAPI, HTTPException, Path, Query
from fastapi.concurrency import run_in_threadpool
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError, OperationalError

from . import models
from .database import DB, create_tables, engine
from .passwords import hash_password
from .schemas import ProductIn, ProductOut, UserIn, UserOut


@asynccontextmanager
async def lifespan(app: FastAPI) -> AsyncIterator[None]:
    await create_tables()
    yield
    await engine.dispose()


app = FastAPI(title="Dokan", lifespan=lifespan)


@app.post("/users", response_model=UserOut, status_code=201)
async def create_user(data: UserIn, db: DB) -> models.User:
    user = models.User(
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
async def list_users(
    db: DB, limit: Annotated[int, Query(ge=1, le=100)] = 20
) -> Sequence[models.User]:
    result = await db.scalars(select(models.User).order_by(models.User.id).limit(limit))
    return result.all()


# Both routes below are ready: they wait for the class Product in models.py.


@app.post("/products", response_model=ProductOut, status_code=201)
async def create_product(data: ProductIn, db: DB) -> object:
    # What the client leaves out is left to the model.
    product = models.Product(**data.model_dump(exclude_unset=True))
    db.add(product)
    try:
        await db.commit()
    except (IntegrityError, OperationalError):  # MariaDB: OperationalError for a check
        await db.rollback()
        raise HTTPException(409, "The database refuses this product") from None
    return product


@app.get("/products/{product_id}", response_model=ProductOut)
async def get_product(product_id: Annotated[int, Path(ge=1, le=2**31 - 1)], db: DB) -> object:
    product = await db.get(models.Product, product_id)
    if product is None:
        raise HTTPException(404, "No product has this id")
    return product
