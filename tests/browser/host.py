"""A host of static files on this machine that can fail as hosts do."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

BASE = "/course/"
HELD_SECONDS = 60.0


class Host(ThreadingHTTPServer):
    """A static host that can go down, break off, or get a new site; the site lies below BASE.

    ``held``: files whose answers wait for their event.
    """

    daemon_threads = True

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.down = False
        self.cache_control = "max-age=0"
        self.breaks_off: set[str] = set()
        self.held: dict[str, threading.Event] = {}
        self.asked: list[str] = []
        super().__init__(("127.0.0.1", 0), _Handler)

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}{BASE}"


class _Handler(SimpleHTTPRequestHandler):
    server: Host

    def do_GET(self) -> None:
        host = self.server
        if host.down:
            self.close_connection = True
            return
        name = self.path.partition("?")[0].removeprefix(BASE)
        host.asked.append(name)
        if name in host.held:
            host.held[name].wait(HELD_SECONDS)
        if name in host.breaks_off:
            self.send_response(200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.send_header("Content-Length", "100000")
            self.end_headers()
            self.wfile.write(b"<!doctype html><title>half</title>")
            return
        self.directory = str(host.folder)
        super().do_GET()

    def do_HEAD(self) -> None:
        host = self.server
        if host.down:
            self.close_connection = True
            return
        self.directory = str(host.folder)
        super().do_HEAD()

    def translate_path(self, path: str) -> str:
        return super().translate_path("/" + path.removeprefix(BASE))

    def end_headers(self) -> None:
        self.send_header("Cache-Control", self.server.cache_control)
        super().end_headers()

    def log_message(self, *_: object) -> None:
        """Nothing of each request in the tests' output."""


@contextmanager
def hosting(folder: Path) -> Iterator[Host]:
    """A host of this folder, until the block ends."""
    with Host(folder) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server
        server.shutdown()
