"""The languages have the same headings, listings, boxes and links; only the sentences differ."""

from __future__ import annotations

import unicodedata
from collections import Counter

import pytest

from setu.errors import SetuError
from setu.markdown import front_matter
from tests.content.pages import ROOT, TRANSLATIONS, Page, pages, structure

ENGLISH = {page.name: page for page in pages("en")}
ALL = pages("en", *TRANSLATIONS)


@pytest.mark.parametrize("page", pages(*TRANSLATIONS), ids=str)
def test_translation_has_the_structure_of_the_english_page(page: Page) -> None:
    assert page.name in ENGLISH, f"{page.path}: there is no English page of this name"
    english, translated = structure(ENGLISH[page.name].text), structure(page.text)
    assert translated.headings == english.headings
    assert translated.boxes == english.boxes
    assert translated.includes == english.includes
    assert translated.elements == english.elements
    # A sentence of another language may name its links in another order.
    assert Counter(translated.links) == Counter(english.links)


@pytest.mark.parametrize("page", ALL, ids=str)
def test_every_heading_has_an_id_of_its_own(page: Page) -> None:
    ids = [id for _, id in structure(page.text).headings]
    assert None not in ids, "a heading without {#id}"
    assert len(ids) == len(set(ids)), "an id stands twice"
    assert sum(level == 1 for level, _ in structure(page.text).headings) == 1


@pytest.mark.parametrize("page", ALL, ids=str)
def test_text_is_nfc_and_whole(page: Page) -> None:
    assert unicodedata.is_normalized("NFC", page.text)
    assert "\ufffd" not in page.text


@pytest.mark.parametrize("page", ALL, ids=str)
def test_every_page_has_a_title_and_a_description(page: Page) -> None:
    meta, _ = front_matter(page.text)
    assert meta["title"]
    assert meta["description"]


@pytest.mark.parametrize("lang", TRANSLATIONS)
def test_every_english_page_is_translated(lang: str) -> None:
    missing = set(ENGLISH) - {page.name for page in pages(lang)}
    assert not missing, f"not yet in {lang}: {sorted(missing)}"


def test_front_matter_that_is_no_yaml_is_one_sentence() -> None:
    with pytest.raises(SetuError, match="description: Setu: a bridge"):
        front_matter("---\ntitle: Setu\ndescription: Setu: a bridge\n---\n")


def test_structure_sees_what_differs() -> None:
    text = (ROOT / "docs/en/start.md").read_text(encoding="utf-8")
    assert structure(text) != structure(text.replace("{#needs}", "{#need}"))
    assert structure(text) != structure(text.replace("??? question", "!!! question"))
