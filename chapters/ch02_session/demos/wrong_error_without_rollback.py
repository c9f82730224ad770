import asyncio

from sqlalchemy.exc import IntegrityError

from chapters.ch02_session.app.database import SessionLocal, create_empty_tables, engine
from chapters.ch02_session.app.models import User


async def main() -> None:
    await create_empty_tables()
    async with SessionLocal() as session:
        session.add(User(username="Nadia"))
        await session.commit()
        session.add(User(username="Nadia"))
        try:
            await session.commit()
        except IntegrityError:
            print("Nadia is taken, so Rahim gets his account")
        session.add(User(username="Rahim"))
        await session.commit()
    await engine.dispose()


asyncio.run(main())
