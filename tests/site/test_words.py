"""The site's own words: whole in every language, and none that nothing says."""

from __future__ import annotations

import re
import unicodedata
from pathlib import Path

import pytest

from setu.i18n import LANGUAGES, read_messages
from setu.site.words import digits, site_words

SITE = Path(__file__).resolve().parents[2] / "src/setu/site"
WORDS = read_messages(SITE / "words.toml")
MADE = re.compile(r"(box|group|page_(cell|ended|stage|store))_.+")


@pytest.mark.parametrize("key", WORDS)
def test_a_word_is_there_in_every_language_with_the_same_placeholders(key: str) -> None:
    texts = WORDS[key]
    assert set(texts) == set(LANGUAGES)
    fields = {frozenset(re.findall(r"\{(\w+)\}", text)) for text in texts.values()}
    assert len(fields) == 1
    for text in texts.values():
        assert text.strip()
        assert unicodedata.is_normalized("NFC", text)


@pytest.mark.parametrize("key", [key for key in WORDS if not MADE.fullmatch(key)])
def test_a_word_is_used(key: str) -> None:
    root = SITE.parents[2]
    files = [*SITE.glob("*.py"), *SITE.glob("theme/**/*.html"), root / "mkdocs.yml"]
    files += root.glob("playground/src/*.ts")
    files += root.glob("src/setu/playground/*.py")
    assert any(
        re.search(rf"[\"' ]{key}[\"'}}]", file.read_text(encoding="utf-8")) for file in files
    )


def test_bangla_prose_has_bangla_digits() -> None:
    assert digits("13", "bn") == "১৩"
    assert digits("13", "hi") == "13"


def test_words_take_their_parameters() -> None:
    assert site_words("bn").text("minutes", minutes="২৫") == "প্রায় ২৫ মিনিট"
