import asyncio

from sqlalchemy.ext.asyncio import async_sessionmaker

from chapters.ch02_session.app.database import create_empty_tables, engine
from chapters.ch02_session.app.models import User

SessionLocal = async_sessionmaker(engine)


async def main() -> None:
    await create_empty_tables()
    async with SessionLocal() as session:
        nadia = User(username="Nadia")
        session.add(nadia)
        await session.commit()
        print("Welcome,", nadia.username)


asyncio.run(main())
