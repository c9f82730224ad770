import asyncio

from sqlalchemy import select

from chapters.ch07_create_read.app.database import SessionLocal, create_tables, engine
from chapters.ch07_create_read.app.models import User


async def list_users():
    async with SessionLocal() as db:
        db.add(User(username="nadia", email="nadia@example.com", hashed_password="-"))
        await db.commit()
        result = await db.execute(select(User))
        users = result.all()
        print(type(users[0]), len(users[0]))
        print(users[0].username)


async def main():
    await create_tables()
    try:
        await list_users()
    finally:
        await engine.dispose()


asyncio.run(main())
