from decimal import Decimal

from fastapi import FastAPI
from fastapi.testclient import TestClient
from pydantic import BaseModel

from chapters.ch08_update_delete.app.database import DB
from chapters.ch08_update_delete.app.main import app as dokan
from chapters.ch08_update_delete.app.main import find_product, lifespan
from chapters.ch08_update_delete.app.schemas import ProductOut


class ProductPatch(BaseModel):
    description: str | None = None
    price: Decimal | None = None
    stock_quantity: int = 0


app = FastAPI(lifespan=lifespan)
app.mount("/dokan", dokan)


@app.patch("/products/{product_id}", response_model=ProductOut)
async def change_product(product_id: int, data: ProductPatch, db: DB):
    product = await find_product(product_id, db)
    for field, value in data.model_dump().items():
        setattr(product, field, value)
    await db.commit()
    return product


TEA = {"name": "চা", "description": "First flush", "price": "120.00", "stock_quantity": 12}

with TestClient(app) as client:
    print("before:", client.post("/dokan/products", json=TEA).text)
    print("PATCH: ", '{"price":"130.00"}')
    print("after: ", client.patch("/products/1", json={"price": "130.00"}).text)
