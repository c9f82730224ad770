import asyncio
from decimal import Decimal

from sqlalchemy import func, select

from chapters.ch03_models.app.database import SessionLocal, create_empty_tables, engine
from chapters.ch03_models.app.models import Payment


async def main() -> None:
    await create_empty_tables()
    async with SessionLocal() as session:
        session.add(Payment(payer="Nadia", amount=Decimal("0.10")))
        session.add(Payment(payer="Nadia", amount=Decimal("0.20")))
        await session.commit()
        total = await session.scalar(select(func.sum(Payment.amount)))
    print("Nadia owes 0.30. Paid in full:", total == Decimal("0.30"))
    print(repr(total))
    await engine.dispose()


asyncio.run(main())
