"""What chapter 3 says of its models, on each of the three databases."""

import asyncio
import importlib
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest
from sqlalchemy import Connection, func, inspect, select, text
from sqlalchemy.exc import DBAPIError, IntegrityError, OperationalError, StatementError

DHAKA = timezone(timedelta(hours=6))
NADIA = {"username": "nadia", "email": "nadia@example.com", "hashed_password": "made up"}


@pytest.fixture
def app(app_package: str) -> SimpleNamespace:
    """The chapter's modules on the test's own database: ``app.database``, ``app.models``, …"""
    names = ("database", "models", "times", "__main__")
    return SimpleNamespace(
        **{name.strip("_"): importlib.import_module(f"{app_package}.{name}") for name in names}
    )


def run(database: ModuleType, work: Callable[[Any], Awaitable[Any]]) -> Any:
    """Make the tables, give ``work`` a session, and close what was opened."""

    async def with_tables() -> Any:
        await database.create_empty_tables()
        try:
            async with database.SessionLocal() as session:
                return await work(session)
        finally:
            await database.engine.dispose()

    return asyncio.run(with_tables())


def test_the_app_prints_what_it_shows(
    app: SimpleNamespace, capsys: pytest.CaptureFixture[str]
) -> None:
    asyncio.run(app.main.main())
    printed = capsys.readouterr().out
    assert "before flush: is_active = None" in printed
    assert "after flush:  is_active = True" in printed
    assert "payer:   নাদিয়া" in printed
    assert "amount:  Decimal('19.99')" in printed
    assert "paid_at: 2026-11-20 08:30:00+00:00" in printed
    assert "ck_payments_amount_positive" in printed.splitlines()[-1]


def test_money_is_exact_in_sums(app: SimpleNamespace) -> None:
    async def work(session: Any) -> Any:
        for amount in ("0.10", "0.20"):
            session.add(app.models.Payment(payer="Nadia", amount=Decimal(amount)))
        await session.commit()
        return await session.scalar(select(func.sum(app.models.Payment.amount)))

    assert repr(run(app.database, work)) == "Decimal('0.30')"


def test_an_amount_of_zero_is_refused(app: SimpleNamespace) -> None:
    async def work(session: Any) -> None:
        session.add(app.models.Payment(payer="আরিফ", amount=Decimal("0.00")))
        await session.commit()

    with pytest.raises((IntegrityError, OperationalError), match="ck_payments_amount_positive"):
        run(app.database, work)


def test_a_user_without_email_is_refused(app: SimpleNamespace) -> None:
    async def work(session: Any) -> None:
        session.add(app.models.User(username="nadia", hashed_password="made up"))
        await session.commit()

    with pytest.raises(IntegrityError):
        run(app.database, work)


def test_two_users_cannot_share_an_email(app: SimpleNamespace) -> None:
    async def work(session: Any) -> None:
        session.add(app.models.User(**NADIA))
        session.add(app.models.User(**NADIA | {"username": "rahim"}))
        await session.commit()

    with pytest.raises(IntegrityError):
        run(app.database, work)


def test_default_is_filled_in_at_the_flush(app: SimpleNamespace) -> None:
    async def work(session: Any) -> list[bool | None]:
        user = app.models.User(**NADIA)
        session.add(user)
        before = user.is_active
        await session.flush()
        return [before, user.is_active]

    assert run(app.database, work) == [None, True]


def test_plain_sql_gets_the_server_default(app: SimpleNamespace) -> None:
    async def work(session: Any) -> Any:
        row = "INSERT INTO payments (payer, amount, paid_at) VALUES ('রহিম', 35.50, '2026-11-20')"
        await session.execute(text(row))
        return await session.scalar(text("SELECT method FROM payments"))

    assert run(app.database, work) == "cash"


def test_plain_sql_does_not_get_the_default(app: SimpleNamespace) -> None:
    async def work(session: Any) -> None:
        row = "INSERT INTO users (username, email, hashed_password) VALUES ('a', 'a@b', 'made up')"
        await session.execute(text(row))

    with pytest.raises(DBAPIError):
        run(app.database, work)


def test_a_time_comes_back_as_the_same_moment_in_utc(app: SimpleNamespace) -> None:
    paid_at = datetime(2026, 11, 20, 14, 30, 0, 123456, tzinfo=DHAKA)

    async def work(session: Any) -> Any:
        session.add(app.models.Payment(payer="Priya", amount=Decimal(120), paid_at=paid_at))
        await session.commit()
        return await session.scalar(select(app.models.Payment.paid_at))

    found = run(app.database, work)
    assert found == paid_at
    assert found.tzinfo is UTC


def test_a_time_without_a_zone_is_refused(app: SimpleNamespace) -> None:
    async def work(session: Any) -> None:
        naive = datetime(2026, 11, 20, 14, 30)
        session.add(app.models.Payment(payer="Priya", amount=Decimal(120), paid_at=naive))
        await session.commit()

    with pytest.raises(StatementError, match=r"no time zone: write datetime\.now\(UTC\)"):
        run(app.database, work)


def test_constraints_and_indexes_bear_their_names(app: SimpleNamespace) -> None:
    def names(connection: Connection) -> set[str | None]:
        found = inspect(connection)
        return {
            *(each["name"] for each in found.get_check_constraints("payments")),
            *(each["name"] for each in found.get_unique_constraints("users")),
            *(each["name"] for each in found.get_indexes("payments")),
        }

    async def work(session: Any) -> Any:
        connection = await session.connection()
        return await connection.run_sync(names)

    assert run(app.database, work) == {
        "ck_payments_amount_positive",
        "uq_users_username",
        "uq_users_email",
        "ix_payments_paid_at",
    }
