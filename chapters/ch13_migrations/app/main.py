from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

from fastapi import FastAPI, HTTPException
from fastapi.concurrency import run_in_threadpool
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from .database import DB, engine, refuse_other_columns
from .models import Product, User
from .passwords import hash_password
from .schemas import ProductIn, ProductOut, UserIn, UserOut


@asynccontextmanager
async def lifespan(app: FastAPI) -> AsyncIterator[None]:
    async with engine.connect() as connection:
        await connection.run_sync(refuse_other_columns)
    yield
    await engine.dispose()


app = FastAPI(title="Dokan", lifespan=lifespan)


@app.post("/users", response_model=UserOut, status_code=201)
async def create_user(data: UserIn, db: DB) -> User:
    user = User(
        username=data.username,
        display_name=data.display_name,
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
async def list_users(db: DB) -> Sequence[User]:
    result = await db.scalars(select(User).order_by(User.id))
    return result.all()


@app.post("/products", response_model=ProductOut, status_code=201)
async def create_product(data: ProductIn, db: DB) -> Product:
    product = Product(**data.model_dump())
    db.add(product)
    await db.commit()
    await db.refresh(product)
    return product


@app.get("/products", response_model=list[ProductOut])
async def list_products(db: DB) -> Sequence[Product]:
    result = await db.scalars(select(Product).order_by(Product.id))
    return result.all()
