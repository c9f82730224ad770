from fastapi import FastAPI
from fastapi.testclient import TestClient

from chapters.ch08_update_delete.app.database import DB
from chapters.ch08_update_delete.app.main import app as dokan
from chapters.ch08_update_delete.app.main import find_product, lifespan

app = FastAPI(lifespan=lifespan)
app.mount("/dokan", dokan)


@app.delete("/products/{product_id}", status_code=204)
async def delete_product(product_id: int, db: DB) -> None:
    product = await find_product(product_id, db)
    db.delete(product)
    await db.commit()


with TestClient(app) as client:
    client.post("/dokan/products", json={"name": "চা", "price": "120.00"})
    print("DELETE", client.delete("/products/1").status_code)
    response = client.get("/dokan/products/1")
    print("GET", response.status_code, response.text)
