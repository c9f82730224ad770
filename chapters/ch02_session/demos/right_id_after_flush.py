import asyncio

from chapters.ch02_session.app.database import SessionLocal, create_empty_tables, engine
from chapters.ch02_session.app.models import User


async def main() -> None:
    await create_empty_tables()
    async with SessionLocal() as session:
        nadia = User(username="Nadia")
        session.add(nadia)
        print("after add:   ", nadia.id)
        await session.flush()
        print("after flush: ", nadia.id)
        await session.commit()
        print("after commit:", nadia.id)
    await engine.dispose()


asyncio.run(main())
