"""Every page in Chromium, in every language, and every element after one Run.

The fixtures see to it that no page complains, breaks its policy or asks another host.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import cycle

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from setu.catalog import load_catalog
from setu.i18n import LANGUAGES
from setu.site.words import site_words

from ..conftest import ROOT, Site
from .conftest import Watched

pytestmark = pytest.mark.chromium
CATALOG = load_catalog(ROOT)
CHAPTERS = [f"chapters/{each.id}/" for each in CATALOG.chapters if each.browser is True]
LABS = [each.replace("chapters", "labs") for each in CHAPTERS]
EXERCISES = [f"exercises/{each.id}/" for each in CATALOG.exercises]
RUNS = list(zip(["", *CHAPTERS, *LABS, *EXERCISES], cycle(LANGUAGES), strict=False))
PATIENCE = 120_000.0


@pytest.mark.parametrize("lang", LANGUAGES)
def test_no_page_complains_or_asks_another_host(
    page: Page, address: str, site: Site, lang: str
) -> None:
    opened = 0
    for path in site.pages():
        name = path.relative_to(site.folder).as_posix().removesuffix("index.html")
        first = name.partition("/")[0]
        if lang == (first if first in LANGUAGES else "en"):
            page.goto(address + name)
            opened += 1
    assert opened > 20


@pytest.fixture(scope="module")
def reader(chromium: Browser) -> Iterator[BrowserContext]:
    """One reader for all runs: the runtime is loaded once and then comes from the cache."""
    context = chromium.new_context(locale="en-US", viewport={"width": 1280, "height": 900})
    context.set_default_timeout(PATIENCE)
    yield context
    context.close()


@pytest.mark.parametrize(("name", "lang"), RUNS)
def test_a_run_asks_no_other_host_and_keeps_to_the_policy(
    reader: BrowserContext, watched: Watched, address: str, name: str, lang: str
) -> None:
    page = reader.new_page()
    watched.listen(page)
    folder = "" if lang == "en" else f"{lang}/"
    page.goto(address + folder + name)
    page.locator(".setu-start .setu-button--main").first.click()
    if name.startswith("labs/"):
        press(page, "page_edit", lang)
        expect(page.locator(".cm-content").first).to_be_visible(timeout=PATIENCE)
        expect(page.locator(".setu-state").first).to_have_attribute(
            "data-state", "run", timeout=PATIENCE
        )
    elif name.startswith("exercises/"):
        expect(page.locator(".setu-verdict-head")).to_be_visible(timeout=PATIENCE)
    else:
        words = site_words(lang)
        ends = [re.escape(words.text(key)) for key in ("page_app_running", "page_app_done")]
        told = page.locator(".setu-app .setu-said").first
        expect(told).to_have_text(re.compile("|".join(ends)), timeout=PATIENCE)
        if told.inner_text() == words.text("page_app_running"):
            press(page, "page_swagger_open", lang)
            expect(page.locator(".opblock").first).to_be_visible(timeout=PATIENCE)
    page.close()
    watched.expect_nothing(address)


def press(page: Page, key: str, lang: str) -> None:
    page.get_by_role("button", name=site_words(lang).text(key), exact=True).first.click()
