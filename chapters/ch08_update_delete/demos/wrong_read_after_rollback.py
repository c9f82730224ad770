import asyncio
from decimal import Decimal

from sqlalchemy.exc import IntegrityError, SQLAlchemyError

from chapters.ch08_update_delete.app.database import SessionLocal, create_tables, engine
from chapters.ch08_update_delete.app.models import Product


async def change_price():
    async with SessionLocal() as db:
        tea = Product(name="চা", price=Decimal(120))
        db.add(tea)
        await db.commit()
        tea.price = Decimal(-1)
        try:
            await db.commit()
        except IntegrityError:
            await db.rollback()
            print("This price will not do:", tea.name)


async def main():
    await create_tables()
    try:
        await change_price()
    except SQLAlchemyError as error:
        message = f"{type(error).__name__}: {error}"
    await engine.dispose()
    print(message)


asyncio.run(main())
