"""The tables of a database as they now stand, whatever their names and contents are."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Any, TypedDict

SHOWN = 100
"""Rows of a table that are shown."""
MOST_TABLES = 50
LONGEST = 200
"""Characters of a value that are shown."""


class ColumnTold(TypedDict):
    name: str
    type: str
    primary_key: bool
    nullable: bool


class Table(TypedDict):
    """``Table`` of protocol.ts."""

    name: str
    columns: list[ColumnTold]
    rows: list[list[str | None]]
    total: int


def tables_of(path: Path) -> list[Table]:
    """All tables of an SQLite file by name; raises ``sqlite3.Error`` for what is none."""
    connection = sqlite3.connect(f"file:{_quoted_path(path)}?mode=ro", uri=True, timeout=0.2)
    connection.text_factory = lambda raw: raw.decode("utf-8", "replace")
    try:
        names = connection.execute(
            "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%'"
            " ESCAPE '\\' ORDER BY name LIMIT ?",
            [MOST_TABLES],
        ).fetchall()
        return [_table(connection, name) for (name,) in names]
    finally:
        connection.close()


def _table(connection: sqlite3.Connection, name: str) -> Table:
    quoted = _quoted(name)
    described = connection.execute(f"PRAGMA table_xinfo({quoted})").fetchall()
    try:
        keys = sorted((row[5], row[1]) for row in described if row[5])
        order = ", ".join(_quoted(column) for _, column in keys) or "1"
        rows = connection.execute(
            f"SELECT * FROM {quoted} ORDER BY {order} LIMIT {SHOWN}"  # noqa: S608
        ).fetchall()
        total = connection.execute(f"SELECT count(*) FROM {quoted}").fetchone()[0]  # noqa: S608
    except sqlite3.Error:  # a virtual table whose module is missing, say
        rows, total = [], 0
    return {
        "name": name,
        "columns": [
            {
                "name": column,
                "type": kind or "",
                "primary_key": bool(key),
                "nullable": not (not_null or key),
            }
            for _, column, kind, not_null, _, key, hidden in described
            if hidden != 1
        ],
        "rows": [[_text(value) for value in row] for row in rows],
        "total": total,
    }


def _text(value: Any) -> str | None:
    if value is None:
        return None
    text = f"X'{value[:LONGEST].hex()}'" if isinstance(value, bytes) else str(value)
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _quoted_path(path: Path) -> str:
    return str(path).replace("%", "%25").replace("?", "%3f").replace("#", "%23")
