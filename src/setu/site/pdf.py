"""The whole course of one language as one PDF, printed by the browser."""

from __future__ import annotations

import os
import posixpath
import re
import shutil
import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from setu.errors import SetuError

ARTICLE = re.compile(r"<article\b.*?</article>", re.DOTALL)
HEAD = re.compile(r".*?</head>", re.DOTALL)
NEXT = re.compile(r'<link rel="next" href="([^"]+)"')
SOURCE = re.compile(r'(\ssrc=")(?!data:|https?:)([^"]+)')
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
PAGE = "print.html"
# Links inside the course would lead to a server that is gone; paper cannot unfold a box.
READY = """async () => {
  for (const link of document.querySelectorAll("a[href]")) {
    if (link.origin === location.origin) link.removeAttribute("href")
  }
  for (const box of document.querySelectorAll("details")) box.open = true
  await document.fonts.ready
}"""


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        """Nothing of each request."""


def write(site: Path, lang: str, target: Path) -> None:
    """Print the pages of ``lang`` of the built ``site``, in their order, into ``target``.

    Raises ``SetuError`` without Playwright or a browser.
    """
    browser = os.environ.get("SETU_CHROMIUM") or next(
        filter(None, map(shutil.which, BROWSERS)), None
    )
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        browser = None
    if browser is None:
        raise SetuError("pdf_needs_browser")
    start = "" if lang == "en" else f"{lang}/"
    whole = whole_course(site, start)
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Quiet, directory=str(site)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    address = f"http://127.0.0.1:{server.server_address[1]}/{start}{PAGE}"
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=browser, args=["--disable-gpu"])
        context = chromium.new_context(service_workers="block", color_scheme="light")
        page = context.new_page()
        page.route(address, lambda route: route.fulfill(body=whole, content_type="text/html"))
        page.goto(address)
        page.evaluate(READY)
        page.pdf(
            path=target,
            format="A4",
            margin={"top": "16mm", "bottom": "16mm", "left": "14mm", "right": "14mm"},
            outline=True,
            tagged=True,
        )
        chromium.close()
    server.shutdown()
    server.server_close()


def whole_course(site: Path, start: str) -> str:
    """All articles below the head of the home page; every page begins on a new sheet."""
    home = (site / start / "index.html").read_text(encoding="utf-8")
    head = HEAD.match(home)
    assert head is not None
    articles = [_article(html, place) for place, html in _pages(site, start)]
    body = "".join(f'<div style="break-before:page">{article}</div>' for article in articles)
    # Material indents by the direction that its own body names.
    attributes = 'class="whole" dir="ltr" data-md-color-scheme="default"'
    return f"{head[0]}<body {attributes}>{body}</body></html>"


def _pages(site: Path, start: str) -> Iterator[tuple[str, str]]:
    """Place below the language's home and HTML of each page, in the order of "next"."""
    place, seen = "", set()
    while place not in seen:
        seen.add(place)
        html = (site / start / place / "index.html").read_text(encoding="utf-8")
        yield place, html
        if not (found := NEXT.search(html)):
            return
        place = posixpath.normpath(posixpath.join(place, found[1]))


def _article(html: str, place: str) -> str:
    found = ARTICLE.search(html)
    assert found is not None
    return SOURCE.sub(
        lambda each: each[1] + posixpath.normpath(posixpath.join(place, each[2])), found[0]
    )
