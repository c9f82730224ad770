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
CHECKED = json.dumps({"ch07_get_user": "passed", "ch08_delete_user": "failed", "x": "passed"})


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
    page.evaluate("kept => localStorage.setItem('setu.exercises', kept)", CHECKED)
    # It lists the exercises of the chapter that is open.
    for name, state, words in (
        ("ch07_get_user", "read", "(पास)"),
        ("ch08_delete_user", "begun", "(जाँच हुई, अभी पास नहीं)"),
    ):
        page.goto(f"{address}hi/exercises/{name}/")
        marked = page.locator(f".md-nav--primary a[data-state={state}]")
        expect(marked).to_have_count(1)
        expect(marked).to_contain_text(words)


STATES = {
    "en": ["(not begun)", "(passed)", "(checked, not passed yet)"],
    "bn": ["(শুরু হয়নি)", "(পাস)", "(চেক হয়েছে, এখনো পাস হয়নি)"],
    "hi": ["(शुरू नहीं हुआ)", "(पास)", "(जाँच हुई, अभी पास नहीं)"],
}
SOLVED = {
    "en": "Exercises passed: 1 of",
    "bn": "পাস করা অনুশীলন:",
    "hi": "पास किए हुए अभ्यास:",
}


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_path_says_of_each_exercise_whether_it_was_tried_or_passed(
    page: Page, address: str, lang: str
) -> None:
    page.goto(address + folder(lang) + "glossary/")
    page.evaluate("kept => localStorage.setItem('setu.exercises', kept)", CHECKED)
    page.goto(address + folder(lang))
    new, passed, failed = STATES[lang]
    shapes = set()
    for name, state, words in (
        ("ch03_product_model", None, new),
        ("ch07_get_user", "read", passed),
        ("ch08_delete_user", "begun", failed),
    ):
        link = page.locator(f".path a.exercise[href*='{name}']")
        assert link.get_attribute("data-state") == state
        expect(link.locator(".said")).to_have_text(words)
        drawn = (
            "each => { const { backgroundImage, maskImage } = getComputedStyle(each, '::before');"
        )
        shapes.add(tuple(link.evaluate(drawn + "return [backgroundImage, maskImage] }")))
    assert len(shapes) == 3, "not told apart by colour alone"
    expect(page.locator(".progress")).to_contain_text(SOLVED[lang])


def test_the_path_line_has_a_dot_for_each_exercise_and_says_how_many_passed(
    page: Page, address: str
) -> None:
    page.goto(f"{address}hi/{CHAPTER}")
    step = page.locator(".path-line a[data-chapter=ch07_create_read]")
    expect(step.locator("i")).to_have_count(1)
    expect(step.locator(".said")).to_have_text("(शुरू किया)")
    page.evaluate(
        """kept => {
            localStorage.setItem('setu.exercises', kept)
            dispatchEvent(new Event('setu.exercises'))
        }""",
        CHECKED,
    )
    expect(step.locator("i[data-state=read]")).to_have_count(1)
    expect(step.locator(".said")).to_have_text("(शुरू किया, पास किए हुए अभ्यास: 1 में से 1)")
    other = page.locator(".path-line a[data-chapter=ch08_update_delete]")
    expect(other.locator("i")).to_have_count(2)
    expect(other.locator("i[data-state=begun]")).to_have_count(1)
    expect(other.locator(".said")).to_contain_text("2 में से 0")


@pytest.mark.parametrize("kept", ["no JSON", "[1]", "null", '{"ch07_create_read": 3, "x": "read"}'])
def test_a_spoiled_memory_does_no_harm(page: Page, address: str, kept: str) -> None:
    page.goto(address + "glossary/")
    page.evaluate("kept => localStorage.setItem('setu.read', kept)", kept)
    page.goto(address + CHAPTER)
    page.locator("button[data-reads]").click()
    state = page.locator(".path-line a[data-chapter=ch07_create_read]")
    expect(state).to_have_attribute("data-state", "read")


@pytest.mark.parametrize("name", ["old-new/", "start/", "cheatsheet/"])
def test_on_a_phone_code_stands_below_what_it_is_for(page: Page, address: str, name: str) -> None:
    page.set_viewport_size({"width": 360, "height": 740})
    page.goto(address + name)
    pairs = page.locator("[data-pairs]")
    what, code = (
        pairs.first.locator("tbody tr").first.locator("td").nth(index).bounding_box()
        for index in (0, 1)
    )
    assert what
    assert code
    assert code["y"] >= what["y"] + what["height"]
    wide = "each => each.scrollWidth > each.parentElement.parentElement.clientWidth"
    assert not any(pairs.nth(index).evaluate(wide) for index in range(pairs.count()))


@pytest.mark.parametrize("browser_context", [PHONE], indirect=True)
def test_many_chapters_fit_on_the_path_line_of_a_phone(page: Page, address: str) -> None:
    page.goto(f"{address}bn/{CHAPTER}")
    page.evaluate(
        """() => {
            const path = document.querySelector(".path-line ol")
            while (path.children.length < 18) path.append(path.children[3].cloneNode(true))
        }"""
    )
    assert page.evaluate("document.documentElement.scrollWidth") <= 360


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("browser_context", [PHONE], indirect=True)
def test_what_is_pressed_has_room_for_a_finger(page: Page, address: str, lang: str) -> None:
    for name in ("", CHAPTER, "exercises/ch07_get_user/"):
        page.goto(address + folder(lang) + name)
        small = page.evaluate(
            """() => [...document.querySelectorAll(
              ".md-header__button:not(.md-logo), .md-typeset .md-button, .setu-button, "
              + "summary, .exercises a"
            )].filter(each => each.checkVisibility()).map(each => {
              const { width, height } = each.getBoundingClientRect()
              return [each.className, Math.round(width), Math.round(height)]
            }).filter(([, width, height]) => width < 44 || height < 44)"""
        )
        assert small == [], name


@pytest.mark.parametrize(
    "browser_context",
    [{}, {"forced_colors": "active"}],
    indirect=True,
    ids=["ours", "the reader's"],
)
def test_symbols_are_drawn_in_our_and_in_the_readers_own_colours(page: Page, address: str) -> None:
    page.goto(address + CHAPTER)
    search = page.locator(".md-search__icon svg >> nth=0")
    before = search.screenshot()
    search.evaluate("icon => { icon.firstChild.style.clipPath = 'none' }")
    assert search.screenshot() != before
    shown = "each => getComputedStyle(each, '::before').backgroundColor"
    behind = page.evaluate("getComputedStyle(document.body).backgroundColor")
    for symbol in ("details.contents > summary", "#goals + ul > li >> nth=0"):
        assert page.locator(symbol).evaluate(shown) != behind, symbol
