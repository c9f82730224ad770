import asyncio
from decimal import Decimal

from chapters.ch07_create_read.app.database import SessionLocal, create_tables, engine
from chapters.ch07_create_read.app.models import Product


async def main() -> None:
    await create_tables()
    async with SessionLocal() as db:
        tea = Product(name="दार्जिलिंग चाय", price=Decimal("120.5"))
        db.add(tea)
        await db.commit()
        print(tea.id, tea.stock_quantity, tea.price)
        await db.refresh(tea)
        print(tea.id, tea.stock_quantity, tea.price)
    await engine.dispose()


asyncio.run(main())
