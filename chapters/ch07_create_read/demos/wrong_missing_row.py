from fastapi import FastAPI
from fastapi.testclient import TestClient

from chapters.ch07_create_read.app.database import DB
from chapters.ch07_create_read.app.main import lifespan
from chapters.ch07_create_read.app.models import Product
from chapters.ch07_create_read.app.schemas import ProductOut

app = FastAPI(lifespan=lifespan)


@app.get("/products/{product_id}", response_model=ProductOut)
async def get_product(product_id: int, db: DB):
    return await db.get(Product, product_id)


with TestClient(app) as client:
    client.get("/products/999")
