from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Annotated

from fastapi import FastAPI, HTTPException, Path
from fastapi.concurrency import run_in_threadpool
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from .database import DB, create_tables, engine
from .models import Product, User
from .passwords import hash_password
from .schemas import ProductIn, ProductOut, ProductPatch, ProductPut, UserIn, UserOut

ProductId = Annotated[int, Path(ge=1, le=2**31 - 1)]


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
async def list_users(db: DB) -> Sequence[User]:
    return (await db.scalars(select(User).order_by(User.id).limit(100))).all()


@app.post("/products", response_model=ProductOut, status_code=201)
async def create_product(data: ProductIn, db: DB) -> Product:
    product = Product(**data.model_dump())
    db.add(product)
    await db.commit()
    await db.refresh(product)
    return product


@app.get("/products", response_model=list[ProductOut])
async def list_products(db: DB) -> Sequence[Product]:
    return (await db.scalars(select(Product).order_by(Product.id).limit(100))).all()


async def find_product(product_id: int, db: DB) -> Product:
    product = await db.get(Product, product_id)
    if product is None:
        raise HTTPException(404, "No product has this id")
    return product


@app.get("/products/{product_id}", response_model=ProductOut)
async def get_product(product_id: ProductId, db: DB) -> Product:
    return await find_product(product_id, db)


@app.put("/products/{product_id}", response_model=ProductOut)
async def replace_product(product_id: ProductId, data: ProductPut, db: DB) -> Product:
    product = await find_product(product_id, db)
    product.name = data.name
    product.description = data.description
    product.price = data.price
    product.stock_quantity = data.stock_quantity
    await db.commit()
    await db.refresh(product)
    return product


@app.patch("/products/{product_id}", response_model=ProductOut)
async def change_product(product_id: ProductId, data: ProductPatch, db: DB) -> Product:
    product = await find_product(product_id, db)
    for field, value in data.model_dump(exclude_unset=True).items():
        setattr(product, field, value)
    await db.commit()
    await db.refresh(product)
    return product


@app.delete("/products/{product_id}", status_code=204)
async def delete_product(product_id: ProductId, db: DB) -> None:
    product = await find_product(product_id, db)
    await db.delete(product)
    await db.commit()
