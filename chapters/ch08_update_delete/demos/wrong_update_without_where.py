import asyncio

from sqlalchemy import select, update

from chapters.ch08_update_delete.app.database import SessionLocal, create_tables, engine
from chapters.ch08_update_delete.app.models import Product


async def main():
    await create_tables()
    async with SessionLocal() as db:
        for name, price in [("চা", 120), ("Notebook", 45), ("आम", 90)]:
            db.add(Product(name=name, price=price))
        await db.commit()

        result = await db.execute(update(Product).values(price=130))
        await db.commit()
        print("rows changed:", result.rowcount)

        products = await db.scalars(select(Product).order_by(Product.id))
        print([(product.name, str(product.price)) for product in products])
    await engine.dispose()


asyncio.run(main())
