"""Serving the built site on this machine and building it anew when its sources change."""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Callable, Iterable
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from socket import socket
from typing import Any

from watchfiles import watch as changes

from setu.errors import SetuError
from setu.i18n import LANGUAGES
from setu.site.build import IGNORED, IGNORED_SUFFIXES, PACKAGE, SHARED, Builder, Outcome

HOST = "127.0.0.1"
TYPES = {
    ".js": "text/javascript",
    ".mjs": "text/javascript",
    ".wasm": "application/wasm",
    ".woff2": "font/woff2",
    ".zst": "application/zstd",
}
"""Windows takes these from its registry, where they may be wrong."""

RELOAD = Path(__file__).with_name("reload.js")
RELOAD_ADDRESS = "/setu-reload.js"
"""Each page that is served loads this script; it asks there for the version of the pages."""

SHARED_FILES = {"assets", "playground", "node_modules"}
"""Folders whose files are built into the English pages' folder, for all languages."""


class Server(ThreadingHTTPServer):
    """Serves the folders that a builder fills: English at ``/``, the others under their name."""

    daemon_threads = True
    # On Windows this would let two programs share one port.
    allow_reuse_address = hasattr(socket, "SO_REUSEPORT")
    pages: Pages | None = None


class Pages:
    """The built languages: the one being looked at is kept up to date, another when asked for."""

    def __init__(self, builder: Builder, report: Callable[[list[Outcome]], None]) -> None:
        self.builder = builder
        self.report = report
        self._lock = threading.Lock()
        self._looked_at = "en"
        self._behind: set[str] = set()
        self.version = time.time_ns()
        """Another one after each build, and after each start of the server."""

    def changed(self, paths: Iterable[str]) -> None:
        """Sources have changed. Files that all languages share lie with the English pages."""
        with self._lock:
            self._behind = set(LANGUAGES)
            shared = any(SHARED_FILES.intersection(Path(path).parts) for path in paths)
            self._build({self._looked_at, "en"} if shared else {self._looked_at})

    def look(self, lang: str) -> None:
        """Somebody opens a page of ``lang``: wait until it is up to date."""
        with self._lock:
            self._looked_at = lang
            self._build({lang})

    def _build(self, languages: set[str]) -> None:
        wanted = [lang for lang in LANGUAGES if lang in languages & self._behind]
        self._behind.difference_update(wanted)
        if wanted:
            self.report(self.builder.update(wanted))
            self.version = time.time_ns()


def listen(port: int) -> Server:
    """Take the port before anything is built. Raises ``SetuError`` if it is taken."""
    try:
        return Server((HOST, port), _Handler)
    except OSError as error:
        raise SetuError("port_in_use", port=port, free=_free_port()) from error


def watch(server: Server, builder: Builder, report: Callable[[list[Outcome]], None]) -> None:
    """Serve until Ctrl+C; build again what changes meanwhile."""
    server.pages = pages = Pages(builder, report)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    watched = [PACKAGE]
    names = (*SHARED, "playground")
    watched += [builder.root / name for name in names if (builder.root / name).exists()]
    watched += [
        folder
        for lang in LANGUAGES
        for folder in (builder.root / "docs" / lang, builder.root / "notebooks" / lang)
        if folder.exists() and lang != "en"
    ]
    for found in changes(*watched, watch_filter=_is_source, raise_interrupt=False, debounce=300):
        pages.changed(path for _, path in found)
    server.shutdown()
    builder.close()


def _is_source(_: object, path: str) -> bool:
    found = Path(path)
    return not IGNORED.intersection(found.parts) and found.suffix not in IGNORED_SUFFIXES


def _language(path: str) -> str:
    first = path.split("?", maxsplit=1)[0].strip("/").partition("/")[0]
    return first if first in LANGUAGES else "en"


def _reloading(html: bytes, version: int) -> bytes:
    """The page with the script that loads it again after the next build."""
    script = f'<script src="{RELOAD_ADDRESS}" data-version="{version}" defer></script>'
    return html.replace(b"</head>", script.encode() + b"</head>", 1)


def _free_port() -> int:
    with socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


class _Handler(SimpleHTTPRequestHandler):
    server: Server
    extensions_map = {**SimpleHTTPRequestHandler.extensions_map, **TYPES}  # noqa: RUF012
    protocol_version = "HTTP/1.1"

    def handle(self) -> None:
        with contextlib.suppress(ConnectionError):  # a page that was left
            super().handle()

    def do_GET(self) -> None:
        pages = self.server.pages
        path = self.path.partition("?")[0]
        if pages and path == RELOAD_ADDRESS:
            self._send(RELOAD.read_bytes(), "text/javascript")
            return
        if pages and path.endswith(("/", ".html", "search/titles.json")):
            pages.look(_language(path))
        file = Path(self.translate_path(path))
        file = file / "index.html" if path.endswith("/") else file
        if pages and file.suffix == ".html" and file.is_file():
            self._send(_reloading(file.read_bytes(), pages.version), "text/html; charset=utf-8")
        else:
            super().do_GET()

    def do_HEAD(self) -> None:
        if self.server.pages and self.path == RELOAD_ADDRESS:
            self._send(b"", "text/javascript")
        else:
            super().do_HEAD()

    def _send(self, body: bytes, kind: str) -> None:
        assert self.server.pages is not None
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Setu-Version", str(self.server.pages.version))
        self.end_headers()
        self.wfile.write(body)

    def translate_path(self, path: str) -> str:
        assert self.server.pages is not None
        lang = _language(path)
        self.directory = str(self.server.pages.builder.folder(lang))
        return super().translate_path(path if lang == "en" else path.removeprefix(f"/{lang}"))

    def send_error(self, code: int, *words: Any, **more: Any) -> None:
        pages = self.server.pages
        page = pages.builder.folder("en") / "404.html" if pages else None
        if code != 404 or page is None or not page.is_file():
            super().send_error(code, *words, **more)
            return
        body = page.read_bytes()
        self.send_response(404)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def end_headers(self) -> None:
        self.send_header("Cache-Control", "no-cache")
        super().end_headers()

    def log_message(self, *_: Any) -> None:
        """Say nothing of each request."""
