"""Serving the built site on this machine and building it anew when its sources change."""

from __future__ import annotations

import threading
from collections.abc import Callable
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from socket import socket
from typing import Any

from watchfiles import watch as changes

from setu.errors import SetuError
from setu.i18n import LANGUAGES
from setu.site.build import IGNORED, IGNORED_SUFFIXES, PACKAGE, SHARED, Builder, Outcome

HOST = "127.0.0.1"
TYPES = {".woff2": "font/woff2", ".js": "text/javascript", ".mjs": "text/javascript"}
"""Windows takes these from its registry, where they may be wrong."""


class Server(ThreadingHTTPServer):
    """Serves the folders that a builder fills: English at ``/``, the others under their name."""

    daemon_threads = True
    # On Windows this would let two programs share one port.
    allow_reuse_address = hasattr(socket, "SO_REUSEPORT")
    cache: Path | None = None


def listen(port: int) -> Server:
    """Take the port before anything is built. Raises ``SetuError`` if it is taken."""
    try:
        return Server((HOST, port), _Handler)
    except OSError as error:
        raise SetuError("port_in_use", port=port, free=_free_port()) from error


def watch(server: Server, builder: Builder, report: Callable[[list[Outcome]], None]) -> None:
    """Serve until Ctrl+C; build again what changes meanwhile."""
    server.cache = builder.cache
    threading.Thread(target=server.serve_forever, daemon=True).start()
    watched = [PACKAGE]
    watched += [builder.root / name for name in SHARED if (builder.root / name).exists()]
    watched += [
        folder
        for lang in LANGUAGES
        for folder in (builder.root / "docs" / lang, builder.root / "notebooks" / lang)
        if folder.exists() and lang != "en"
    ]
    for _ in changes(*watched, watch_filter=_is_source, raise_interrupt=False, debounce=300):
        report(builder.update())
    server.shutdown()
    builder.close()


def _is_source(_: object, path: str) -> bool:
    found = Path(path)
    return not IGNORED.intersection(found.parts) and found.suffix not in IGNORED_SUFFIXES


def _free_port() -> int:
    with socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


class _Handler(SimpleHTTPRequestHandler):
    server: Server
    extensions_map = {**SimpleHTTPRequestHandler.extensions_map, **TYPES}  # noqa: RUF012
    protocol_version = "HTTP/1.1"

    def translate_path(self, path: str) -> str:
        cache = self.server.cache
        assert cache is not None
        lang, _, rest = path.lstrip("/").partition("/")
        folder, inside = (
            (cache / lang, f"/{rest}") if lang in LANGUAGES[1:] else (cache / "en", path)
        )
        self.directory = str(folder)
        return super().translate_path(inside)

    def send_error(self, code: int, *words: Any, **more: Any) -> None:
        cache = self.server.cache
        page = cache / "en" / "404.html" if cache else None
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
