from decimal import Decimal

from fastapi import FastAPI
from fastapi.testclient import TestClient
from pydantic import BaseModel

from chapters.ch08_update_delete.app.database import DB
from chapters.ch08_update_delete.app.main import app as dokan
from chapters.ch08_update_delete.app.main import find_product, lifespan
from chapters.ch08_update_delete.app.schemas import ProductOut


class ProductPatch(BaseModel):
    name: str | None = None
    price: Decimal | None = None


app = FastAPI(lifespan=lifespan)
app.mount("/dokan", dokan)


@app.patch("/products/{product_id}", response_model=ProductOut)
async def change_product(product_id: int, data: ProductPatch, db: DB):
    product = await find_product(product_id, db)
    for field, value in data.model_dump(exclude_unset=True).items():
        setattr(product, field, value)
    await db.commit()
    return product


with TestClient(app) as client:
    client.post("/dokan/products", json={"name": "চা", "price": "120.00"})
    client.patch("/products/1", json={"name": None})
