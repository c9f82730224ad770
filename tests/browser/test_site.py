"""The site in Chromium: languages, terms, search, and nothing from another host."""

from __future__ import annotations

import json
import re
import unicodedata
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from setu.i18n import LANGUAGES

from ..conftest import ADDRESS, ROOT, Site
from .conftest import Watched

pytestmark = pytest.mark.chromium
CHAPTER = "chapters/ch07_create_read/"
PHONE = {"viewport": {"width": 360, "height": 740}, "has_touch": True, "is_mobile": True}


def search(page: Page, words: str) -> list[str]:
    """The places in the course that the search lists for ``words``, best first, each once."""
    box = page.locator("input.md-search__input")
    box.fill("")
    box.press("End")  # Material listens to keys
    page.wait_for_function("() => !document.querySelector('.md-search-result__item')")
    box.fill(words)
    box.press("End")
    page.wait_for_selector(".md-search-result:not([aria-busy]) .md-search-result__item")
    links = page.eval_on_selector_all(
        ".md-search-result__item > a",
        "(links, base) => links.map(link => link.pathname.replace(base, ''))",
        urlsplit(ADDRESS).path,
    )
    return list(dict.fromkeys(links))


# --- the way of a learner


def test_from_home_through_chapter_lab_and_exercise_to_hindi_and_the_search(
    page: Page, address: str
) -> None:
    page.goto(address)
    page.hover(".md-select")
    page.click(".md-select__link[data-lang=bn]")
    page.wait_for_url(f"{address}bn/")
    page.locator(f"article a[href*='{CHAPTER}']").first.click()
    page.wait_for_url(f"{address}bn/{CHAPTER}")
    page.locator("article a[href*='labs/ch07_create_read/']").first.click()
    page.wait_for_url(f"{address}bn/labs/ch07_create_read/")
    assert page.locator(".cell[data-cell] .highlight pre > code").count() > 5
    page.locator(".md-nav--primary a[href*='exercises/ch07_get_user/']").click()
    page.wait_for_url(f"{address}bn/exercises/ch07_get_user/")
    page.locator("details.hint summary").first.click()
    expect(page.locator("details.hint").first.locator("p").first).to_be_visible()
    page.hover(".md-select")
    page.click(".md-select__link[data-lang=hi]")
    page.wait_for_url(f"{address}hi/exercises/ch07_get_user/")
    assert page.evaluate("document.documentElement.lang") == "hi"
    assert search(page, "সেশনের"), "a Bangla word is found on a Hindi page too"
    page.keyboard.press("Escape")
    page.hover(".md-select")
    page.click(".md-select__link[data-lang=bn]")
    page.wait_for_url(f"{address}bn/exercises/ch07_get_user/")
    assert f"bn/{CHAPTER}" in search(page, "রিকোয়েস্টের")
    page.locator(".md-search-result__item > a").first.click()
    page.wait_for_url(re.compile(rf"{address}bn/"))


# --- languages


@pytest.mark.parametrize(
    ("browser_context", "path"),
    [({"locale": "bn-BD"}, "bn/"), ({"locale": "hi-IN"}, "hi/"), ({"locale": "fr-FR"}, "")],
    indirect=["browser_context"],
)
def test_the_first_visit_goes_to_the_language_of_the_browser(
    page: Page, address: str, path: str
) -> None:
    page.goto(address)
    page.wait_for_url(address + path)


@pytest.mark.parametrize("browser_context", [{"locale": "bn-BD"}], indirect=True)
def test_only_the_home_page_chooses_and_later_the_reader_has_chosen(
    page: Page, address: str
) -> None:
    page.goto(address + "glossary/")
    expect(page).to_have_url(address + "glossary/")
    page.goto(address)
    page.wait_for_url(address + "bn/")
    page.hover(".md-select")
    page.click(".md-select__link[data-lang=en]")
    page.wait_for_url(address)
    page.goto(address)
    expect(page).to_have_url(address)
    page.goto(address + "bn/")
    expect(page).to_have_url(address + "bn/")


def test_the_switcher_keeps_page_and_section(page: Page, address: str) -> None:
    page.goto(address + CHAPTER + "#create")
    page.hover(".md-select")
    page.click(".md-select__link[data-lang=hi]")
    page.wait_for_url(f"{address}hi/{CHAPTER}#create")
    assert page.evaluate("document.documentElement.lang") == "hi"


def test_the_switcher_keeps_the_section_that_is_being_read(page: Page, address: str) -> None:
    page.goto(address + CHAPTER)
    page.evaluate("document.querySelector('#create').scrollIntoView()")
    page.hover(".md-select")
    page.click(".md-select__link[data-lang=bn]")
    page.wait_for_url(re.compile(rf"{address}bn/{CHAPTER}#create$"))


# --- terms


def test_a_term_explains_itself_under_the_mouse(page: Page, address: str) -> None:
    page.goto(address + CHAPTER)
    tip = page.locator("#setu-tip")
    expect(tip).to_be_hidden()
    page.locator("a.term").first.hover()
    expect(tip).to_be_visible()
    page.mouse.move(2, 2)
    expect(tip).to_be_hidden()


def test_a_term_explains_itself_on_focus_and_escape_closes(page: Page, address: str) -> None:
    page.goto(f"{address}bn/{CHAPTER}")
    term = page.locator("a.term").first
    term.focus()
    tip = page.locator("#setu-tip")
    expect(tip).to_be_visible()
    explained = page.evaluate("term => setuTerms[term.hash.slice(1)]", term.element_handle())
    assert (tip.text_content() or "") == explained.replace("`", "")
    expect(term).to_have_attribute("aria-describedby", "setu-tip")
    page.keyboard.press("Escape")
    expect(tip).to_be_hidden()


@pytest.mark.parametrize("browser_context", [PHONE], indirect=True)
def test_a_tap_explains_and_a_second_one_opens_the_glossary(page: Page, address: str) -> None:
    page.goto(f"{address}hi/{CHAPTER}")
    term = page.locator("a.term").first
    term.tap()
    tip = page.locator("#setu-tip")
    expect(tip).to_be_visible()
    box = tip.bounding_box()
    assert box is not None
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= 360
    term.tap()
    page.wait_for_url(re.compile(r"/hi/glossary/#"))


# --- search


def test_the_index_is_fetched_when_the_search_is_touched(
    page: Page, address: str, watched: Watched
) -> None:
    page.goto(f"{address}bn/{CHAPTER}", wait_until="networkidle")
    assert not [url for url in watched.requests if "/search/" in url or "lunr" in url]
    page.focus("input.md-search__input")
    page.wait_for_event("response", lambda answer: "bn/search/titles.json" in answer.url)
    page.wait_for_event("response", lambda answer: "bn/search/search_index.json" in answer.url)


def test_titles_are_found_without_the_rest_of_the_index(page: Page, address: str) -> None:
    page.route("**/search/search_index.json", lambda route: route.abort())
    page.goto(address + CHAPTER)
    assert search(page, "session")[0] == "glossary/"


def test_words_that_are_in_no_title_are_found_once_all_is_there(
    page: Page, address: str, site: Site
) -> None:
    docs = json.loads((site.folder / "search/search_index.json").read_text("utf-8"))["docs"]
    assert not any("Nadia" in doc["title"] for doc in docs)
    page.goto(address + CHAPTER)
    assert CHAPTER in {place.split("#")[0] for place in search(page, "Nadia")}


@pytest.mark.parametrize(
    ("lang", "words"),
    [
        ("bn", "ডেটাবেস"),
        ("bn", "ডেটা"),
        ("bn", "সেশনের"),
        ("bn", "সেশনগুলোকে"),
        ("bn", "মাইগ্রেশনগুলো"),
        ("bn", "লোডিংয়ের"),
        ("bn", "কো\u09dfেরিতে"),  # as many keyboards write it
        ("bn", "কুয়েরি"),
        ("bn", "ডাটাবেজ"),
        ("bn", "session"),
        ("hi", "डेटाबेस"),
        ("hi", "फाइल"),
        ("hi", "फ़ाइलें"),
        ("hi", "टेबलों"),
        ("hi", "क्वेरियाँ"),
        ("hi", "जरूरत"),
        ("hi", "हिंदी"),
        ("hi", "प्राइमरी की"),
        ("hi", "session"),
        ("en", "sessions"),
        ("en", "migrat"),
        ("en", "সেশন"),
    ],
)
def test_words_are_found_as_people_type_them(
    page: Page, address: str, lang: str, words: str
) -> None:
    folder = "" if lang == "en" else f"{lang}/"
    page.goto(f"{address}{folder}errors/")
    found = search(page, words)
    assert found
    others = tuple(f"{each}/" for each in LANGUAGES if each != lang)
    assert not [path for path in found if path.startswith(others)]
    assert all(path.startswith(folder) for path in found)


@pytest.mark.parametrize(
    ("lang", "words", "shown"),
    [("bn", "সেশনগুলোর", "সেশন"), ("hi", "फाइल", "फ़ाइल"), ("hi", "session", "सेशन")],
)
def test_results_show_the_word_as_the_page_writes_it(
    page: Page, address: str, lang: str, words: str, shown: str
) -> None:
    page.goto(f"{address}{lang}/errors/")
    search(page, words)
    marks = page.eval_on_selector_all(
        ".md-search-result__item mark", "marks => marks.map(mark => mark.textContent)"
    )
    assert any(unicodedata.normalize("NFC", mark).startswith(shown) for mark in marks)
    assert not [mark for mark in marks if "<" in mark or ">" in mark]


def test_a_whole_error_message_can_be_pasted(page: Page, address: str) -> None:
    page.goto(address)
    found = search(page, "sqlalchemy.exc.IntegrityError: UNIQUE constraint failed: users.username")
    assert CHAPTER in found[:3]


def test_what_is_pasted_without_a_key_is_searched(page: Page, address: str) -> None:
    page.goto(address)
    page.focus("input.md-search__input")
    page.keyboard.insert_text("UNIQUE constraint failed: users.username")
    expect(page.locator(".md-search-result__item").first).to_be_visible()


def test_of_a_whole_traceback_its_last_error_is_searched(page: Page, address: str) -> None:
    page.goto(address)
    frames = "\n".join(
        f'  File "venv/lib/python3.11/site-packages/sqlalchemy/engine/base.py", '
        f"line {n}, in _execute_context_{n}\n    self.dialect.do_execute(cursor, statement_{n})"
        for n in range(100)
    )
    around = "The above exception was the direct cause of the following exception:"
    said = "UNIQUE constraint failed: users.username"
    cause = f"sqlite3.IntegrityError: {said}"
    error = f"sqlalchemy.exc.IntegrityError: (sqlite3.IntegrityError) {said}"
    found = search(page, f"{frames}\n{cause}\n{around}\n{frames}\n{error}")
    assert CHAPTER in found[:3]
    links = page.eval_on_selector_all(
        ".md-search-result__item > a", "all => all.map(a => new URLSearchParams(a.search).get('h'))"
    )
    assert not {"file", "line", "in"} & {word for marked in links for word in marked.split()}


# --- the frame


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("browser_context", [PHONE], indirect=True)
def test_no_page_is_wider_than_a_small_phone(
    page: Page, address: str, site: Site, lang: str
) -> None:
    folder = "" if lang == "en" else f"{lang}/"
    for name in (
        "",
        CHAPTER,
        "labs/ch07_create_read/",
        "glossary/",
        "old-new/",
        "errors/",
        "start/",
    ):
        page.goto(address + folder + name)
        width = page.evaluate("document.documentElement.scrollWidth")
        assert width <= 360, name


def test_light_and_dark_are_remembered_in_every_language(
    page: Page, browser_context: BrowserContext, address: str
) -> None:
    page.goto(address + "glossary/")
    body = page.locator("body")
    for _ in range(3):
        if body.get_attribute("data-md-color-scheme") == "slate":
            break
        page.click("form[data-md-component=palette] label:not([hidden])")
    expect(body).to_have_attribute("data-md-color-scheme", "slate")
    page.goto(address + "bn/glossary/")
    expect(page.locator("body")).to_have_attribute("data-md-color-scheme", "slate")


# --- the files of an app or an exercise


def test_a_file_opens_below_its_link_and_closes_again(page: Page, address: str) -> None:
    page.goto(address + CHAPTER)
    link = page.locator("div[data-setu=app] .files a").first
    link.click()
    listing = page.locator(".files li").first.locator("pre > code")
    source = ROOT / CHAPTER / (link.text_content() or "")
    expect(listing).to_have_text(source.read_text("utf-8"))
    expect(link).to_have_attribute("aria-expanded", "true")
    link.click()
    expect(listing).to_have_count(0)
    assert page.url == address + CHAPTER


def test_without_scripts_a_file_is_a_page_of_its_own(chromium: Browser, address: str) -> None:
    context = chromium.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{address}bn/exercises/ch07_get_user/")
    page.locator("div[data-setu=exercise] .files a").first.click()
    page.wait_for_url(re.compile(rf"{address}bn/files/ch07_get_user/.*\.txt$"))
    assert "async def" in page.content()
    context.close()
