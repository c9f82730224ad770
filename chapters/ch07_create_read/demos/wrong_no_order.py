import asyncio

from sqlalchemy import select

from chapters.ch07_create_read.app.database import SessionLocal, create_tables, engine
from chapters.ch07_create_read.app.models import User


async def main():
    await create_tables()
    async with SessionLocal() as db:
        for name in ("rahim", "priya", "aarav"):
            db.add(User(username=name, email=f"{name}@example.com", hashed_password="-"))
        await db.commit()
        users = await db.scalars(select(User))
        print([user.username for user in users])
        usernames = await db.scalars(select(User.username))
        print(usernames.all())
    await engine.dispose()


asyncio.run(main())
