import asyncio
from datetime import datetime, timedelta, timezone
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError, OperationalError
from sqlalchemy.schema import CreateIndex, CreateTable

from .database import Base, SessionLocal, create_empty_tables, engine
from .models import Payment, User

DHAKA = timezone(timedelta(hours=6))


def show_tables() -> None:
    for table in Base.metadata.sorted_tables:
        print(str(CreateTable(table).compile(engine.sync_engine)).strip())
        for index in table.indexes:
            print(CreateIndex(index).compile(engine.sync_engine))
        print()


async def save_rows() -> None:
    nadia = User(username="nadia", email="nadia@example.com", hashed_password="not a real one")
    payment = Payment(
        payer="নাদিয়া", amount=Decimal("19.99"), paid_at=datetime(2026, 11, 20, 14, 30, tzinfo=DHAKA)
    )
    async with SessionLocal() as session:
        session.add_all([nadia, payment])
        print("before flush: is_active =", nadia.is_active)
        await session.flush()
        print("after flush:  is_active =", nadia.is_active)
        await session.commit()


async def read_rows() -> None:
    async with SessionLocal() as session:
        payment = await session.scalar(select(Payment))
        assert payment is not None
        print("payer:  ", payment.payer)
        print("amount: ", repr(payment.amount))
        print("method: ", payment.method)
        print("note:   ", payment.note)
        print("paid_at:", payment.paid_at)


async def break_the_rule() -> None:
    async with SessionLocal() as session:
        session.add(Payment(payer="आरव", amount=Decimal("-5.00")))
        try:
            await session.commit()
        except (IntegrityError, OperationalError) as error:
            print("refused:", error.orig)


async def main() -> None:
    await create_empty_tables()
    show_tables()
    await save_rows()
    await read_rows()
    await break_the_rule()
    await engine.dispose()


if __name__ == "__main__":
    asyncio.run(main())
