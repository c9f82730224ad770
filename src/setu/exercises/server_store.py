"""The checker's own way into a database on PostgreSQL or MariaDB."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

from sqlalchemy import Connection, MetaData, Table, func, inspect, select, text
from sqlalchemy.exc import DBAPIError, IntegrityError, NoSuchTableError
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

from setu.checks.sqlite_store import KEPT, type_parts
from setu.checks.subject import Column, Refused, Row, Unwritable

T = TypeVar("T")
CHECK_VIOLATED = 4025
"""MariaDB's number for a CHECK constraint, which its drivers raise as an OperationalError."""
PATIENCE = {"postgresql": "SET lock_timeout = '3s'", "mariadb": "SET innodb_lock_wait_timeout = 3"}
"""How long to wait for a transaction that the app left open."""


class ServerStore:
    """Rows and columns of one database; each call is its own connection and transaction."""

    def __init__(self, url: str) -> None:
        self._engine = create_async_engine(url, poolclass=NullPool)
        self._runner = asyncio.Runner()

    def empty(self) -> None:
        def work(connection: Connection) -> None:
            if connection.dialect.name != "postgresql":
                connection.execute(text("SET foreign_key_checks = 0"))
            tables = _reflected(connection).sorted_tables
            for table in reversed(tables):
                if table.name not in KEPT:
                    connection.execute(table.delete())

        self._do("", work)

    def insert(self, table: str, rows: list[Row]) -> None:
        def work(connection: Connection) -> None:
            target = _table(connection, table)
            for row in rows:
                unknown = set(row) - set(target.columns.keys())
                if unknown:
                    raise Unwritable("table_differs", table, f"no column {sorted(unknown)[0]}")
                connection.execute(target.insert().values(row))
            if connection.dialect.name == "postgresql" and "id" in target.columns:
                # Ids that are given do not move the counter that the app's next row takes.
                highest = select(func.max(target.c.id)).scalar_subquery()
                counter = func.pg_get_serial_sequence(table, "id")
                connection.execute(select(func.setval(counter, highest)))

        self._do(table, work)

    def delete(self, table: str, id: int) -> None:
        def work(connection: Connection) -> None:
            target = _table(connection, table)
            connection.execute(target.delete().where(target.c.id == id))

        self._do(table, work)

    def rows(self, table: str) -> list[Row]:
        def work(connection: Connection) -> list[Row]:
            target = _table(connection, table)
            found = connection.execute(target.select().order_by(*target.primary_key))
            flags = [c.name for c in target.columns if _kind(c.type) == "boolean"]
            rows = [dict(row) for row in found.mappings()]
            for row in rows:
                row.update({name: bool(row[name]) for name in flags if row[name] is not None})
            return rows

        return self._do(table, work)

    def columns(self, table: str) -> list[Column]:
        def work(connection: Connection) -> list[Column]:
            inspector = inspect(connection)
            if not inspector.has_table(table):
                return []
            key = inspector.get_pk_constraint(table)["constrained_columns"]
            groups: list[list[str | None]] = []
            groups += [[*each["column_names"]] for each in inspector.get_unique_constraints(table)]
            indexes = inspector.get_indexes(table)
            groups += [each["column_names"] for each in indexes if each["unique"]]
            plain = [each["column_names"] for each in indexes if not each["unique"]]
            checks = inspector.get_check_constraints(table)
            return [
                Column(
                    name=each["name"],
                    type=_kind(each["type"]),
                    length=parts.length,
                    scale=parts.scale,
                    nullable=each["nullable"],
                    default=each["default"],
                    primary_key=each["name"] in key,
                    unique=[each["name"]] in groups,
                    indexed=[each["name"]] in plain,
                    checks=tuple(rule["sqltext"] for rule in mine),
                    check_names=tuple(rule["name"] for rule in mine),
                )
                for each in inspector.get_columns(table)
                for parts in [type_parts(str(each["type"]))]
                for mine in [[rule for rule in checks if each["name"] in rule["sqltext"]]]
            ]

        return self._do(table, work)

    def close(self) -> None:
        """Close the event loop in which the connections lived."""
        self._runner.close()

    def _do(self, table: str, work: Callable[[Connection], T]) -> T:
        async def run() -> T:
            async with self._engine.begin() as connection:
                await connection.execute(text(PATIENCE[self._engine.dialect.name]))
                return await connection.run_sync(work)

        with _named(table):
            return self._runner.run(run())


@contextmanager
def _named(table: str) -> Iterator[None]:
    try:
        yield
    except NoSuchTableError as error:
        raise Unwritable("table_missing", table, f"no such table: {table}") from error
    except IntegrityError as error:
        raise Refused(str(error.orig)) from error
    except DBAPIError as error:
        reason = str(error.orig)
        if getattr(error.orig, "args", (None,))[0] == CHECK_VIOLATED:
            raise Refused(reason) from error
        locked = "lock timeout" in reason or "Lock wait timeout" in reason
        key = "database_locked" if locked else "table_differs"
        raise Unwritable(key, table, reason) from error


def _reflected(connection: Connection) -> MetaData:
    metadata = MetaData()
    metadata.reflect(connection)
    return metadata


def _table(connection: Connection, name: str) -> Table:
    return Table(name, MetaData(), autoload_with=connection)


def _kind(type_: Any) -> str:
    if type(type_).__name__ == "TINYINT" and type_.display_width == 1:
        return "boolean"
    return type_parts(str(type_)).type
