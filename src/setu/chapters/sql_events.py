"""SQL as it goes to the database, noted from SQLAlchemy's events, which change nothing."""

from __future__ import annotations

import re
import reprlib
from collections.abc import Callable
from contextvars import ContextVar
from dataclasses import dataclass, field
from time import perf_counter
from typing import Any, Literal

from sqlalchemy import Engine, event

CATALOG = re.compile(
    r"\bpg_catalog\.|\binformation_schema\b|^PRAGMA (main|temp)\.|^SHOW (CREATE|FULL) |^DESCRIBE ",
    re.IGNORECASE,
)
"""Statements by which SQLAlchemy finds out which tables and columns there are."""


_SHORT = reprlib.Repr()
_SHORT.maxstring = _SHORT.maxother = 60
_SHORT.maxtuple = _SHORT.maxdict = 20


@dataclass
class Sent:
    """One statement, or the start or end of a transaction, in the order it went to the database."""

    kind: Literal["statement", "boundary"]
    sql: str
    parameters: list[object] = field(default_factory=list)
    rows: int | None = None
    seconds: float = 0.0
    error: str | None = None


def shorten(parameters: object) -> str:
    """One set of parameters in one line."""
    return _SHORT.repr(parameters)


_group: ContextVar[list[Sent] | None] = ContextVar("setu_sql_group", default=None)


def listen() -> None:
    """Note what every engine of this process sends, in the group that is open where it is sent."""
    event.listen(Engine, "before_cursor_execute", _before)
    event.listen(Engine, "after_cursor_execute", _after)
    event.listen(Engine, "handle_error", _failed)
    for name, word in _BOUNDARIES.items():
        event.listen(Engine, name, _boundary(word))


_BOUNDARIES = {
    "begin": "BEGIN",
    "commit": "COMMIT",
    "rollback": "ROLLBACK",
    "savepoint": "SAVEPOINT",
    "release_savepoint": "RELEASE SAVEPOINT",
    "rollback_savepoint": "ROLLBACK TO SAVEPOINT",
}


def open_group() -> list[Sent]:
    """A new group for what is sent from here on, in this task and those that it starts."""
    group: list[Sent] = []
    _group.set(group)
    return group


def _note(sent: Sent) -> None:
    group = _group.get()
    if group is not None:
        group.append(sent)


def _boundary(word: str) -> Callable[..., None]:
    def note(connection: object, *savepoint: object) -> None:
        _note(Sent("boundary", " ".join([word, *(str(each) for each in savepoint[:1] if each)])))

    return note


def _before(connection: Any, cursor: Any, statement: str, parameters: Any, *more: Any) -> None:
    executemany = more[-1]
    sets = list(parameters) if executemany else [parameters]
    sent = Sent("statement", statement, sets, seconds=-perf_counter())
    connection.info["setu_sent"] = sent
    _note(sent)


def _after(connection: Any, cursor: Any, *more: Any) -> None:
    sent: Sent = connection.info.pop("setu_sent")
    sent.seconds += perf_counter()
    # The async drivers' cursors have fetched all rows by now; reading them here takes none away.
    fetched = getattr(cursor, "_rows", None)
    if cursor.description is not None and fetched is not None:
        sent.rows = len(fetched)
    elif cursor.description is None and cursor.rowcount >= 0:
        sent.rows = cursor.rowcount


def _failed(context: Any) -> None:
    info = context.connection.info if context.connection is not None else {}
    sent: Sent | None = info.pop("setu_sent", None)
    if sent is not None:
        sent.seconds += perf_counter()
        sent.error = str(context.original_exception).splitlines()[0]
