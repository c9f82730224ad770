"""Chromium, and the built site on an address of this machine."""

from __future__ import annotations

import os
import shutil
import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Request, sync_playwright

from conftest import skip_or_fail

from ..conftest import Site

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def chromium_path() -> str:
    """Where the system's Chromium lies; ``SETU_CHROMIUM`` names another one."""
    named = os.environ.get("SETU_CHROMIUM")
    path = named or next(filter(None, map(shutil.which, NAMES)), "")
    if not path:
        skip_or_fail("chromium", "no Chromium: apt-get install chromium, or set SETU_CHROMIUM")
    return path


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """The browser of a module's tests.

    Closed after each module: while Playwright is open, its event loop runs in this thread, and
    ``asyncio.run`` in a later test would refuse to start another.
    """
    path = chromium_path()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        yield browser
        browser.close()


class _Host(SimpleHTTPRequestHandler):
    def __init__(self, *words: Any, base: str, **more: Any) -> None:
        self.base = base
        super().__init__(*words, **more)

    def translate_path(self, path: str) -> str:
        below = path.startswith(self.base)
        return super().translate_path("/" + path.removeprefix(self.base) if below else "/nothing")

    def log_message(self, *_: object) -> None:
        """Nothing of each request in the tests' output."""


def serve(folder: Path, base: str = "/") -> Iterator[str]:
    """The address of a folder's files below ``base``, until the iterator goes on."""
    handler = partial(_Host, base=base, directory=str(folder))
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_address[1]}{base}"
    server.shutdown()
    server.server_close()


@pytest.fixture(scope="session")
def address(site: Site) -> Iterator[str]:
    """Where the built site can be opened: below the path that it was told (404.html names it)."""
    yield from serve(site.folder, urlsplit(site.address).path)


@dataclass
class Watched:
    """What a page did besides what was asked of it."""

    requests: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)

    def listen(self, page: Page) -> None:
        page.on("request", self._request)
        page.on("console", lambda said: self._complain(said.type, said.text, said.location))
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("response", lambda answer: self._answer(answer.status, answer.url))

    def expect_nothing(self, address: str) -> None:
        """Nothing went wrong, and nothing left the site at ``address``."""
        assert not self.complaints
        here = (address, "data:", "blob:")
        assert not [url for url in self.requests if not url.startswith(here)]

    def _request(self, request: Request) -> None:
        self.requests.append(request.url)

    def _complain(self, kind: str, text: str, place: Mapping[str, Any]) -> None:
        if kind in ("error", "warning"):
            self.complaints.append(f"{text} ({place['url']})")

    def _answer(self, status: int, url: str) -> None:
        if status >= 400:
            self.complaints.append(f"{status} {url}")


@pytest.fixture
def watched() -> Watched:
    """Requests and complaints of this test's pages; a complaint fails the test."""
    return Watched()


@pytest.fixture
def browser_context(request: pytest.FixtureRequest, chromium: Browser) -> Iterator[BrowserContext]:
    """A reader with a browser of their own; ``param`` are options of Playwright's context."""
    options = {"locale": "en-US", "viewport": {"width": 1280, "height": 900}}
    context = chromium.new_context(**{**options, **getattr(request, "param", {})})
    yield context
    context.close()


@pytest.fixture
def page(browser_context: BrowserContext, watched: Watched, address: str) -> Iterator[Page]:
    """An empty page; at the end nothing may have gone wrong in it or have left this machine."""
    page = browser_context.new_page()
    watched.listen(page)
    yield page
    watched.expect_nothing(address)
