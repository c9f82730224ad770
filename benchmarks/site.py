"""Build time, and what a reader's first visit to a chapter transfers.

uv run python benchmarks/site.py
"""

from __future__ import annotations

import gzip
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from playwright.sync_api import Browser, Response, sync_playwright
from rich.console import Console
from rich.table import Table

ROOT = Path(__file__).resolve().parents[1]
CHAPTER = "chapters/ch07_create_read/"
FOLDERS = {"en": "", "bn": "bn/", "hi": "hi/"}
COMPRESSED = (".woff2", ".png", ".zip")
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        """Nothing of each request."""


def build_times(out: Path) -> Table:
    """Seconds of a cold build of all three languages, and of one in which nothing changed."""
    shutil.rmtree(ROOT / ".cache" / "site", ignore_errors=True)
    table = Table("build", "seconds")
    for name in ("cold, three languages", "nothing changed"):
        began = time.perf_counter()
        command = [sys.executable, "-m", "setu", "build", "--out", str(out)]
        subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
        table.add_row(name, f"{time.perf_counter() - began:.1f}")
    return table


def first_visits(site: Path) -> Table:
    """KB of a first visit to chapter 7, each file as gzip -6 would send it."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Quiet, directory=str(site)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    table = Table("language", "requests", "KB in all", "fonts", "css", "js", "html", "other")
    path = shutil.which("chromium") or shutil.which("google-chrome")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        for lang, folder in FOLDERS.items():
            sizes = _visit(browser, f"http://127.0.0.1:{server.server_port}/{folder}{CHAPTER}")
            kinds = dict.fromkeys(("woff2", "css", "js", "html", "other"), 0)
            for address, size in sizes.items():
                ending = address.rsplit(".", 1)[-1] if not address.endswith("/") else "html"
                kinds[ending if ending in kinds else "other"] += size
            columns = [f"{size / 1000:.0f}" for size in (sum(sizes.values()), *kinds.values())]
            table.add_row(lang, str(len(sizes)), *columns)
        browser.close()
    server.shutdown()
    return table


def _visit(browser: Browser, address: str) -> dict[str, int]:
    sizes: dict[str, int] = {}

    def received(response: Response) -> None:
        body = response.body()
        packed = response.url.endswith(COMPRESSED)
        sizes[response.url] = len(body if packed else gzip.compress(body, 6))

    page = browser.new_page(viewport={"width": 390, "height": 800})
    page.on("response", received)
    page.goto(address, wait_until="networkidle")
    page.close()
    return sizes


if __name__ == "__main__":
    console = Console(width=110)
    with tempfile.TemporaryDirectory() as folder:
        console.print(build_times(Path(folder) / "site"))
        console.print(first_visits(Path(folder) / "site"))
