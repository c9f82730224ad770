import asyncio
from decimal import Decimal

from sqlalchemy import make_url, select
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.schema import CreateTable

from chapters.ch03_models.app.database import Base, SessionLocal, create_empty_tables, engine


class TeaPayment(Base):
    __tablename__ = "tea_payments"

    id: Mapped[int] = mapped_column(primary_key=True)
    amount: Mapped[Decimal]


async def main() -> None:
    mariadb = make_url("mariadb+aiomysql://").get_dialect()()
    print(str(CreateTable(TeaPayment.__table__).compile(dialect=mariadb)).strip())
    await create_empty_tables()
    async with SessionLocal() as session:
        session.add(TeaPayment(amount=Decimal("19.99")))
        await session.commit()
    async with SessionLocal() as session:
        print("SQLite gives back:")
        print(repr(await session.scalar(select(TeaPayment.amount))))
    await engine.dispose()


asyncio.run(main())
