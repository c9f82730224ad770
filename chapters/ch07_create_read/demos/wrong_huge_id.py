from fastapi import FastAPI, HTTPException
from fastapi.testclient import TestClient

from chapters.ch07_create_read.app.database import DB
from chapters.ch07_create_read.app.main import lifespan
from chapters.ch07_create_read.app.models import Product
from chapters.ch07_create_read.app.schemas import ProductOut

app = FastAPI(lifespan=lifespan)


@app.get("/products/{product_id}", response_model=ProductOut)
async def get_product(product_id: int, db: DB):
    product = await db.get(Product, product_id)
    if product is None:
        raise HTTPException(404, "No product has this id")
    return product


with TestClient(app) as client:
    print(client.get("/products/999").json())
    print(client.get("/products/1000000000000000000000000000000").json())
