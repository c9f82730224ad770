import asyncio

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from chapters.ch02_session.app.database import SessionLocal, create_empty_tables, engine
from chapters.ch02_session.app.models import User


async def main() -> None:
    await create_empty_tables()
    async with SessionLocal() as session:
        session.add_all([User(username="Nadia"), User(username="Rahim")])
        await session.commit()

        rahim = (await session.scalars(select(User).where(User.username == "Rahim"))).one()
        rahim.username = "Nadia"
        try:
            await session.commit()
        except IntegrityError:
            await session.rollback()
        print("still called", rahim.username)
    await engine.dispose()


asyncio.run(main())
