"""What the checks need of every engine that the learner's code makes, without changing that code.

SQLAlchemy lets a URL name a plugin: ``DATABASE_URL`` carries ``?plugin=setu_watch``, and the URL
that the learner's engine has is the one without it.
"""

from __future__ import annotations

import asyncio
import contextlib
from typing import Any, ClassVar
from weakref import WeakSet

import aiosqlite
from sqlalchemy import URL, CreateEnginePlugin, event, make_url
from sqlalchemy.dialects import plugins
from sqlalchemy.engine import Engine
from sqlalchemy.pool import Pool, QueuePool

from setu.checks.subject import Statement

POOL_TIMEOUT = 2.0
"""Seconds to wait for a free connection. SQLAlchemy's 30 would let one session that is never
closed take up the time of the whole run."""
CLOSE_TIMEOUT = 1.0
"""Seconds for the connections of an app that ended."""


class EngineWatch(CreateEnginePlugin):
    """Notes every statement of the engine, and lets its pool wait only a short time."""

    statements: ClassVar[list[Statement]] = []
    connections: ClassVar[WeakSet[aiosqlite.Connection]] = WeakSet()

    def update_url(self, url: URL) -> URL:
        return url  # SQLAlchemy itself has taken the plugin's name out

    def handle_pool_kwargs(self, pool_cls: type[Pool], pool_args: dict[str, Any]) -> None:
        if issubclass(pool_cls, QueuePool):
            pool_args["timeout"] = min(POOL_TIMEOUT, pool_args.get("timeout", POOL_TIMEOUT))

    def engine_created(self, engine: Engine) -> None:
        event.listen(engine, "before_cursor_execute", self._note)
        event.listen(engine, "connect", self._keep)

    def _note(self, *told: Any) -> None:
        _, _, sql, parameters, *_ = told
        self.statements.append(Statement(sql, parameters))

    def _keep(self, connection: Any, _: object) -> None:
        if isinstance(connection.driver_connection, aiosqlite.Connection):
            self.connections.add(connection.driver_connection)


plugins.register("setu_watch", __name__, EngineWatch.__name__)


def close_connections() -> None:
    """Close what an app left open when it ended, as the end of its process would.

    SQLite only: a transaction that a session of a module holds keeps the lock of the whole file.
    """
    left = [*EngineWatch.connections]
    EngineWatch.connections.clear()

    async def close() -> None:
        closing = [connection.close() for connection in left]
        # A connection whose thread broke off with the loop of its app never answers.
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(asyncio.gather(*closing, return_exceptions=True), CLOSE_TIMEOUT)

    loop = asyncio.new_event_loop()  # asyncio.run would take this thread's own loop away
    try:
        loop.run_until_complete(close())
    finally:
        loop.close()


def watched(url: str) -> str:
    """The URL that makes an engine watched."""
    with_plugin = make_url(url).update_query_dict({"plugin": "setu_watch"})
    return with_plugin.render_as_string(hide_password=False)
