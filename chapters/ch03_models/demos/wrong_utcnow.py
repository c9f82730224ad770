import asyncio
from datetime import UTC, datetime

from sqlalchemy import DateTime, select
from sqlalchemy.orm import Mapped, mapped_column

from chapters.ch03_models.app.database import Base, SessionLocal, create_empty_tables, engine


class Delivery(Base):
    __tablename__ = "deliveries"

    id: Mapped[int] = mapped_column(primary_key=True)
    created_at: Mapped[datetime] = mapped_column(DateTime, default=datetime.utcnow)


async def main() -> None:
    await create_empty_tables()
    async with SessionLocal() as session:
        session.add(Delivery())
        await session.commit()
        delivery = (await session.scalars(select(Delivery))).one()
    await engine.dispose()
    print("time zone:", delivery.created_at.tzinfo)
    print("is it late?", delivery.created_at < datetime.now(UTC))


asyncio.run(main())
