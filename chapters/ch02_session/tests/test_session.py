"""What chapter 2 says of engine and session, on each of the three databases."""

import asyncio
import importlib
from collections.abc import Awaitable, Callable
from types import SimpleNamespace
from typing import Any

import pytest
from sqlalchemy import inspect, make_url, select, text
from sqlalchemy.exc import IntegrityError, MissingGreenlet, PendingRollbackError, StatementError
from sqlalchemy.ext.asyncio import async_sessionmaker
from sqlalchemy.orm.exc import DetachedInstanceError

# What an attribute leaves behind that wanted to ask the database and could not.
pytestmark = pytest.mark.filterwarnings("ignore:coroutine 'Connection.cursor':RuntimeWarning")


@pytest.fixture
def app(app_package: str) -> SimpleNamespace:
    """The chapter's modules on the test's own database: ``app.database``, ``app.models``, …"""
    names = ("database", "models", "__main__")
    return SimpleNamespace(
        **{name.strip("_"): importlib.import_module(f"{app_package}.{name}") for name in names}
    )


def run(app: SimpleNamespace, work: Callable[[], Awaitable[Any]]) -> Any:
    """Make the tables, do the work, and close what was opened."""

    async def with_tables() -> Any:
        await app.database.create_empty_tables()
        try:
            return await work()
        finally:
            await app.database.engine.dispose()

    return asyncio.run(with_tables())


def test_the_app_prints_what_it_shows(
    app: SimpleNamespace, capsys: pytest.CaptureFixture[str]
) -> None:
    asyncio.run(app.main.main())
    assert capsys.readouterr().out.splitlines() == [
        "One user, from state to state",
        "new object:   transient None",
        "after add:    pending None",
        "after flush:  persistent 1",
        "others see 0 users",
        "after commit: persistent 1",
        "others see 1 users",
        "after close:  detached 1",
        "",
        "A change is noticed by itself",
        "waiting to be written: True",
        "after commit: नादिया",
        "",
        "An error, and the session goes on",
        "this username is taken, rolled back",
        "users in the table: 2",
        "",
        "One row, one object",
        "the same object: True",
    ]


def test_a_row_without_commit_is_lost(app: SimpleNamespace) -> None:
    async def work() -> Any:
        async with app.database.SessionLocal() as session:
            session.add(app.models.User(username="Nadia"))
            await session.flush()
        return await app.main.count_users()

    assert run(app, work) == 0


def test_a_connection_is_borrowed_from_the_first_sql_to_the_commit(app: SimpleNamespace) -> None:
    async def work() -> list[int]:
        in_use = app.database.engine.pool.checkedout
        seen = []
        async with app.database.SessionLocal() as session:
            seen.append(in_use())
            await session.scalars(select(app.models.User))
            seen.append(in_use())
            await session.commit()
            seen.append(in_use())
        return seen

    assert run(app, work) == [0, 1, 0]


def test_a_session_wants_a_rollback_after_an_error(app: SimpleNamespace) -> None:
    async def work() -> None:
        async with app.database.SessionLocal() as session:
            session.add_all([app.models.User(username="Nadia"), app.models.User(username="Nadia")])
            with pytest.raises(IntegrityError):
                await session.commit()
            with pytest.raises(PendingRollbackError):
                await session.scalars(select(app.models.User))
            await session.rollback()
            session.add(app.models.User(username="Rahim"))
            await session.commit()

    run(app, work)


@pytest.mark.parametrize("autoflush", [True, False])
def test_a_query_sees_pending_rows_only_with_autoflush(
    app: SimpleNamespace, autoflush: bool
) -> None:
    async def work() -> list[int]:
        sessions = async_sessionmaker(app.database.engine, autoflush=autoflush)
        async with sessions() as session:
            session.add(app.models.User(username="Nadia"))
            users = (await session.scalars(select(app.models.User))).all()
            return [len(users), await session.scalar(text("SELECT count(*) FROM users"))]

    assert run(app, work) == ([1, 1] if autoflush else [0, 0])


def test_an_expired_attribute_cannot_ask_the_database(app: SimpleNamespace) -> None:
    async def work() -> Exception:
        async with async_sessionmaker(app.database.engine)() as session:
            user = app.models.User(username="Nadia")
            session.add(user)
            await session.commit()
            with pytest.raises((StatementError, MissingGreenlet)) as failure:
                print(user.username)
            await session.refresh(user)
            assert user.username == "Nadia"
        return failure.value

    error = run(app, work)
    alone = make_url(app.database.DATABASE_URL).get_backend_name() == "postgresql"
    assert type(error) is (MissingGreenlet if alone else StatementError)
    assert "greenlet_spawn has not been called" in str(error)


def test_a_detached_expired_object_has_no_session_to_ask(app: SimpleNamespace) -> None:
    async def work() -> None:
        async with async_sessionmaker(app.database.engine)() as session:
            user = app.models.User(username="Nadia")
            session.add(user)
            await session.commit()
        with pytest.raises(DetachedInstanceError):
            print(user.username)

    run(app, work)


def test_a_rollback_expires_also_without_expire_on_commit(app: SimpleNamespace) -> None:
    async def work() -> str:
        async with app.database.SessionLocal() as session:
            user = app.models.User(username="রহিম")
            session.add(user)
            await session.commit()
            assert "username" not in inspect(user).expired_attributes
            user.username = "Nadia"
            await session.rollback()
            assert "username" in inspect(user).expired_attributes
            await session.refresh(user)
            return str(user.username)

    assert run(app, work) == "রহিম"


def test_a_rolled_back_new_object_is_transient_again(app: SimpleNamespace) -> None:
    async def work() -> bool:
        async with app.database.SessionLocal() as session:
            user = app.models.User(username="Nadia")
            session.add(user)
            await session.flush()
            await session.rollback()
            return bool(inspect(user).transient)

    assert run(app, work)
