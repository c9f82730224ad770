"""The look in Chromium: nothing cut off, nothing too wide, and what the browser remembers."""

from __future__ import annotations

import json

import pytest
from playwright.sync_api import Page, expect

from setu.i18n import LANGUAGES

pytestmark = pytest.mark.chromium
CHAPTER = "chapters/ch07_create_read/"
KINDS = (
    "",
    CHAPTER,
    "labs/ch07_create_read/",
    "exercises/ch07_get_user/",
    "glossary/",
    "old-new/",
    "errors/",
    "cheatsheet/",
    "start/",
)
PHONE = {"viewport": {"width": 360, "height": 740}, "has_touch": True, "is_mobile": True}
CUT = """() => [...document.querySelectorAll(
  "h1, h2, h3, h4, th, .md-button, .md-nav__link, .md-nav__title, .md-ellipsis, summary, .facts, "
  + ".path li, .cards li"
)].filter(each => each.offsetParent && getComputedStyle(each).overflowY !== "visible"
  && each.scrollHeight > each.clientHeight + 1
).map(each => `${each.className}: ${each.textContent.trim()}`)"""
DARK_JOINTS = """() => [...document.querySelectorAll("body *")].filter(each =>
  each.offsetParent && /[\\u0900-\\u09ff]/.test(each.firstChild?.nodeValue ?? "")
).flatMap(each => {
  const { color } = getComputedStyle(each)
  const alpha = color.match(/rgba\\(.*, ([\\d.]+)\\)/)?.[1]
  return alpha && alpha !== "0" ? [`${each.className}: ${color}`] : []
})"""


def folder(lang: str) -> str:
    return "" if lang == "en" else f"{lang}/"


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize(
    "browser_context",
    [PHONE, {"color_scheme": "dark"}],
    indirect=True,
    ids=["phone light", "desktop dark"],
)
def test_no_letter_is_cut_off_or_has_dark_joints_and_no_page_is_too_wide(
    page: Page, address: str, lang: str
) -> None:
    for name in KINDS:
        page.goto(address + folder(lang) + name)
        assert page.evaluate(CUT) == [], name
        assert page.evaluate(DARK_JOINTS) == [], name
        width, room = page.evaluate("[document.documentElement.scrollWidth, innerWidth]")
        assert width <= room, name


def test_the_browser_remembers_which_chapters_were_opened_and_read(
    page: Page, address: str
) -> None:
    page.goto(address)
    expect(page.locator(".progress")).to_have_count(0)
    page.goto(address + CHAPTER)
    step = page.locator(".path-line a[data-chapter=ch07_create_read]")
    button = page.locator("button[data-reads]")
    expect(step).to_have_attribute("data-state", "begun")
    expect(button).to_have_attribute("aria-pressed", "false")
    button.press("Enter")
    expect(button).to_have_attribute("aria-pressed", "true")
    expect(step).to_have_attribute("data-state", "read")
    page.goto(address + "hi/")
    link = page.locator(".path a.chapter[data-chapter=ch07_create_read]")
    expect(link).to_have_attribute("data-state", "read")
    expect(link.locator(".said")).to_contain_text("पढ़ लिया")
    expect(page.locator(".progress")).to_contain_text("1")
    page.goto(address + "glossary/")
    nav = page.locator(".md-nav--primary a[data-state=read]")
    expect(nav.first).to_contain_text("7. Create and read")
    page.goto(address + CHAPTER)
    page.locator("button[data-reads]").click()
    assert json.loads(page.evaluate("localStorage.getItem('setu.read')")) == {
        "ch07_create_read": "begun"
    }


def test_the_navigation_marks_exercises_that_were_checked(page: Page, address: str) -> None:
    page.goto(address + "hi/glossary/")
    kept = json.dumps({"ch07_get_user": "passed", "ch08_delete_user": "failed", "x": "passed"})
    page.evaluate("kept => localStorage.setItem('setu.exercises', kept)", kept)
    for place in ("hi/glossary/", "hi/exercises/ch07_get_user/"):
        page.goto(address + place)
        marked = page.locator(".md-nav--primary a[data-state=read]")
        expect(marked).to_have_count(1)
        expect(marked).to_contain_text("(पास)")
        begun = page.locator(".md-nav--primary a[data-state=begun][href*='ch08_delete_user']")
        expect(begun).to_contain_text("(जाँच हुई, अभी पास नहीं)")


@pytest.mark.parametrize("kept", ["no JSON", "[1]", "null", '{"ch07_create_read": 3, "x": "read"}'])
def test_a_spoiled_memory_does_no_harm(page: Page, address: str, kept: str) -> None:
    page.goto(address + "glossary/")
    page.evaluate("kept => localStorage.setItem('setu.read', kept)", kept)
    page.goto(address + CHAPTER)
    page.locator("button[data-reads]").click()
    state = page.locator(".path-line a[data-chapter=ch07_create_read]")
    expect(state).to_have_attribute("data-state", "read")


def test_on_a_phone_the_new_form_stands_below_the_old_one(page: Page, address: str) -> None:
    page.set_viewport_size({"width": 360, "height": 740})
    page.goto(address + "old-new/")
    old, new = (
        page.locator(".old-new tbody tr").first.locator("td").nth(index).bounding_box()
        for index in (0, 1)
    )
    assert old
    assert new
    assert new["y"] >= old["y"] + old["height"]
