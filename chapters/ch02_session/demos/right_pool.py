import asyncio

from sqlalchemy import select
from sqlalchemy.pool import QueuePool

from chapters.ch02_session.app.database import SessionLocal, create_empty_tables, engine
from chapters.ch02_session.app.models import User


def show(moment: str) -> None:
    pool = engine.pool
    assert isinstance(pool, QueuePool)
    print(f"{moment:16} connections in use: {pool.checkedout()}")


async def main() -> None:
    await create_empty_tables()
    show("engine")
    async with SessionLocal() as session:
        show("new session")
        await session.scalars(select(User))
        show("after first SQL")
        await session.commit()
        show("after commit")
        await session.scalars(select(User))
        show("SQL again")
    show("session closed")
    await engine.dispose()


asyncio.run(main())
