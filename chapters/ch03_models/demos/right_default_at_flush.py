import asyncio

from chapters.ch03_models.app.database import SessionLocal, create_empty_tables, engine
from chapters.ch03_models.app.models import User


async def main() -> None:
    await create_empty_tables()
    async with SessionLocal() as session:
        rahim = User(username="rahim", email="rahim@example.com", hashed_password="made up")
        print("new object: ", rahim.is_active)
        session.add(rahim)
        print("after add:  ", rahim.is_active)
        await session.flush()
        print("after flush:", rahim.is_active)
    await engine.dispose()


asyncio.run(main())
