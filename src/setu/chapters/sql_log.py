"""SQL as it was sent, grouped by request and by transaction: ``setu app chNN --sql``.

The listening itself is in ``setu.chapters.sql_events``.
"""

from __future__ import annotations

import itertools
import textwrap
from collections.abc import Callable

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from setu.chapters.sql_events import CATALOG, Sent, listen, open_group, shorten
from setu.i18n import Words


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
        elif key is CATALOG:
            about = words.text("sql_catalog")
            lines.append(f"    {about}  × {len(repeated)}  {_milliseconds(repeated)}")
        else:
            lines += _statement(repeated)
    return "\n".join([*lines, ""])


def _alike(sent: Sent) -> object:
    """Neighbours with an equal key are shown as one: N+1 is seen at a glance."""
    return CATALOG if CATALOG.search(sent.sql) else (sent.kind, sent.sql)


def _milliseconds(statements: list[Sent]) -> str:
    return f"{sum(sent.seconds for sent in statements) * 1000:.1f} ms"


def _statement(repeated: list[Sent]) -> list[str]:
    """One statement, as often as it was sent in a row."""
    text = textwrap.dedent(repeated[0].sql).strip().replace("\t", "  ")
    lines = [f"    {line.rstrip()}" for line in text.splitlines() if line.strip()]
    sets = [each for sent in repeated for each in sent.parameters if each]
    notes = [shorten(each) for each in sets[:3]] + (["…"] if len(sets) > 3 else [])
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
