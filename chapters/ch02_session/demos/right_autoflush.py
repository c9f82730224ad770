import asyncio

from sqlalchemy import select, text

from chapters.ch02_session.app.database import SessionLocal, create_empty_tables, engine
from chapters.ch02_session.app.models import User


async def main() -> None:
    await create_empty_tables()
    async with SessionLocal() as session:
        session.add(User(username="Nadia"))
        found = await session.scalar(select(User).where(User.username == "Nadia"))
        print("Nadia found:", found is not None)

        session.add(User(username="Rahim"))
        print("rows for plain SQL:", await session.scalar(text("SELECT count(*) FROM users")))
    await engine.dispose()


asyncio.run(main())
