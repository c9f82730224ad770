import asyncio

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from chapters.ch08_update_delete.app.database import SessionLocal, create_tables, engine
from chapters.ch08_update_delete.app.models import User


async def main() -> None:
    await create_tables()
    async with SessionLocal() as db:
        rahim = User(username="rahim", email="rahim@example.com", hashed_password="-")
        db.add(rahim)
        await db.commit()

        rahim.is_active = False
        await db.commit()
        print("all:   ", (await db.scalars(select(User.username))).all())
        print("active:", (await db.scalars(select(User.username).where(User.is_active))).all())

        db.add(User(username="rahim", email="new@example.com", hashed_password="-"))
        try:
            await db.commit()
        except IntegrityError as error:
            await db.rollback()
            print(error.orig)
    await engine.dispose()


asyncio.run(main())
