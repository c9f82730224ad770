"""The first paint in Chromium: it waits for its font, not for long, and nothing is lost by it."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, Route, expect

from .conftest import Watched

pytestmark = pytest.mark.chromium
CHAPTER = "chapters/ch07_create_read/"
PHONE = {"viewport": {"width": 360, "height": 740}, "has_touch": True, "is_mobile": True}
FONT = re.compile(r"/style/noto-sans-bengali-400\.\w+\.woff2$")
PLACE = 3000
"""Pixels down the page."""
A_LINE = 20
"""Pixels: the browser gives the place back by what stands there, one more or less."""


@pytest.mark.parametrize("browser_context", [PHONE], indirect=True)
def test_what_was_kept_out_of_the_first_paint_is_there_at_once(page: Page, address: str) -> None:
    page.goto(address + CHAPTER)
    expect(page.locator("html.first")).to_have_count(0)
    assert page.locator("article > :last-child").is_visible()


@pytest.mark.parametrize("browser_context", [PHONE], indirect=True)
def test_an_address_with_a_section_leads_to_it(page: Page, address: str) -> None:
    page.goto(f"{address}{CHAPTER}#next")
    expect(page.locator("#next")).to_be_in_viewport()


@pytest.mark.parametrize("browser_context", [PHONE], indirect=True)
def test_who_comes_back_is_where_they_were(page: Page, address: str) -> None:
    page.goto(f"{address}bn/{CHAPTER}")
    expect(page.locator("html:is(.first, .wait)")).to_have_count(0)
    page.evaluate("place => scrollTo(0, place)", PLACE)
    page.goto(f"{address}bn/")
    page.go_back()
    page.wait_for_function(f"place => Math.abs(scrollY - place) <= {A_LINE}", arg=PLACE)


def test_a_page_does_not_wait_long_for_its_font(page: Page, address: str) -> None:
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    page.route(FONT, hold)
    page.goto(f"{address}bn/{CHAPTER}", wait_until="commit")
    expect(page.locator("h1")).to_be_visible()
    assert held
    for route in held:
        route.continue_()
    page.wait_for_function("() => document.fonts.check('1em \"Setu Bangla\"', 'ক')")


def test_a_page_whose_font_does_not_come_is_shown(
    page: Page, address: str, watched: Watched
) -> None:
    page.route(FONT, lambda route: route.abort())
    page.goto(f"{address}bn/{CHAPTER}")
    expect(page.locator("h1")).to_be_visible()
    assert all("ERR_FAILED" in told for told in watched.complaints)
    watched.complaints.clear()


def test_what_is_typed_is_drawn_with_the_whole_font(page: Page, address: str) -> None:
    page.goto(f"{address}bn/")
    box = page.locator("input.md-search__input")
    family = "each => getComputedStyle(each).fontFamily"
    assert box.evaluate(family).startswith('"Setu Bangla"')
    box.fill("ক্ষ্ম্যূ")
    assert box.evaluate(family).startswith('"Noto Sans Bengali"')
