import asyncio

from sqlalchemy import select
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
            await session.rollback()
            print("Nadia is taken, so Rahim gets his account")
        session.add(User(username="Rahim"))
        await session.commit()
        usernames = await session.scalars(select(User.username).order_by(User.id))
        print(usernames.all())
    await engine.dispose()


asyncio.run(main())
