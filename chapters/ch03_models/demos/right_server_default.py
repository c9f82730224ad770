import asyncio

from sqlalchemy import select, text

from chapters.ch03_models.app.database import SessionLocal, create_empty_tables, engine
from chapters.ch03_models.app.models import Payment

ADD_PAYMENT = (
    "INSERT INTO payments (payer, amount, paid_at) VALUES ('রহিম', 35.50, '2026-11-20 08:30:00')"
)


async def main() -> None:
    await create_empty_tables()
    async with SessionLocal() as session:
        await session.execute(text(ADD_PAYMENT))
        await session.commit()
        payment = (await session.scalars(select(Payment))).one()
    await engine.dispose()
    print(payment.payer, "paid by", payment.method)


asyncio.run(main())
