import asyncio
import logging
import sys

from chapters.ch08_update_delete.app.database import SessionLocal, create_tables, engine
from chapters.ch08_update_delete.app.models import Product

logging.basicConfig(format="%(message)s", stream=sys.stdout)


async def main() -> None:
    await create_tables()
    async with SessionLocal() as db:
        tea = Product(name="চা", price=120, stock_quantity=12)
        db.add(tea)
        await db.commit()

        logging.getLogger("sqlalchemy.engine").setLevel(logging.INFO)
        print("--- another stock")
        tea.stock_quantity = 11
        await db.commit()
        print("--- the same stock")
        tea.stock_quantity = 11
        await db.commit()
    logging.getLogger("sqlalchemy.engine").setLevel(logging.WARNING)
    await engine.dispose()


asyncio.run(main())
