"""axe-core finds nothing on any kind of page, and the keyboard alone reaches everything."""

from __future__ import annotations

from itertools import product
from typing import Literal

import pytest
from playwright.sync_api import Browser, Page, expect

from setu.i18n import LANGUAGES

from ..conftest import ROOT

pytestmark = pytest.mark.chromium
AXE = ROOT / "node_modules/axe-core/axe.min.js"
KINDS = [
    "",
    "start/",
    "chapters/ch02_session/",
    "chapters/ch07_create_read/",
    "labs/ch07_create_read/",
    "exercises/ch07_get_user/",
    "glossary/",
    "errors/",
    "cheatsheet/",
    "old-new/",
    "offline.html",
]
SCHEMES: list[Literal["light", "dark"]] = ["light", "dark"]
RUN = """async () => {
  const { violations } = await axe.run(document, { resultTypes: ["violations"] })
  return violations.map(({ id, nodes }) => `${id}: ${nodes[0].html.slice(0, 160)}`)
}"""


def show(page: Page, scheme: Literal["light", "dark"]) -> None:
    """The page in the colours of ``scheme``: its script hears of them with the next frame."""
    page.emulate_media(color_scheme=scheme)
    frames = "new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))"
    page.evaluate(frames)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_axe_finds_nothing_on_any_kind_of_page(chromium: Browser, address: str, lang: str) -> None:
    assert AXE.is_file(), "npm ci installs axe-core"
    context = chromium.new_context(
        reduced_motion="reduce",
        service_workers="block",
        bypass_csp=True,  # axe itself comes from outside
    )
    page = context.new_page()
    folder = "" if lang == "en" else f"{lang}/"
    found = []
    for kind in [*KINDS, "404.html"] if lang == "en" else KINDS:
        page.goto(address + folder + kind)
        page.add_script_tag(path=AXE)
        for width, scheme in product((360, 1280), SCHEMES):
            page.set_viewport_size({"width": width, "height": 800})
            show(page, scheme)
            found += [f"{kind} {width} {scheme}: {each}" for each in page.evaluate(RUN)]
    context.close()
    assert found == []


def test_pages_follow_the_colours_of_the_system(chromium: Browser, address: str) -> None:
    """So that what axe looks at above is light and dark."""
    context = chromium.new_context(reduced_motion="reduce", service_workers="block")
    page = context.new_page()
    grounds = []
    for kind in ("start/", "offline.html"):
        page.goto(address + kind)
        for scheme in SCHEMES:
            show(page, scheme)
            grounds.append(page.evaluate("getComputedStyle(document.body).backgroundColor"))
    context.close()
    light, dark = grounds[::2], grounds[1::2]
    assert not set(light) & set(dark)


def test_paper_is_light_whatever_the_screen_is(chromium: Browser, address: str) -> None:
    context = chromium.new_context(color_scheme="dark", service_workers="block")
    page = context.new_page()
    page.goto(f"{address}chapters/ch07_create_read/")
    soft = "getComputedStyle(document.body).getPropertyValue('--setu-soft')"
    on_screen = page.evaluate(soft)
    page.emulate_media(media="print")
    on_paper = page.evaluate(soft)
    page.emulate_media(media="screen")
    show(page, "light")
    assert on_screen != on_paper == page.evaluate(soft)
    context.close()


WHERE = """() => {
  const at = document.activeElement
  const inside = name => Boolean(at.closest(name))
  const box = at.getBoundingClientRect()
  const style = getComputedStyle(at)
  const ring = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) > 0
  return {
    tag: at.tagName,
    skip: inside(".md-skip"),
    search: inside(".md-search"),
    switcher: inside(".md-select"),
    palette: inside("[data-md-component=palette]"),
    nav: inside(".md-nav--primary"),
    contents: inside(".md-nav--secondary"),
    tabs: inside(".tabbed-set"),
    table: inside(".md-typeset__scrollwrap"),
    copy: inside(".md-code__nav, .md-clipboard"),
    foot: inside(".md-footer"),
    article: inside("article"),
    seen: box.width > 0 && box.height > 0,
    ring: ring || style.boxShadow !== "none",
    what: at.outerHTML.slice(0, 120),
  }
}"""
GROUPS = ("skip", "search", "switcher", "palette", "nav", "contents", "article", "foot")


def walk(page: Page, most: int = 500) -> list[dict[str, object]]:
    """Tab through a page until its end; where the focus was each time."""
    found: list[dict[str, object]] = []
    for _ in range(most):
        page.keyboard.press("Tab")
        here = page.evaluate(WHERE)
        if here["tag"] == "BODY":
            return found
        found.append(here)
    return found


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_keyboard_reaches_everything_in_order(
    chromium: Browser, address: str, lang: str
) -> None:
    context = chromium.new_context(viewport={"width": 1280, "height": 900})
    page = context.new_page()
    folder = "" if lang == "en" else f"{lang}/"
    page.goto(f"{address}{folder}chapters/ch07_create_read/")
    steps = walk(page)
    context.close()
    first = {
        group: next((place for place, step in enumerate(steps) if step[group]), None)
        for group in GROUPS
    }
    assert None not in first.values(), first
    assert first["skip"] == 0
    assert first["article"] < first["foot"]  # type: ignore[operator]
    unseen = [step["what"] for step in steps if not (step["ring"] or step["skip"])]
    assert unseen == []


@pytest.mark.parametrize("width", [360, 768])
def test_the_drawer_of_a_small_screen_is_opened_and_shut_with_keys(
    chromium: Browser, address: str, width: int
) -> None:
    context = chromium.new_context(viewport={"width": width, "height": 740})
    page = context.new_page()
    page.goto(f"{address}bn/chapters/ch07_create_read/")
    button = page.locator("button.drawer-button")
    shut = walk(page)
    assert not [step["what"] for step in shut if step["nav"]]
    button.focus()
    page.keyboard.press("Enter")
    expect(button).to_have_attribute("aria-expanded", "true")
    link = page.locator(".md-nav--primary a[href]").nth(1)
    link.focus()
    expect(link).to_be_focused()
    expect(link).to_be_in_viewport()
    page.keyboard.press("Escape")
    expect(button).to_have_attribute("aria-expanded", "false")
    expect(button).to_be_focused()
    context.close()


def test_the_skip_link_leads_into_the_text(chromium: Browser, address: str) -> None:
    context = chromium.new_context()
    page = context.new_page()
    page.goto(f"{address}chapters/ch07_create_read/")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("Boolean(document.activeElement.closest('article'))")
    context.close()


@pytest.mark.parametrize("lang", LANGUAGES)
def test_diagrams_say_in_words_what_they_show(chromium: Browser, address: str, lang: str) -> None:
    context = chromium.new_context(service_workers="block")
    page = context.new_page()
    folder = "" if lang == "en" else f"{lang}/"
    page.goto(f"{address}{folder}chapters/ch02_session/")
    drawings = page.eval_on_selector_all(
        "article svg:is([role=img], [aria-labelledby])",
        "all => all.map(each => each.querySelector('title, desc')?.textContent ?? '')",
    )
    context.close()
    script = {"en": "a", "bn": "\u09be", "hi": "\u093e"}[lang]
    assert drawings
    assert all(script in words for words in drawings)


def test_nothing_moves_for_who_does_not_want_it(chromium: Browser, address: str) -> None:
    context = chromium.new_context(reduced_motion="reduce", service_workers="block")
    page = context.new_page()
    page.goto(f"{address}chapters/ch07_create_read/")
    moving = page.evaluate(
        """() => [...document.querySelectorAll("*")].filter(each => {
          const style = getComputedStyle(each)
          const longest = text => Math.max(...text.split(",").map(parseFloat))
          return longest(style.transitionDuration) > 0.01 || style.animationName !== "none"
            || style.scrollBehavior === "smooth"
        }).map(each => each.outerHTML.slice(0, 100))"""
    )
    context.close()
    assert moving == []


def test_the_note_on_a_page_that_is_behind_has_links_that_show(page: Page, address: str) -> None:
    page.goto(f"{address}bn/start/")
    line = page.evaluate(
        """() => {
          const note = document.createElement("aside")
          note.innerHTML = 'এখনো মেলানো হয়নি: <a href="#learn">একটি অংশ</a>'
          document.querySelector("article").prepend(note)
          return getComputedStyle(note.firstElementChild).textDecorationLine
        }"""
    )
    assert line == "underline"
