import asyncio

from sqlalchemy.ext.asyncio import async_sessionmaker

from chapters.ch02_session.app.database import create_empty_tables, engine
from chapters.ch02_session.app.models import User

SessionLocal = async_sessionmaker(engine)


async def create_user(username: str) -> User:
    async with SessionLocal() as session:
        user = User(username=username)
        session.add(user)
        await session.commit()
        return user


async def main() -> None:
    await create_empty_tables()
    nadia = await create_user("Nadia")
    print("Welcome,", nadia.username)


asyncio.run(main())
