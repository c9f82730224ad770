"""Readers walk through app, lab and exercise: at a desk and on a phone, online and then offline."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from setu.i18n import LANGUAGES

from ..browser.host import Host, hosting
from ..conftest import Site
from .walking import DESKTOP, MINE, PATIENCE, PHONE, PLACES, Reader

pytestmark = pytest.mark.chromium


@pytest.fixture
def host(site: Site) -> Iterator[Host]:
    with hosting(site.folder) as server:
        yield server


@pytest.fixture(params=["desktop", "phone"])
def place(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(params=LANGUAGES)
def reader(
    request: pytest.FixtureRequest, place: str, chromium: Browser, host: Host
) -> Iterator[Reader]:
    lang, touch = request.param, place == "phone"
    context = chromium.new_context(**(PHONE if touch else DESKTOP))
    context.set_default_timeout(PATIENCE)
    yield Reader(context.new_page(), host, lang, touch)
    context.close()


def test_walk_online_and_offline(reader: Reader) -> None:
    for kind in PLACES:
        reader.open(kind)
        reader.write(kind)
        reader.run(kind)
        reader.looks_right()
    reader.page.goto(reader.address("chapters/ch08_update_delete/"))
    reader.kept_by_worker()

    reader.host.down = True
    for kind in PLACES:
        reader.open(kind)
        reader.page.reload()
        reader.press(reader.button(kind, "page_edit"))
        expect(reader.editor(kind)).to_contain_text(MINE.strip())
        reader.run(kind)
        reader.looks_right()

    # A page whose app was never run, and one that was never read.
    reader.page.goto(reader.address("chapters/ch08_update_delete/"))
    reader.run("app")
    reader.page.goto(reader.address("chapters/ch03_models/"))
    expect(reader.page.locator("html")).to_have_attribute("lang", reader.lang)
    expect(reader.page.locator("#kept a[href]").first).to_be_visible()
