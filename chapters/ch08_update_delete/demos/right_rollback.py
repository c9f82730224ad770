import asyncio

from sqlalchemy.exc import IntegrityError

from chapters.ch08_update_delete.app.database import SessionLocal, create_tables, engine
from chapters.ch08_update_delete.app.models import User


async def import_users() -> None:
    async with SessionLocal() as db:
        for username in ("nadia", "nadia", "rahim"):
            email = f"{username}@example.com"
            db.add(User(username=username, email=email, hashed_password="-"))
            try:
                await db.commit()
                print(username, "saved")
            except IntegrityError:
                await db.rollback()
                print(username, "is taken")


async def main() -> None:
    await create_tables()
    try:
        await import_users()
    finally:
        await engine.dispose()


asyncio.run(main())
