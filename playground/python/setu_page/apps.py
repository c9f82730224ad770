"""Chapters' apps: started anew with the reader's files, asked, and stopped."""

from __future__ import annotations

import base64
import importlib
from typing import Any

from setu.chapters.sql_events import open_group
from setu.exercises.engine_watch import close_connections
from setu_page.asgi import Request, Response, Running
from setu_page.processes import forget_app
from setu_page.spaces import Space
from setu_page.xray import SqlGroup, group_of

TEXTUAL = ("text/", "application/json", "application/xml", "application/javascript")


class App:
    """The app of ``app/main.py`` in one space, between its startup and its shutdown."""

    def __init__(self, space: Space) -> None:
        self._space = space
        self.sql: list[SqlGroup] = []
        """What was sent since the last call."""
        group = open_group()
        forget_app()
        importlib.invalidate_caches()
        try:
            self._app: Any = importlib.import_module("app.main").app
            self._running = Running(self._app, client="127.0.0.1:8000")
            self._running.start()
        finally:
            self.sql += group_of("", "startup", group)

    def openapi(self) -> Any:
        """The app's own description of itself, ``None`` where it has none."""
        describe = getattr(self._app, "openapi", None)
        return describe() if describe else None

    def request(self, request: Request) -> Response:
        group = open_group()
        response = Response()
        try:
            response = self._running.request(request)
        finally:
            target = f"{request.path}?{request.query}" if request.query else request.path
            title = f"{request.method} {target} → {response.status}"
            self.sql += group_of(title, "request", group)
        return response

    def stop(self) -> None:
        group = open_group()
        try:
            self._running.stop()
        finally:
            self.sql += group_of("", "shutdown", group)
            close_connections()


def told(response: Response) -> dict[str, Any]:
    """The answer as the page is told it: a body that is no text as base64."""
    kind = dict(response.headers).get("content-type", "")
    textual = kind.startswith(TEXTUAL) or "+json" in kind or not response.body
    body = response.body.decode("utf-8", "replace") if textual else ""
    return {
        "status": response.status,
        "headers": response.headers,
        "body": body if textual else base64.b64encode(response.body).decode("ascii"),
        "base64": not textual,
    }
