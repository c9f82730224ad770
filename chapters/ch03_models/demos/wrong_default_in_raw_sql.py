import asyncio

from sqlalchemy import text

from chapters.ch03_models.app.database import SessionLocal, create_empty_tables, engine
from chapters.ch03_models.app.models import User

ADD_RAHIM = (
    "INSERT INTO users (username, email, hashed_password)"
    " VALUES ('rahim', 'rahim@example.com', 'made up')"
)


async def main() -> None:
    await create_empty_tables()
    async with SessionLocal() as session:
        session.add(User(username="nadia", email="nadia@example.com", hashed_password="made up"))
        await session.commit()
        print("Nadia, added by the ORM, is there")
        await session.execute(text(ADD_RAHIM))
        await session.commit()
    await engine.dispose()


asyncio.run(main())
