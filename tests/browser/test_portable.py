"""The zip to hand round, unpacked: opened as files in Chromium, and with its little server."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from setu.i18n import LANGUAGES
from setu.site import portable
from setu.site.words import site_words

from ..conftest import Site
from .conftest import Watched

pytestmark = pytest.mark.chromium
PATIENCE = 120_000.0
WORDS = {"en": "session", "bn": "সেশনের", "hi": "सेशन"}


@pytest.fixture(scope="module")
def stick(site: Site, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder that comes out of the zip."""
    folder = tmp_path_factory.mktemp("stick")
    portable.write(site.folder, folder / "course.zip")
    with zipfile.ZipFile(folder / "course.zip") as archive:
        archive.extractall(folder)
    return folder / portable.NAME


@pytest.fixture
def page(chromium: Browser, watched: Watched) -> Iterator[Page]:
    """A page of which nothing may go wrong, nor come from a network."""
    context = chromium.new_context(locale="en-US", viewport={"width": 1280, "height": 900})
    page = context.new_page()
    watched.listen(page)
    yield page
    context.close()
    watched.expect_nothing("file://")


def place(stick: Path, lang: str, name: str) -> str:
    return (stick / ("" if lang == "en" else lang) / name / "index.html").as_uri()


@pytest.mark.parametrize("lang", LANGUAGES)
def test_pages_are_read_from_link_to_link(page: Page, stick: Path, lang: str) -> None:
    page.goto(place(stick, lang, ""))
    page.locator("article a[href*='chapters/ch02_session/']").first.click()
    page.wait_for_url(place(stick, lang, "chapters/ch02_session"))
    expect(page.locator("article svg[role=img]").first).to_be_visible()
    fonts = "document.fonts.ready.then(all => [...all].some(each => each.status === 'loaded'))"
    assert page.evaluate(fonts)
    other = "hi" if lang == "bn" else "bn"
    page.hover(".md-select")
    page.click(f".md-select__link[data-lang={other}]")
    page.wait_for_url(place(stick, other, "chapters/ch02_session") + "*")
    assert page.evaluate("document.documentElement.lang") == other


@pytest.mark.parametrize("lang", LANGUAGES)
def test_what_is_looked_for_is_found(page: Page, stick: Path, lang: str) -> None:
    page.goto(place(stick, lang, "errors"))
    box = page.locator("input.md-search__input")
    box.fill(WORDS[lang])
    box.press("End")
    page.locator(".md-search-result__item > a").first.click()
    page.wait_for_url(lambda url: "/errors/" not in url)
    expect(page.locator("article h1")).to_be_visible()
    assert page.evaluate("document.documentElement.lang") == lang


@pytest.mark.parametrize("name", ["chapters/ch07_create_read", "labs/ch07_create_read"])
@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_page_says_what_running_needs(page: Page, stick: Path, lang: str, name: str) -> None:
    page.goto(place(stick, lang, name))
    expect(page.locator(".setu-size").first).to_have_text(site_words(lang).text("page_as_file"))
    expect(page.locator(".setu-start")).to_have_count(0)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows sends Ctrl+C to the whole console")
def test_with_the_little_server_code_runs(
    chromium: Browser, watched: Watched, stick: Path, tmp_path: Path
) -> None:
    server = subprocess.Popen(
        [sys.executable, str(stick / "serve.py"), "0"],
        cwd=tmp_path,
        env={**os.environ, "BROWSER": "true"},  # what opens a page for a person
        stdout=subprocess.PIPE,
        encoding="utf-8",
    )
    try:
        assert server.stdout is not None
        address = server.stdout.readline().split()[-2]
        context = chromium.new_context()
        page = context.new_page()
        watched.listen(page)
        page.goto(f"{address}hi/exercises/ch07_get_user/index.html")
        page.locator(".setu-start .setu-button--main").click()
        expect(page.locator(".setu-verdict-head")).to_be_visible(timeout=PATIENCE)
        context.close()
        watched.expect_nothing(address)
    finally:
        server.send_signal(signal.SIGINT)
        assert server.wait(30) == 0
