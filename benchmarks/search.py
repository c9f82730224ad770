"""The search index of each language, and the first result on a slow phone.

uv run python benchmarks/search.py [FOLDER OF A BUILT SITE]
"""

from __future__ import annotations

import contextlib
import gzip
import json
import shutil
import sys
import threading
import time
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright
from rich.console import Console
from rich.table import Table

CHAPTER = "chapters/ch07_create_read/"
QUERIES = {"en": "session", "bn": "সেশনের", "hi": "सेशन"}
CHAPTERS = 18
GROWING = ("chapters/", "exercises/", "errors/", "old-new/")
SLOW_4G = {"latency": 562.5, "downloadThroughput": 184_000, "uploadThroughput": 84_000}


class _Packing(SimpleHTTPRequestHandler):
    """Sends text as a host does: gzip -6, so that what is measured is what a reader waits for."""

    def handle(self) -> None:
        with contextlib.suppress(ConnectionError):  # the browser was closed
            super().handle()

    def do_GET(self) -> None:
        path = Path(self.translate_path(self.path))
        path = path / "index.html" if path.is_dir() else path
        if not path.is_file():
            self.send_error(404)
            return
        body = path.read_bytes()
        packed = path.suffix in (".html", ".js", ".css", ".json", ".svg", ".webmanifest")
        body = gzip.compress(body, 6) if packed else body
        self.send_response(200)
        self.send_header("Content-Type", self.guess_type(str(path)))
        self.send_header("Content-Length", str(len(body)))
        if packed:
            self.send_header("Content-Encoding", "gzip")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Nothing of each request."""


def first_result(browser: Browser, address: str, query: str) -> float:
    """Seconds from the touch of the search box to the first result; the index is not loaded yet."""
    context = browser.new_context(viewport={"width": 412, "height": 823}, service_workers="block")
    page = context.new_page()
    page.goto(address, wait_until="networkidle")
    session = context.new_cdp_session(page)
    session.send("Network.enable")
    session.send("Network.emulateNetworkConditions", {"offline": False, **SLOW_4G})
    session.send("Emulation.setCPUThrottlingRate", {"rate": 4})
    began = time.perf_counter()
    page.click("header [for=__search]")
    page.locator("input.md-search__input").fill(query)
    page.locator("input.md-search__input").press("End")
    page.wait_for_selector(".md-search-result__item", timeout=60_000)
    seconds = time.perf_counter() - began
    context.close()
    return seconds


def share_of_chapters(index: bytes) -> float:
    """How much of the index grows with each chapter: all but the glossary and the guides."""
    docs = json.loads(index)["docs"]
    sizes = {
        grows: len(gzip.compress(json.dumps(of, ensure_ascii=False).encode(), 6))
        for grows in (True, False)
        for of in [[each for each in docs if each["location"].startswith(GROWING) is grows]]
    }
    return sizes[True] / sum(sizes.values())


def measure(site: Path) -> Table:
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Packing, directory=str(site)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    written = len(list((site / "chapters").iterdir()))
    columns = ("language", "titles, KB gz", "index", f"at {CHAPTERS} chapters")
    table = Table(*columns, "first result, s (of 3)")
    path = shutil.which("chromium") or shutil.which("google-chrome")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path)
        for lang, query in QUERIES.items():
            folder = "" if lang == "en" else f"{lang}/"
            index = (site / folder / "search/search_index.json").read_bytes()
            size = len(gzip.compress(index, 6)) / 1000
            titles = (site / folder / "search/titles.json").read_bytes()
            first = len(gzip.compress(titles, 6)) / 1000
            later = size + share_of_chapters(index) * size * (CHAPTERS / written - 1)
            address = f"http://127.0.0.1:{server.server_port}/{folder}{CHAPTER}"
            times = sorted(first_result(browser, address, query) for _ in range(3))
            said = " ".join(f"{each:.2f}" for each in times)
            table.add_row(lang, f"{first:.0f}", f"{size:.0f}", f"{later:.0f}", said)
        browser.close()
    server.shutdown()
    return table


if __name__ == "__main__":
    place = Path(sys.argv[1] if len(sys.argv) > 1 else "site")
    Console(width=110).print(measure(place))
