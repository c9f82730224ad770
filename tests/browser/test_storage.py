"""A reader whose browser keeps nothing, as all cookies are blocked, has the whole site."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from .conftest import ARGUMENTS, Watched, chromium_path

pytestmark = pytest.mark.chromium
BLOCKED = {"profile": {"default_content_setting_values": {"cookies": 2}}}
CHAPTER = "chapters/ch07_create_read/"
REFUSED = """() => {
  const frame = document.body.appendChild(document.createElement("iframe"))
  try { return !frame.contentWindow.localStorage } catch { return true } finally { frame.remove() }
}"""


@pytest.fixture
def browser_context(chromium: Browser, tmp_path: Path) -> Iterator[BrowserContext]:
    """A browser with a profile of its own, which is set to keep nothing."""
    preferences = tmp_path / "Default" / "Preferences"
    preferences.parent.mkdir()
    preferences.write_text(json.dumps(BLOCKED), encoding="utf-8")
    context = chromium.browser_type.launch_persistent_context(
        tmp_path, executable_path=chromium_path(), args=ARGUMENTS, locale="en-US"
    )
    yield context
    context.close()


def test_no_page_complains(page: Page, address: str, watched: Watched) -> None:
    for place in ("", "bn/", f"hi/{CHAPTER}", "exercises/ch07_get_user/", "glossary/"):
        page.goto(address + place)
        assert page.evaluate(REFUSED), "this browser keeps something"
        expect(page).to_have_url(address + place)
        watched.expect_nothing(address)


def test_what_the_reader_chooses_lasts_for_the_page(page: Page, address: str) -> None:
    page.goto(address + CHAPTER)
    page.locator("button[data-reads]").click()
    step = page.locator(".path-line a[data-chapter=ch07_create_read]")
    expect(step).to_have_attribute("data-state", "read")
    body = page.locator("body")
    before = body.get_attribute("data-md-color-scheme")
    for _ in range(2):  # by itself, light, dark
        page.click("form[data-md-component=palette] label:not([hidden])")
    expect(body).not_to_have_attribute("data-md-color-scheme", before or "")
    page.focus("input.md-search__input")
    page.fill("input.md-search__input", "session")
    page.locator("input.md-search__input").press("End")
    expect(page.locator(".md-search-result__item").first).to_be_visible()
    page.reload()
    expect(step).to_have_attribute("data-state", "begun")


def test_the_app_runs(page: Page, address: str) -> None:
    page.goto(address + CHAPTER)
    app = page.locator("[data-setu=app]")
    app.locator(".setu-button--main").first.click()
    expect(app.locator(".setu-example").first).to_be_visible(timeout=120_000)
