from fastapi import FastAPI

from chapters.ch08_update_delete.app.database import DB
from chapters.ch08_update_delete.app.main import find_product, lifespan

app = FastAPI(lifespan=lifespan)


@app.delete("/products/{product_id}", status_code=204)
async def delete_product(product_id: int, db: DB) -> dict[str, bool]:
    product = await find_product(product_id, db)
    await db.delete(product)
    await db.commit()
    return {"deleted": True}
