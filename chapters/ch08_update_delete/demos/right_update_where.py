import asyncio

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from chapters.ch08_update_delete.app.database import SessionLocal, create_tables, engine
from chapters.ch08_update_delete.app.models import Product


async def change_price(db: AsyncSession, name: str, price: int) -> None:
    result = await db.execute(update(Product).where(Product.name == name).values(price=price))
    await db.commit()
    print("rows changed:", result.rowcount)  # type: ignore[attr-defined]


async def main() -> None:
    await create_tables()
    async with SessionLocal() as db:
        for name, price in [("চা", 120), ("Notebook", 45), ("आम", 90)]:
            db.add(Product(name=name, price=price))
        await db.commit()

        await change_price(db, "চা", 130)
        await change_price(db, "Coffee", 130)

        products = await db.scalars(select(Product).order_by(Product.id))
        print([(product.name, str(product.price)) for product in products])
    await engine.dispose()


asyncio.run(main())
