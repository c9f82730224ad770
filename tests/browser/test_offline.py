"""The service worker: what was read is there without a network, and a new site does no harm."""

from __future__ import annotations

import hashlib
import json
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from threading import Event

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from setu.i18n import LANGUAGES

from ..conftest import Site
from .host import Host, hosting

pytestmark = pytest.mark.chromium
CHAPTER = "chapters/ch07_create_read/"
PATIENCE = 120_000.0
KEPT = """async () => {
  const cache = await caches.open("setu-course")
  return (await cache.keys()).map(request => request.url)
}"""


@pytest.fixture
def host(site: Site) -> Iterator[Host]:
    with hosting(site.folder) as server:
        yield server


@pytest.fixture
def reader(browser_context: BrowserContext) -> Page:
    return browser_context.new_page()


def read(page: Page, host: Host, path: str) -> None:
    """Open a page for the first time and wait until the service worker has kept it."""
    page.goto(host.address + path)
    wait_until_kept(page, host.address + path)
    page.wait_for_load_state("networkidle")  # the browser itself may still want the icon


def wait_until_kept(page: Page, url: str) -> None:
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    wait_until(
        page,
        """async url => {
          const kept = (await (await caches.open("setu-course")).keys()).map(each => each.url)
          const loaded = performance.getEntriesByType("resource").map(each => each.name)
          const needs = [url, ...loaded, "search-worker.js", "offline.html", "icon.svg"]
          return needs.every(need => kept.some(each => each.includes(need)))
        }""",
        url,
    )


def wait_until(page: Page, holds: str, about: str = "") -> None:
    """Wait for the answer of an async function: Playwright takes its promise for a yes."""
    page.evaluate(
        f"""async about => {{
          const holds = {holds}
          const deadline = performance.now() + {PATIENCE}
          while (!await holds(about)) {{
            if (performance.now() > deadline) throw new Error("Waited in vain.")
            await new Promise(done => setTimeout(done, 50))
          }}
        }}""",
        about,
    )


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_first_page_and_all_it_needs_is_there_without_a_network(
    reader: Page, host: Host, lang: str
) -> None:
    folder = "" if lang == "en" else f"{lang}/"
    read(reader, host, folder + CHAPTER)
    host.down = True
    failed: list[str] = []
    reader.on("requestfailed", lambda request: failed.append(request.url))
    reader.reload()
    assert reader.locator("article h1").is_visible()
    assert reader.evaluate("document.fonts.ready.then(fonts => [...fonts].length)") > 0
    assert reader.evaluate("getComputedStyle(document.body).getPropertyValue('--setu-river')")
    assert not failed


def test_what_comes_later_than_the_service_worker_is_kept_too(reader: Page, host: Host) -> None:
    late = "assets/images/social-bn.png"
    host.held = {"sw.js": Event(), late: Event()}
    reader.goto(host.address + CHAPTER)
    reader.evaluate("url => { fetch(url) }", host.address + late)
    host.held["sw.js"].set()
    wait_until_kept(reader, host.address + CHAPTER)
    assert host.address + late not in reader.evaluate(KEPT)
    host.held[late].set()
    wait_until(reader, f"async url => (await ({KEPT})()).includes(url)", host.address + late)


def test_the_search_works_without_a_network_once_it_was_used(reader: Page, host: Host) -> None:
    read(reader, host, f"bn/{CHAPTER}")
    reader.reload()
    reader.fill("input.md-search__input", "সেশন")
    reader.press("input.md-search__input", "End")
    reader.wait_for_selector(".md-search-result:not([aria-busy]) .md-search-result__item")
    host.down = True
    reader.reload()
    reader.fill("input.md-search__input", "টেবিল")
    reader.press("input.md-search__input", "End")
    reader.wait_for_selector(".md-search-result:not([aria-busy]) .md-search-result__item")


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_page_that_was_not_read_gives_the_offline_page_in_its_language(
    reader: Page, host: Host, lang: str
) -> None:
    folder = "" if lang == "en" else f"{lang}/"
    read(reader, host, folder + CHAPTER)
    host.down = True
    reader.goto(f"{host.address}{folder}chapters/ch03_models/")
    assert reader.evaluate("document.documentElement.lang") == lang
    kept = reader.locator("#kept a[href]")
    expect(kept).to_have_count(1)
    expect(kept).to_be_visible()
    kept.click()
    reader.wait_for_url(host.address + folder + CHAPTER)
    expect(reader.locator("article h1")).to_be_visible()


def test_who_read_in_one_language_gets_its_offline_page_in_the_others_too(
    reader: Page, host: Host
) -> None:
    read(reader, host, f"bn/{CHAPTER}")
    host.down = True
    for folder in ("", "hi/"):
        reader.goto(f"{host.address}{folder}{CHAPTER}")
        assert reader.evaluate("document.documentElement.lang") == "bn"
        kept = reader.locator("#kept a[href]")
        expect(kept).to_have_count(1)
    kept.click()
    expect(reader).to_have_url(f"{host.address}bn/{CHAPTER}")


def test_the_offline_page_goes_away_when_the_network_is_back(reader: Page, host: Host) -> None:
    read(reader, host, CHAPTER)
    host.down = True
    reader.goto(f"{host.address}glossary/")
    host.down = False
    reader.click("button")
    expect(reader.locator("article h1")).to_be_visible()


def test_errors_and_broken_answers_are_never_kept(reader: Page, host: Host) -> None:
    read(reader, host, CHAPTER)
    reader.goto(host.address + "no-such-page/")
    host.breaks_off.add("glossary/")
    reader.goto(host.address + "glossary/", wait_until="commit")
    reader.goto(host.address + CHAPTER)
    kept = reader.evaluate(KEPT)
    assert host.address + CHAPTER in kept
    assert not [url for url in kept if "no-such-page" in url or url.endswith("/glossary/")]


def test_a_page_that_cannot_be_had_any_more_keeps_its_good_copy(reader: Page, host: Host) -> None:
    read(reader, host, CHAPTER)
    reader.goto(host.address + "start/")
    host.breaks_off.add(CHAPTER)
    reader.goto(host.address + CHAPTER, wait_until="commit")
    host.down = True
    reader.goto(host.address + CHAPTER)
    expect(reader.locator("article h1")).to_be_visible()


@pytest.fixture
def newer(site: Site, tmp_path: Path) -> Path:
    """The same site after a change of its style sheet and its pages."""
    folder = tmp_path / "newer"
    shutil.copytree(site.folder, folder)
    before = next((folder / "style").glob("setu.*.min.css"))
    css = before.read_text(encoding="utf-8") + "\n:root{--deploy: two}\n"
    after = f"setu.{hashlib.sha256(css.encode()).hexdigest()[:8]}.min.css"
    before.with_name(after).write_text(css, encoding="utf-8")
    before.unlink()
    for page in folder.glob("*/**/index.html"):
        html = page.read_text(encoding="utf-8")
        html = html.replace(before.name, after).replace("</h1>", " II</h1>", 1)
        page.write_text(html, encoding="utf-8")
    return folder


def test_a_new_site_takes_the_place_of_the_old_one_page_by_page(
    reader: Page, host: Host, newer: Path
) -> None:
    look = "getComputedStyle(document.body).getPropertyValue('--deploy').trim()"
    read(reader, host, CHAPTER)
    reader.goto(host.address + "start/")
    host.folder = newer
    reader.goto(host.address + CHAPTER)
    assert reader.evaluate(look) == "two"
    assert "II" in (reader.locator("article h1").text_content() or "")
    host.down = True
    reader.reload()
    assert reader.evaluate(look) == "two"
    reader.goto(host.address + "start/")  # read before the change, not after
    assert reader.evaluate(look) == ""
    assert reader.evaluate("getComputedStyle(document.body).getPropertyValue('--setu-river')")


def test_files_of_the_playground_are_asked_once_and_an_old_hash_goes(
    reader: Page, host: Host, newer: Path
) -> None:
    host.folder = newer
    for name in ("aaaaaaaa", "bbbbbbbb"):
        folder = newer / "assets/playground" / name
        folder.mkdir(parents=True)
        (folder / "runtime.js").write_text(f"'{name}'", encoding="utf-8")
    read(reader, host, CHAPTER)
    reader.reload()
    get = f"async path => (await fetch(new URL(path, '{host.address}'))).text()"
    first = "assets/playground/aaaaaaaa/runtime.js"
    assert reader.evaluate(get, first) == reader.evaluate(get, first) == "'aaaaaaaa'"
    assert host.asked.count(first) == 1
    assert reader.evaluate(get, first.replace("a" * 8, "b" * 8)) == "'bbbbbbbb'"
    wait_until(reader, "async () => !(await caches.keys()).includes('setu-playground-aaaaaaaa')")


def test_a_server_that_forbids_it_is_asked_each_time(reader: Page, host: Host) -> None:
    host.cache_control = "no-cache"
    read(reader, host, CHAPTER)
    reader.reload()
    before = host.asked.count("assets/js/setu.js")
    reader.reload()
    assert host.asked.count("assets/js/setu.js") == before + 1


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_whole_course_can_be_kept_with_one_button(reader: Page, host: Host, lang: str) -> None:
    folder = "" if lang == "en" else f"{lang}/"
    read(reader, host, f"{folder}start/")
    reader.click("#save button")
    reader.wait_for_function("() => document.querySelector('#save [role=status]').textContent")
    done = reader.get_attribute("#save", "data-done")
    assert reader.text_content("#save [role=status]") == done
    host.down = True
    for path in ("labs/ch13_migrations/", "exercises/ch07_get_user/", "glossary/"):
        reader.goto(host.address + folder + path)
        assert reader.evaluate("document.documentElement.lang") == lang
        expect(reader.locator("article h1")).to_be_visible()


def test_code_runs_without_a_network_if_it_was_kept_as_well(reader: Page, host: Host) -> None:
    read(reader, host, "bn/start/")
    box = reader.locator("#save input")
    expect(box).not_to_be_checked()
    expect(reader.locator("#save label")).to_contain_text(re.compile("[১-৯]"))
    box.check()
    reader.click("#save button")
    expect(reader.locator("#save [role=status]")).not_to_be_empty(timeout=PATIENCE)
    host.down = True
    reader.goto(host.address + "bn/exercises/ch07_get_user/")
    expect(reader.locator(".setu-size")).to_have_count(0)
    reader.locator(".setu-start .setu-button--main").click()
    expect(reader.locator(".setu-verdict-head")).to_be_visible(timeout=PATIENCE)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_course_can_be_installed(reader: Page, host: Host, lang: str) -> None:
    read(reader, host, f"{'' if lang == 'en' else f'{lang}/'}start/")
    session = reader.context.new_cdp_session(reader)
    found = session.send("Page.getAppManifest")
    assert not found["errors"]
    assert json.loads(found["data"])["lang"] == lang
    errors = session.send("Page.getInstallabilityErrors")["installabilityErrors"]
    # A private window, as the tests use, cannot install anything.
    assert [each for each in errors if each["errorId"] != "in-incognito"] == []
