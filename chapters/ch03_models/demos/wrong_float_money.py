import asyncio

from sqlalchemy import Float, func, select
from sqlalchemy.orm import Mapped, mapped_column

from chapters.ch03_models.app.database import Base, SessionLocal, create_empty_tables, engine


class TeaPayment(Base):
    __tablename__ = "tea_payments"

    id: Mapped[int] = mapped_column(primary_key=True)
    amount: Mapped[float] = mapped_column(Float)


async def main() -> None:
    await create_empty_tables()
    async with SessionLocal() as session:
        session.add_all([TeaPayment(amount=0.10), TeaPayment(amount=0.20)])
        await session.commit()
        total = await session.scalar(select(func.sum(TeaPayment.amount)))
    print("Nadia owes 0.30. Paid in full:", total == 0.30)
    print(total)
    await engine.dispose()


asyncio.run(main())
