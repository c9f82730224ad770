"""The course on paper: what the PDF is printed from."""

from __future__ import annotations

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from setu.site.pdf import whole_course

from ..conftest import Site

pytestmark = pytest.mark.chromium
PRESSED = ".md-button, [download], .setu-start, .md-code__nav, .headerlink, .playground .files"


@pytest.fixture
def paper(browser_context: BrowserContext, site: Site, address: str) -> Page:
    page = browser_context.new_page()
    place = f"{address}bn/print.html"
    html = whole_course(site.folder, "bn/")
    page.route(place, lambda route: route.fulfill(body=html, content_type="text/html"))
    page.emulate_media(media="print")
    page.goto(place)
    return page


def test_the_sign_of_a_box_has_room_beside_its_title(paper: Page) -> None:
    for kind in (".admonition-title", "details.predict > summary", "details.hint > summary"):
        title = paper.locator(f".md-typeset {kind}").first
        style = "each => { const { paddingLeft, fontSize } = getComputedStyle(each); "
        room, size = title.evaluate(
            style + "return [parseFloat(paddingLeft), parseFloat(fontSize)] }"
        )
        assert room > 1.5 * size, kind


def test_nothing_to_press_is_on_paper(paper: Page) -> None:
    for button in paper.locator(PRESSED).all():
        expect(button).to_be_hidden()


def test_a_table_stays_a_table(paper: Page) -> None:
    paper.set_viewport_size({"width": 688, "height": 1000})  # A4 between its margins
    cells = paper.locator("[data-pairs] tbody tr").first.locator("td")
    what, code = cells.nth(0).bounding_box(), cells.nth(1).bounding_box()
    assert what
    assert code
    assert code["y"] == what["y"]
