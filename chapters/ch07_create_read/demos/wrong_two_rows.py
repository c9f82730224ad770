import asyncio

from sqlalchemy import select

from chapters.ch07_create_read.app.database import SessionLocal, create_tables, engine
from chapters.ch07_create_read.app.models import Product


async def find_tea():
    async with SessionLocal() as db:
        db.add(Product(name="দার্জিলিং চা", price=120))
        db.add(Product(name="দার্জিলিং চা", price=150))
        await db.commit()
        result = await db.execute(select(Product).where(Product.name == "দার্জিলিং চা"))
        print(result.scalar_one_or_none())


async def main():
    await create_tables()
    try:
        await find_tea()
    finally:
        await engine.dispose()


asyncio.run(main())
