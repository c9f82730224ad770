import asyncio

from sqlalchemy import func, inspect, select
from sqlalchemy.exc import IntegrityError

from .database import SessionLocal, create_empty_tables, engine
from .models import User


def state_of(user: User) -> str:
    state = inspect(user)
    for name in ("transient", "pending", "persistent", "deleted", "detached"):
        if getattr(state, name):
            return name
    raise ValueError("This object is in no state")


async def count_users() -> int:
    async with SessionLocal() as session:
        return await session.scalar(select(func.count()).select_from(User)) or 0


async def follow_one_user() -> None:
    print("One user, from state to state")
    nadia = User(username="নাদিয়া")
    print("new object:  ", state_of(nadia), nadia.id)
    async with SessionLocal() as session:
        session.add(nadia)
        print("after add:   ", state_of(nadia), nadia.id)
        await session.flush()
        print("after flush: ", state_of(nadia), nadia.id)
        print("others see", await count_users(), "users")
        await session.commit()
        print("after commit:", state_of(nadia), nadia.id)
        print("others see", await count_users(), "users")
    print("after close: ", state_of(nadia), nadia.id)


async def change_without_update() -> None:
    print("\nA change is noticed by itself")
    async with SessionLocal() as session:
        nadia = (await session.scalars(select(User))).one()
        nadia.username = "नादिया"
        print("waiting to be written:", nadia in session.dirty)
        await session.commit()
        print("after commit:", nadia.username)


async def survive_an_error() -> None:
    print("\nAn error, and the session goes on")
    async with SessionLocal() as session:
        session.add(User(username="नादिया"))
        try:
            await session.commit()
        except IntegrityError:
            await session.rollback()
            print("this username is taken, rolled back")
        session.add(User(username="Rahim"))
        await session.commit()
    print("users in the table:", await count_users())


async def find_the_same_object() -> None:
    print("\nOne row, one object")
    async with SessionLocal() as session:
        query = select(User).where(User.username == "Rahim")
        first = (await session.scalars(query)).one()
        second = (await session.scalars(query)).one()
        print("the same object:", first is second)


async def main() -> None:
    await create_empty_tables()
    await follow_one_user()
    await change_without_update()
    await survive_an_error()
    await find_the_same_object()
    await engine.dispose()


if __name__ == "__main__":
    asyncio.run(main())
