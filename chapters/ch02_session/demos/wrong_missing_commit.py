import asyncio

from sqlalchemy import func, select

from chapters.ch02_session.app.database import SessionLocal, create_empty_tables, engine
from chapters.ch02_session.app.models import User


async def main() -> None:
    await create_empty_tables()
    async with SessionLocal() as session:
        nadia = User(username="Nadia")
        session.add(nadia)
        await session.flush()
        print("Nadia has the id", nadia.id)
    async with SessionLocal() as session:
        users = await session.scalar(select(func.count()).select_from(User))
    print("users in the table:", users)
    await engine.dispose()


asyncio.run(main())
