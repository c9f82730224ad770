"""SQL as it was sent, grouped by request and by transaction: ``setu app chNN --sql``.

Listens to SQLAlchemy's events and never changes what runs.
"""

from __future__ import annotations

import itertools
import re
import reprlib
import textwrap
from collections.abc import Callable
from contextvars import ContextVar
from dataclasses import dataclass, field
from time import perf_counter
from typing import Any, Literal

from sqlalchemy import Engine, event
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from setu.i18n import Words

_CATALOG = re.compile(
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


class SqlLog:
    """ASGI middleware that prints the SQL of each request when the request is over."""

    def __init__(self, app: ASGIApp, words: Words, show: Callable[[str], None] = print) -> None:
        listen()
        self.app = app
        self._words = words
        self._show = show

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._lifespan(scope, receive, send)
            return
        group = open_group()
        status = ""

        async def watch(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = f" → {message['status']}"
            await send(message)

        try:
            await self.app(scope, receive, watch)
        finally:
            if group:
                self._show(
                    report(f"{scope.get('method', '')} {scope['path']}{status}", group, self._words)
                )

    async def _lifespan(self, scope: Scope, receive: Receive, send: Send) -> None:
        group = open_group()

        async def watch(message: Message) -> None:
            if group:
                key = "sql_startup" if "startup" in message["type"] else "sql_shutdown"
                self._show(report(self._words.text(key), group, self._words))
                group.clear()
            await send(message)

        await self.app(scope, receive, watch)


def report(title: str, group: list[Sent], words: Words) -> str:
    """The group as text: its title, then each statement with its parameters, rows and time."""
    statements = [sent for sent in group if sent.kind == "statement"]
    lines = [f"{title}   SQL: {len(statements)}   {_milliseconds(statements)}"]
    for key, run in itertools.groupby(group, _alike):
        repeated = list(run)
        if repeated[0].kind == "boundary":
            lines += [f"  {sent.sql}" for sent in repeated]
        elif key is _CATALOG:
            about = words.text("sql_catalog")
            lines.append(f"    {about}  × {len(repeated)}  {_milliseconds(repeated)}")
        else:
            lines += _statement(repeated)
    return "\n".join([*lines, ""])


def _alike(sent: Sent) -> object:
    """Neighbours with an equal key are shown as one: N+1 is seen at a glance."""
    return _CATALOG if _CATALOG.search(sent.sql) else (sent.kind, sent.sql)


def _milliseconds(statements: list[Sent]) -> str:
    return f"{sum(sent.seconds for sent in statements) * 1000:.1f} ms"


def _statement(repeated: list[Sent]) -> list[str]:
    """One statement, as often as it was sent in a row."""
    text = textwrap.dedent(repeated[0].sql).strip().replace("\t", "  ")
    lines = [f"    {line.rstrip()}" for line in text.splitlines() if line.strip()]
    sets = [each for sent in repeated for each in sent.parameters if each]
    notes = [_SHORT.repr(each) for each in sets[:3]] + (["…"] if len(sets) > 3 else [])
    times = max(len(sets), len(repeated))
    if times > 1:
        notes.append(f"× {times}")
    rows = [sent.rows for sent in repeated if sent.rows is not None]
    if rows:
        notes.append(f"rows: {sum(rows)}")
    notes.append(_milliseconds(repeated))
    lines.append(f"      {'  '.join(notes)}")
    lines += [f"      {sent.error}" for sent in repeated if sent.error]
    return lines
