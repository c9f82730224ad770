"""Build time, and what a reader's first visit to a chapter transfers.

uv run python benchmarks/site.py
uv run python benchmarks/site.py --browser   (on a slow phone, beside stock mkdocs-material)
uv run python benchmarks/site.py --serve     (a changed page under `setu serve`, nothing else)
"""

from __future__ import annotations

import contextlib
import gzip
import re
import shutil
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from playwright.sync_api import (
    Browser,
    CDPSession,
    Page,
    Response,
    ViewportSize,
    sync_playwright,
)
from rich.console import Console
from rich.table import Table

from setu.site import includes
from setu.site.course import Course

ROOT = Path(__file__).resolve().parents[1]
CHAPTER = "chapters/ch07_create_read/"
FOLDERS = {"en": "", "bn": "bn/", "hi": "hi/"}
COMPRESSED = (".woff2", ".png", ".zip")
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    # Other hosts, which the stock theme asks for its fonts, do not answer.
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
]
NEXT = "chapters/ch08_update_delete/"
PHONE = ViewportSize(width=412, height=823)
SLOW_4G = {
    "offline": False,
    "latency": 562.5,  # ms of each request
    "downloadThroughput": 1.47 * 1024 * 1024 / 8,  # bytes a second
    "uploadThroughput": 675 * 1024 / 8,
}
SLOWER = 4
"""Times that the processor is slower."""
RUNS = 3
OBSERVE = """
window.measured = {lcp: 0, cls: 0}
const observe = (type, each) =>
  new PerformanceObserver(list => list.getEntries().forEach(each)).observe({type, buffered: true})
observe("largest-contentful-paint", entry => { measured.lcp = entry.startTime })
observe("layout-shift", entry => { if (!entry.hadRecentInput) measured.cls += entry.value })
"""
MEASURED = """() => {
  const [paint] = performance.getEntriesByName("first-contentful-paint")
  return {...measured, fcp: paint?.startTime ?? 0}
}"""


class _Quiet(SimpleHTTPRequestHandler):
    def handle(self) -> None:
        with contextlib.suppress(ConnectionError):  # the browser was closed
            super().handle()

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
            for url, size in sizes.items():
                address = url.partition("?")[0]
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


class _Packed(_Quiet):
    """Sends text as gzip -6, and lets the browser keep everything but pages."""

    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        path = Path(self.translate_path(self.path.split("?")[0]))
        if path.is_dir():
            path = path / "index.html"
        if not path.is_file():
            self.send_error(404)
            return
        body = path.read_bytes()
        self.send_response(200)
        if not path.name.endswith(COMPRESSED):
            body = gzip.compress(body, 6)
            self.send_header("Content-Encoding", "gzip")
        keep = "no-cache" if path.suffix == ".html" else "max-age=86400"
        self.send_header("Cache-Control", keep)
        self.send_header("Content-Type", self.guess_type(str(path)))
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        with contextlib.suppress(ConnectionError):
            self.wfile.write(body)


def stock(out: Path) -> None:
    """The same chapters in mkdocs-material as it comes, one folder per language."""
    for lang, folder in FOLDERS.items():
        docs = out.parent / f"stock-{lang}"
        for uri, source in Course(ROOT, lang).sources.items():
            if uri.startswith("chapters/") or uri == "index.md":
                page = docs / uri
                page.parent.mkdir(parents=True, exist_ok=True)
                page.write_text(_included(source.text), encoding="utf-8")
        config = docs.with_suffix(".yml")
        config.write_text(
            f"site_name: Setu\ndocs_dir: {docs}\nsite_dir: {out / folder}\n"
            f"theme: {{name: material, language: {lang}}}\n"
            "markdown_extensions: [admonition, attr_list, md_in_html, tables, pymdownx.details,"
            " pymdownx.highlight, pymdownx.superfences]\n",
            encoding="utf-8",
        )
        command = [sys.executable, "-m", "mkdocs", "build", "-q", "-f", str(config)]
        subprocess.run(command, check=True, capture_output=True)


def _included(text: str) -> str:
    """Markdown with the code that it names."""

    def code(found: re.Match[str]) -> str:
        path = ROOT / found["path"]
        lines = includes.source(ROOT, found["path"], found["names"] or "", str(path)).splitlines()
        return "\n".join(found["indent"] + line for line in lines)

    return re.sub(includes.INCLUDE.pattern, code, text, flags=re.MULTILINE)


def on_a_slow_phone(sites: dict[str, Path]) -> Table:
    """First visit of chapter 7 and the next page after it, on Slow 4G, median of ``RUNS``."""
    columns = ("site", "KB", "FCP s", "LCP s", "CLS", "next page KB", "its LCP s")
    table = Table(*columns, title=f"Slow 4G, processor {SLOWER}× slower, {PHONE}")
    path = shutil.which("chromium") or shutil.which("google-chrome")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        for name, site in sites.items():
            server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Packed, directory=str(site)))
            threading.Thread(target=server.serve_forever, daemon=True).start()
            for lang, folder in FOLDERS.items():
                home = f"http://127.0.0.1:{server.server_port}/{folder}"
                runs = [_slow_visits(browser, home) for _ in range(RUNS)]
                values = [statistics.median(column) for column in zip(*runs, strict=True)]
                shown = ("{:.0f}", "{:.2f}", "{:.2f}", "{:.3f}", "{:.1f}", "{:.2f}")
                cells = [form.format(value) for form, value in zip(shown, values, strict=True)]
                table.add_row(f"{name} {lang}", *cells)
            server.shutdown()
        browser.close()
    return table


def _slow_visits(browser: Browser, home: str) -> tuple[float, ...]:
    context = browser.new_context(viewport=PHONE, locale="en", service_workers="block")
    context.add_init_script(OBSERVE)
    page = context.new_page()
    session = context.new_cdp_session(page)
    session.send("Network.enable")
    session.send("Network.emulateNetworkConditions", SLOW_4G)
    session.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
    first, following = (_measure(page, session, home + name) for name in (CHAPTER, NEXT))
    context.close()
    return (*first, following[0], following[2])


def _measure(page: Page, session: CDPSession, address: str) -> tuple[float, float, float, float]:
    """KB of the transfer with its headers, FCP and LCP in seconds, CLS."""
    received: list[float] = []

    def finished(end: dict[str, float]) -> None:
        received.append(end["encodedDataLength"])

    session.on("Network.loadingFinished", finished)
    page.goto(address, wait_until="networkidle", timeout=120_000)
    page.wait_for_timeout(1500)
    found = page.evaluate(MEASURED)
    session.remove_listener("Network.loadingFinished", finished)
    return sum(received) / 1000, found["fcp"] / 1000, found["lcp"] / 1000, found["cls"]


def served_again() -> Table:
    """Seconds from saving a chapter until ``setu serve`` gives its new text, of each language."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    table = Table("language", "new text after, s (of 3)", title="setu serve, a changed page")
    command = [sys.executable, "-m", "setu", "serve", "--port", str(port), "--lang", "en"]
    server = subprocess.Popen(
        command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    )
    assert server.stdout is not None
    try:
        next(line for line in server.stdout if f":{port}/" in line)
        for lang, folder in FOLDERS.items():
            page = f"http://127.0.0.1:{port}/{folder}{CHAPTER}"
            source = ROOT / "docs" / lang / f"{CHAPTER.rstrip('/')}.md"
            before = source.read_text(encoding="utf-8")
            try:
                times = [_until_served(page, source, before, run) for run in range(RUNS)]
            finally:
                source.write_text(before, encoding="utf-8")
            table.add_row(lang, " ".join(f"{seconds:.1f}" for seconds in times))
    finally:
        server.send_signal(signal.SIGINT)
        server.wait()
    return table


def _until_served(page: str, source: Path, before: str, run: int) -> float:
    _text(page)  # the language that is looked at is the one that is built
    mark = f"({run}.{time.time_ns()})"
    began = time.perf_counter()
    source.write_text(f"{before}\n{mark}\n", encoding="utf-8")
    while mark not in _text(page):
        time.sleep(0.1)
    return time.perf_counter() - began


def _text(page: str) -> str:
    try:
        with urllib.request.urlopen(page) as answer:  # noqa: S310  (our own server)
            return str(answer.read().decode())
    except OSError:  # while the new pages take the place of the old ones
        return ""


if __name__ == "__main__":
    console = Console(width=110)
    if "--serve" in sys.argv[1:]:
        console.print(served_again())
        sys.exit()
    with tempfile.TemporaryDirectory() as folder:
        console.print(build_times(Path(folder) / "site"))
        console.print(first_visits(Path(folder) / "site"))
        if "--browser" in sys.argv[1:]:
            stock(Path(folder) / "stock")
            sites = {"Setu": Path(folder) / "site", "stock": Path(folder) / "stock"}
            console.print(on_a_slow_phone(sites))
