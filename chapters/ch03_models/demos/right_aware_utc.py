import asyncio
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal

from sqlalchemy import select

from chapters.ch03_models.app.database import SessionLocal, create_empty_tables, engine
from chapters.ch03_models.app.models import Payment

DHAKA = timezone(timedelta(hours=6))
PAID_AT = datetime(2026, 11, 20, 14, 30, tzinfo=DHAKA)


async def main() -> None:
    await create_empty_tables()
    async with SessionLocal() as session:
        session.add(Payment(payer="Priya", amount=Decimal("120.50"), paid_at=PAID_AT))
        await session.commit()
    async with SessionLocal() as session:
        paid_at = (await session.scalars(select(Payment.paid_at))).one()
    await engine.dispose()
    print(paid_at)
    print("the same moment:", paid_at == PAID_AT)
    print("in the past:", paid_at < datetime(2026, 12, 1, tzinfo=UTC))


asyncio.run(main())
