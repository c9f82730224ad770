"""The server of ``setu serve``: a page that is open learns that it was built anew."""

from __future__ import annotations

import re
import threading
import urllib.request
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from setu.site.build import Outcome
from setu.site.serve import Pages, Server, listen

SCRIPT = re.compile(r'<script src="/setu-reload.js" data-version="(\d+)" defer></script></head>')


class Built:
    """Stands for the builder: its pages are there, and each build is noted."""

    def __init__(self, folder: Path) -> None:
        self.cache = folder
        self.built: list[list[str]] = []
        for lang in ("en", "bn", "hi"):
            (folder / lang).mkdir()
            page = f"<html><head></head><body>{lang}</body></html>"
            (folder / lang / "index.html").write_text(page, encoding="utf-8")
            (folder / lang / "notes.txt").write_text("<head></head>", encoding="utf-8")

    def folder(self, lang: str) -> Path:
        return self.cache / lang

    def update(self, languages: Sequence[str]) -> list[Outcome]:
        self.built.append(list(languages))
        return []


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    with listen(0) as server:
        server.pages = Pages(Built(tmp_path), lambda _: None)  # type: ignore[arg-type]
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server
        server.shutdown()


def ask(server: Server, path: str, method: str = "GET") -> tuple[str, str]:
    """The body, and the version of the pages that its headers name."""
    address = f"http://127.0.0.1:{server.server_port}{path}"
    request = urllib.request.Request(address, method=method)
    with urllib.request.urlopen(request) as answer:  # noqa: S310  (our own server)
        return answer.read().decode(), answer.headers["Setu-Version"] or ""


@pytest.mark.parametrize("path", ["/", "/bn/", "/hi/index.html", "/?q=x"])
def test_a_page_carries_the_version_that_it_is(server: Server, path: str) -> None:
    html, version = ask(server, path)
    [found] = SCRIPT.findall(html)
    assert found == version == ask(server, "/setu-reload.js", "HEAD")[1]


def test_a_build_is_another_version(server: Server) -> None:
    assert server.pages is not None
    _, before = ask(server, "/bn/")
    server.pages.changed(["docs/bn/index.md"])
    _, after = ask(server, "/setu-reload.js", "HEAD")
    assert after != before
    assert ask(server, "/bn/")[1] == after


def test_only_the_language_looked_at_is_built(server: Server) -> None:
    assert server.pages is not None
    ask(server, "/hi/")
    server.pages.changed(["docs/hi/index.md"])
    assert server.pages.builder.built == [["hi"]]  # type: ignore[attr-defined]
    ask(server, "/")
    assert server.pages.builder.built == [["hi"], ["en"]]  # type: ignore[attr-defined]


def test_other_files_are_served_as_they_are(server: Server) -> None:
    assert ask(server, "/notes.txt")[0] == "<head></head>"


def test_the_script_asks_past_the_service_worker(server: Server) -> None:
    script, _ = ask(server, "/setu-reload.js")
    assert 'method: "HEAD"' in script
