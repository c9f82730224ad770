"""A new site is put up while old pages are open; a browser or an address that cannot run it."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from setu.i18n import LANGUAGES
from setu.playground import build

from ..browser.host import Host, hosting
from ..conftest import Site
from .walking import DESKTOP, MINE, PATIENCE, PHONE, PLACES, Reader

pytestmark = pytest.mark.chromium


@pytest.fixture(scope="module")
def newer(site: Site, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same site with its playground under another hash."""
    folder = tmp_path_factory.mktemp("newer") / "site"
    shutil.copytree(site.folder, folder)
    place = folder / build.PLACE
    [old] = [path for path in place.iterdir() if path.is_dir()]
    new = old.name[::-1]
    old.rename(place / new)
    start = place / "start.js"
    start.write_text(start.read_text("utf-8").replace(old.name, new), encoding="utf-8")
    return folder


@pytest.fixture
def host(site: Site) -> Iterator[Host]:
    with hosting(site.folder) as server:
        yield server


@pytest.mark.parametrize(("lang", "touch"), [("en", False), ("bn", True)])
def test_an_old_page_says_that_it_is_old_and_the_new_one_has_the_work(
    chromium: Browser, host: Host, newer: Path, lang: str, touch: bool
) -> None:
    context = chromium.new_context(**(PHONE if touch else DESKTOP))
    context.set_default_timeout(PATIENCE)
    pages = {kind: Reader(context.new_page(), host, lang, touch) for kind in PLACES}
    for kind, reader in pages.items():
        reader.open(kind)
        reader.write(kind)
    host.folder = newer
    for kind, reader in pages.items():
        reader.page.bring_to_front()
        reader.press(reader.button(kind, "page_check" if kind == "exercise" else "page_run"))
        reader.said(kind, "page_ended_outdated")
        expect(reader.editor(kind)).to_contain_text(MINE.strip())
        reader.press(reader.button(kind, "page_reload"))
        reader.press(reader.button(kind, "page_edit"))
        expect(reader.editor(kind)).to_contain_text(MINE.strip())
        reader.run(kind)
    context.close()


def test_nothing_was_loaded_yet_when_the_new_site_came(
    chromium: Browser, host: Host, newer: Path
) -> None:
    context = chromium.new_context(**DESKTOP)
    page = Reader(context.new_page(), host, "hi")
    page.open("app")
    host.folder = newer
    page.press(page.button("app", "page_run"))
    page.said("app", "page_ended_outdated")
    page.press(page.button("app", "page_reload"))
    page.run("app")
    context.close()


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("kind", PLACES)
def test_a_page_opened_as_a_file_says_how_it_runs(
    chromium: Browser, site: Site, host: Host, lang: str, kind: str
) -> None:
    context = chromium.new_context()
    reader = Reader(context.new_page(), host, lang)
    folder = site.folder if lang == "en" else site.folder / lang
    reader.page.goto((folder / PLACES[kind] / "index.html").as_uri())
    told = reader.page.locator(".lab" if kind == "lab" else f"div[data-setu={kind}]")
    expect(told).to_contain_text(reader.word("page_as_file"))
    expect(told).to_contain_text("uv run setu")
    expect(reader.page.locator(".setu-button")).to_have_count(0)
    context.close()


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_browser_without_webassembly_says_how_it_runs(
    chromium: Browser, host: Host, lang: str
) -> None:
    context = chromium.new_context()
    context.add_init_script("delete globalThis.WebAssembly")
    reader = Reader(context.new_page(), host, lang)
    for kind in PLACES:
        reader.open(kind)
        told = reader.page.locator(".lab" if kind == "lab" else f"div[data-setu={kind}]")
        expect(told).to_contain_text(reader.word("page_unable"))
        expect(told).to_contain_text("uv run setu")
        expect(reader.page.locator(".setu-button")).to_have_count(0)
    context.close()
