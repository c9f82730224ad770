import asyncio

from sqlalchemy import text

from chapters.ch02_session.app.database import SessionLocal, create_empty_tables, engine
from chapters.ch02_session.app.models import User


async def main() -> None:
    await create_empty_tables()
    async with SessionLocal() as session:
        nadia = User(username="Nadia")
        session.add(nadia)
        await session.commit()

        async with SessionLocal() as other:
            await other.execute(text("UPDATE users SET username = 'নাদিয়া'"))
            await other.commit()

        print("still in the object:", nadia.username)
        await session.refresh(nadia)
        print("after refresh:      ", nadia.username)
    await engine.dispose()


asyncio.run(main())
