import asyncio

from sqlalchemy import select
from sqlalchemy.ext.asyncio import async_sessionmaker

from chapters.ch02_session.app.database import create_empty_tables, engine
from chapters.ch02_session.app.models import User

SessionLocal = async_sessionmaker(autocommit=False, autoflush=False, bind=engine)


async def main() -> None:
    await create_empty_tables()
    async with SessionLocal() as session:
        session.add(User(username="Nadia"))
        found = await session.scalar(select(User).where(User.username == "Nadia"))
        print("Nadia found:", found)
    await engine.dispose()


asyncio.run(main())
