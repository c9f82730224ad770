"""The checker's own way into a SQLite file, with nothing but the standard library."""

from __future__ import annotations

import re
import sqlite3
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from pathlib import Path
from typing import NamedTuple

from setu.checks.subject import Column, Refused, Row, Unwritable

CHECK = re.compile(
    r"""(?:\bCONSTRAINT\s+(?P<name>"[^"]+"|`[^`]+`|\[[^]]+\]|\w+)\s+)?\bCHECK\s*\(""",
    re.IGNORECASE,
)
KEPT = {"alembic_version"}
"""Tables that are not emptied between checks."""


class SqliteStore:
    """Rows and columns of one file. Each call has its own connection and leaves no lock."""

    def __init__(self, path: Path, *, patience: float = 3.0) -> None:
        """``patience``: seconds to wait for an app that holds the file's lock."""
        self._path, self._patience = path, patience

    def empty(self) -> None:
        with self._open() as connection:
            names = connection.execute(
                "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
            )
            for (name,) in names.fetchall():
                if name not in KEPT:
                    connection.execute(f"DELETE FROM {_quoted(name)}")  # noqa: S608

    def insert(self, table: str, rows: list[Row]) -> None:
        with self._open(table) as connection:
            for row in rows:
                names = ", ".join(map(_quoted, row))
                marks = ", ".join("?" * len(row))
                values = [str(v) if isinstance(v, Decimal) else v for v in row.values()]
                sql = f"INSERT INTO {_quoted(table)} ({names}) VALUES ({marks})"  # noqa: S608
                connection.execute(sql, values)

    def delete(self, table: str, id: int) -> None:
        with self._open(table) as connection:
            connection.execute(f"DELETE FROM {_quoted(table)} WHERE id = ?", [id])  # noqa: S608

    def rows(self, table: str) -> list[Row]:
        columns = self.columns(table)
        order = ", ".join(_quoted(each.name) for each in columns if each.primary_key) or "rowid"
        with self._open(table) as connection:
            found = connection.execute(f"SELECT * FROM {_quoted(table)} ORDER BY {order}")  # noqa: S608
            return [
                {each.name: _natural(value, each) for each, value in zip(columns, row, strict=True)}
                for row in found
            ]

    def columns(self, table: str) -> list[Column]:
        with self._open(table) as connection:
            described = connection.execute(f"PRAGMA table_info({_quoted(table)})").fetchall()
            unique = _indexed_columns(connection, table, unique=True)
            indexed = _indexed_columns(connection, table, unique=False)
            found = connection.execute(
                "SELECT sql FROM sqlite_master WHERE type = 'table' AND name = ?", [table]
            ).fetchone()
        checks = check_constraints(found[0]) if found else []
        return [
            Column(
                name=name,
                type=parts.type,
                length=parts.length,
                scale=parts.scale,
                nullable=not (not_null or key),
                default=default,
                primary_key=bool(key),
                unique=name in unique,
                indexed=name in indexed,
                checks=tuple(sql for _, sql in checks if _names(sql, name)),
                check_names=tuple(rule for rule, sql in checks if _names(sql, name)),
            )
            for _, name, declared, not_null, default, key in described
            for parts in [type_parts(declared)]
        ]

    @contextmanager
    def _open(self, table: str = "") -> Iterator[sqlite3.Connection]:
        # isolation_level=None: each statement is its own transaction.
        connection = sqlite3.connect(self._path, timeout=self._patience, isolation_level=None)
        try:
            # The file is somebody else's: its schema must not make SQLite do more than SQL.
            connection.execute("PRAGMA trusted_schema = OFF")
            if sys.version_info >= (3, 12):
                connection.setconfig(sqlite3.SQLITE_DBCONFIG_DEFENSIVE, True)
            connection.execute("PRAGMA synchronous = OFF")  # slow disks: nobody keeps this file
            yield connection
        except sqlite3.IntegrityError as error:
            raise Refused(str(error)) from error
        except sqlite3.DatabaseError as error:  # also for a file that is no database
            missing = str(error) == f"no such table: {table}"
            key = "table_missing" if missing else "table_differs"
            key = "database_locked" if "locked" in str(error) else key
            raise Unwritable(key, table, str(error)) from error
        finally:
            connection.close()


class TypeParts(NamedTuple):
    """A declared type taken apart."""

    type: str
    length: int | None
    scale: int | None


def type_parts(declared: str) -> TypeParts:
    """``NUMERIC(10, 2)`` → type ``numeric``, length 10, scale 2."""
    match = re.fullmatch(r"\s*([^(]*?)\s*(?:\(\s*(\d+)\s*(?:,\s*(\d+)\s*)?\).*)?", declared)
    name, length, scale = match.groups() if match else (declared, None, None)
    return TypeParts(name.lower(), int(length) if length else None, int(scale) if scale else None)


def check_constraints(create_table: str) -> list[tuple[str | None, str]]:
    """The CHECK constraints in a CREATE TABLE statement: name, if it has one, and expression."""
    found = []
    for match in CHECK.finditer(create_table):
        depth, end = 1, match.end()
        while depth and end < len(create_table):
            depth += {"(": 1, ")": -1}.get(create_table[end], 0)
            end += 1
        name = match["name"] and match["name"].strip('"`[]')
        found.append((name, create_table[match.end() : end - 1].strip()))
    return found


def _indexed_columns(connection: sqlite3.Connection, table: str, *, unique: bool) -> set[str]:
    indexes = connection.execute(f"PRAGMA index_list({_quoted(table)})").fetchall()
    groups = [
        connection.execute(f"PRAGMA index_info({_quoted(name)})").fetchall()
        for _, name, is_unique, _, partial in indexes
        if bool(is_unique) is unique and not partial
    ]
    return {group[0][2] for group in groups if len(group) == 1}


def _natural(value: object, column: Column) -> object:
    if value is None:
        return None
    if column.type == "boolean" and value in (0, 1):
        return bool(value)
    if column.type in ("numeric", "decimal") and isinstance(value, int | float | str):
        # SQLite keeps a NUMERIC as a float: the column's scale gives its digits back.
        return Decimal(f"{Decimal(str(value)):.{column.scale or 0}f}")
    return value


def _names(expression: str, column: str) -> bool:
    return re.search(rf"\b{re.escape(column)}\b", expression, re.IGNORECASE) is not None


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
