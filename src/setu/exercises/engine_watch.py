"""What the checks need of every engine that the learner's code makes, without changing that code.

SQLAlchemy lets a URL name a plugin: ``DATABASE_URL`` carries ``?plugin=setu_watch``, and the URL
that the learner's engine has is the one without it.
"""

from __future__ import annotations

from typing import Any, ClassVar

from sqlalchemy import URL, CreateEnginePlugin, event, make_url
from sqlalchemy.dialects import plugins
from sqlalchemy.engine import Engine
from sqlalchemy.pool import Pool, QueuePool

from setu.checks.subject import Statement

POOL_TIMEOUT = 2.0
"""Seconds to wait for a free connection. SQLAlchemy's 30 would let one session that is never
closed take up the time of the whole run."""


class EngineWatch(CreateEnginePlugin):
    """Notes every statement of the engine, and lets its pool wait only a short time."""

    statements: ClassVar[list[Statement]] = []

    def update_url(self, url: URL) -> URL:
        return url  # SQLAlchemy itself has taken the plugin's name out

    def handle_pool_kwargs(self, pool_cls: type[Pool], pool_args: dict[str, Any]) -> None:
        if issubclass(pool_cls, QueuePool):
            pool_args["timeout"] = min(POOL_TIMEOUT, pool_args.get("timeout", POOL_TIMEOUT))

    def engine_created(self, engine: Engine) -> None:
        event.listen(engine, "before_cursor_execute", self._note)

    def _note(self, *told: Any) -> None:
        _, _, sql, parameters, *_ = told
        self.statements.append(Statement(sql, parameters))


plugins.register("setu_watch", __name__, EngineWatch.__name__)


def watched(url: str) -> str:
    """The URL that makes an engine watched."""
    with_plugin = make_url(url).update_query_dict({"plugin": "setu_watch"})
    return with_plugin.render_as_string(hide_password=False)
