import asyncio

from chapters.ch02_session.app.database import SessionLocal, create_empty_tables, engine
from chapters.ch02_session.app.models import User


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
    await engine.dispose()


asyncio.run(main())
