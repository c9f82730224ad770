"""What the child process of ``setu app`` runs: the chapter's app, with local docs and SQL log.

The chapter's folder is the working folder and first on the path, as with ``fastapi dev``.
"""

from __future__ import annotations

import importlib
import os
import runpy
import sys
from importlib import resources
from pathlib import Path

from fastapi import FastAPI
from fastapi.openapi.docs import get_redoc_html, get_swagger_ui_html
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Receive, Scope, Send

from setu.chapters.sql_events import listen, open_group
from setu.chapters.sql_log import SqlLog, report
from setu.i18n import Words, choose_language

SHOW_SQL = "SETU_APP_SQL"
"""Environment variable by which ``setu app --sql`` asks its child for the SQL log."""

ASSETS = "/setu-docs"
# ReDoc's script would fetch its makers' logo from their server.
ONLY_HERE = {"Content-Security-Policy": "default-src 'self' 'unsafe-inline' data: blob:"}


class LocalDocs:
    """The app, with the scripts of ``/docs`` and ``/redoc`` from this machine and no other host."""

    def __init__(self, app: FastAPI) -> None:
        self.app = app
        folder = Path(str(resources.files("fastapi_offline"))) / "static"
        pages = [Route(path, self._page) for path in (app.docs_url, app.redoc_url) if path]
        self._paths = {page.path for page in pages}
        self._docs = Starlette(routes=[*pages, Mount(ASSETS, StaticFiles(directory=folder))])

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        own = scope["type"] == "http" and (
            scope["path"] in self._paths or scope["path"].startswith(f"{ASSETS}/")
        )
        await (self._docs if own else self.app)(scope, receive, send)

    async def _page(self, request: Request) -> HTMLResponse:
        page = self._redoc() if request.url.path == self.app.redoc_url else self._swagger_ui()
        page.headers.update(ONLY_HERE)
        return page

    def _redoc(self) -> HTMLResponse:
        return get_redoc_html(
            openapi_url=self.app.openapi_url or "",
            title=self.app.title,
            redoc_js_url=f"{ASSETS}/redoc.standalone.js",
            redoc_favicon_url=f"{ASSETS}/favicon.png",
            with_google_fonts=False,
        )

    def _swagger_ui(self) -> HTMLResponse:
        return get_swagger_ui_html(
            openapi_url=self.app.openapi_url or "",
            title=self.app.title,
            swagger_js_url=f"{ASSETS}/swagger-ui-bundle.js",
            swagger_css_url=f"{ASSETS}/swagger-ui.css",
            swagger_favicon_url=f"{ASSETS}/favicon.png",
            oauth2_redirect_url=self.app.swagger_ui_oauth2_redirect_url,
            swagger_ui_parameters=self.app.swagger_ui_parameters,
        )


def application() -> ASGIApp:
    """The ASGI app that uvicorn serves, made anew after each change of a file."""
    words = Words(choose_language(None))
    try:
        chapter: FastAPI = importlib.import_module("app.main").app
    except SyntaxError as error:
        sys.exit(words.text("app_broken", path=error.filename, line=error.lineno, detail=error.msg))
    app = LocalDocs(chapter)
    return SqlLog(app, words) if os.environ.get(SHOW_SQL) else app


def main() -> None:
    """Run a script chapter with its SQL shown at the end."""
    listen()
    group = open_group()
    sys.path.insert(0, str(Path.cwd()))
    try:
        runpy.run_module("app", run_name="__main__", alter_sys=True)
    finally:
        print()
        print(report("python -m app", group, Words(choose_language(None))))


if __name__ == "__main__":
    main()
