"""What chapter 3 says of types that are *not* in its models, on each of the three databases."""

import asyncio
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import (
    CheckConstraint,
    Column,
    DateTime,
    MetaData,
    Numeric,
    String,
    Table,
    func,
    insert,
    make_url,
    select,
)
from sqlalchemy.exc import DBAPIError, ProgrammingError
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.types import TypeEngine

LOCAL_DIGITS = datetime(2026, 11, 20, 14, 30, 0, 123456)
IN_DHAKA = LOCAL_DIGITS.replace(tzinfo=timezone(timedelta(hours=6)))


def stored_and_read(database_url: str, kind: TypeEngine[Any], value: object) -> object:
    """What comes back when ``value`` goes through a column of this type."""
    table = Table("one_column", MetaData(), Column("value", kind))

    async def there_and_back() -> object:
        engine = create_async_engine(database_url)
        try:
            async with engine.begin() as connection:
                await connection.run_sync(table.metadata.create_all)
                await connection.execute(insert(table).values(value=value))
                return await connection.scalar(select(table.c.value))
        finally:
            await engine.dispose()

    return asyncio.run(there_and_back())


def test_a_numeric_without_scale(database_url: str) -> None:
    expected = {
        "sqlite": "Decimal('19.9900000000')",
        "postgresql": "Decimal('19.99')",
        "mariadb": "Decimal('20')",
    }
    found = stored_and_read(database_url, Numeric(), Decimal("19.99"))
    assert repr(found) == expected[make_url(database_url).get_backend_name()]


def test_an_aware_time_without_utcdatetime(database_url: str) -> None:
    expected = {
        "sqlite": LOCAL_DIGITS,
        "postgresql": datetime(2026, 11, 20, 8, 30, 0, 123456, tzinfo=UTC),
        "mariadb": LOCAL_DIGITS.replace(microsecond=0),
    }
    found = stored_and_read(database_url, DateTime(timezone=True), IN_DHAKA)
    # Two aware times are equal in any zone, so the zone is compared as text.
    assert str(found) == str(expected[make_url(database_url).get_backend_name()])


def test_only_sqlite_ignores_a_length(database_url: str) -> None:
    too_long = "চা" * 25
    if make_url(database_url).get_backend_name() == "sqlite":
        assert stored_and_read(database_url, String(10), too_long) == too_long
    else:
        with pytest.raises(DBAPIError):
            stored_and_read(database_url, String(10), too_long)


def test_only_sqlite_adds_money_up_as_floats(database_url: str) -> None:
    payments = Table("payments", MetaData(), Column("amount", Numeric(10, 2)))

    async def is_paid_in_full() -> object:
        engine = create_async_engine(database_url)
        try:
            async with engine.begin() as connection:
                await connection.run_sync(payments.metadata.create_all)
                for amount in ("0.10", "0.20"):
                    await connection.execute(insert(payments).values(amount=Decimal(amount)))
                total = func.sum(payments.c.amount)
                assert await connection.scalar(select(total)) == Decimal("0.30")
                return await connection.scalar(select(total == Decimal("0.30")))
        finally:
            await engine.dispose()

    in_sql = bool(asyncio.run(is_paid_in_full()))
    assert in_sql is (make_url(database_url).get_backend_name() != "sqlite")


def test_only_mariadb_refuses_a_named_check_inside_its_column(database_url: str) -> None:
    def rule() -> CheckConstraint:
        return CheckConstraint("amount > 0", name="amount_positive")

    inside = Table("inside", MetaData(), Column("amount", Numeric(10, 2), rule()))
    beside = Table("beside", MetaData(), Column("amount", Numeric(10, 2)), rule())
    make(database_url, beside)
    if make_url(database_url).get_backend_name() == "mariadb":
        with pytest.raises(ProgrammingError, match="error in your SQL syntax"):
            make(database_url, inside)
    else:
        make(database_url, inside)


def make(database_url: str, table: Table) -> None:
    async def create() -> None:
        engine = create_async_engine(database_url)
        try:
            async with engine.begin() as connection:
                await connection.run_sync(table.create)
        finally:
            await engine.dispose()

    asyncio.run(create())
