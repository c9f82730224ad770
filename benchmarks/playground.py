"""What the playground transfers and how long it takes, in headless Chromium.

uv run python benchmarks/playground.py          (from an otherwise quiet machine)
"""

from __future__ import annotations

import gzip
import os
import shutil
import statistics
import sys
import tempfile
import threading
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from playwright.sync_api import BrowserContext, sync_playwright
from rich.console import Console
from rich.table import Table

from setu.playground import build

ROOT = Path(__file__).resolve().parents[1]
PACKED = {".zip", ".zst"}
EXERCISE = "ch07_get_user"
TIMES = 5
MEASURE = """async ([folder, chapter, exercise]) => {
    const { engine } = await import(`${folder}engine.js`)
    const json = async name => await (await fetch(`${folder}data/${name}.json`)).json()
    const timed = async (name, given) => {
        const start = performance.now()
        const answer = await engine().call(name, given)
        return [performance.now() - start, answer.ms]
    }
    const lab = code => timed("lab.run", { lab: chapter, cell: "a", code })
    const first = await lab("1 + 1")
    const again = []
    for (let i = 0; i < 5; i += 1) again.push(await lab("sum(range(1000))"))
    const { starter, solution } = await json(exercise)
    const checks = []
    for (let i = 0; i < 4; i += 1) {
        checks.push(await timed("exercise.check", { exercise, files: { ...starter, ...solution } }))
    }
    const { files } = await json("ch07_create_read")
    const app = await timed("app.start", { chapter: "ch07_create_read", files })
    const asked = { method: "GET", path: "/users", headers: {}, body: null }
    const request = { chapter: "ch07_create_read", ...asked }
    const requests = []
    for (let i = 0; i < 5; i += 1) requests.push(await timed("app.request", request))
    return { first, again, checks, app, requests }
}"""


class _Handler(SimpleHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def end_headers(self) -> None:
        self.send_header("Cache-Control", "public, max-age=31536000, immutable")
        super().end_headers()

    def log_message(self, *_: object) -> None:
        """Nothing of each request."""


def sent(path: Path) -> int:
    """Bytes of a file as a host sends it that compresses with gzip and nothing else."""
    content = path.read_bytes()
    return len(content) if path.suffix in PACKED else len(gzip.compress(content, 6, mtime=0))


def measure(context: BrowserContext, address: str, folder: str) -> dict[str, Any]:
    page = context.new_page()
    page.set_default_timeout(180_000)
    page.goto(address)
    found: dict[str, Any] = page.evaluate(MEASURE, [folder, "ch02_session", EXERCISE])
    page.close()
    return found


def transfer(table: Table, place: Path, whole: Path) -> None:
    loaded = [*build.COUNTED, *build.PYODIDE[:2], "worker.js"]
    sizes = {name: sent(whole / name) for name in loaded}
    for name, size in sizes.items():
        table.add_row(f"  {name}", f"{size / 1e6:.2f} MB", "")
    chunks = [path for path in whole.glob("*.js") if path.name.startswith(("app", "lab", "chunk"))]
    rest = sum(map(sent, [*chunks, whole / "playground.css", whole / "words.bn.json"]))
    table.add_row("  scripts, style, words", f"{rest / 1e6:.2f} MB", "")
    table.add_row("first visit", f"{(sum(sizes.values()) + rest) / 1e6:.2f} MB", "11 MB")
    for name in ("codemirror", "swagger"):
        size = sum(sent(path) for path in whole.glob(f"{name}-*.js"))
        table.add_row(f"{name}, when it is opened", f"{size / 1e3:.0f} kB", "")
    size = sent(place / "start.js")
    table.add_row("a page on which nobody presses Run", f"{size / 1e3:.1f} kB more", "15 kB")


def speed(table: Table, runs: list[dict[str, Any]]) -> None:
    def middle(values: list[float]) -> str:
        return f"{statistics.median(values) / 1000:.2f} s"

    cold, warm = runs[0], runs[2:]  # the second run is the one whose code the browser keeps
    table.add_row("first result, nothing compiled yet", middle([cold["first"][0]]), "")
    table.add_row("first result, warm", middle([run["first"][0] for run in warm]), "2.5 s")
    over = [whole - own for run in warm for whole, own in run["again"]]
    table.add_row(
        "further run, over the code's own time", f"{statistics.median(over):.1f} ms", "100 ms"
    )
    table.add_row("check, the first", middle([run["checks"][0][0] for run in warm]), "")
    checks = [whole for run in warm for whole, _ in run["checks"][1:]]
    table.add_row("check, warm", middle(checks), "1.5 s")
    table.add_row("app started", middle([run["app"][0] for run in warm]), "")
    asked = [whole for run in warm for whole, _ in run["requests"][1:]]
    table.add_row("request", f"{statistics.median(asked):.1f} ms", "")


def main() -> None:
    made = build.make(ROOT)
    if made is None:
        sys.exit("no playground")
    with tempfile.TemporaryDirectory() as scratch:
        site = Path(scratch, "site")
        shutil.copytree(made, site)
        (site / "index.html").write_text('<!doctype html><link rel="icon" href="data:,">')
        server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Handler, directory=str(site)))
        threading.Thread(target=server.serve_forever, daemon=True).start()
        address = f"http://127.0.0.1:{server.server_address[1]}/"
        place = site / build.PLACE
        whole = next(path for path in place.iterdir() if path.is_dir())
        folder = f"{address}{build.PLACE}/{whole.name}/"
        with sync_playwright() as playwright:
            context = playwright.chromium.launch_persistent_context(
                Path(scratch, "browser"),
                executable_path=os.environ.get("SETU_CHROMIUM", "/usr/bin/chromium"),
                args=["--no-sandbox", "--disable-gpu"],
            )
            runs = [measure(context, address, folder) for _ in range(2 + TIMES)]
            context.close()
        server.shutdown()
        table = Table("", "measured", "bar")
        transfer(table, place, whole)
        speed(table, runs)
        Console().print(table)


if __name__ == "__main__":
    main()
