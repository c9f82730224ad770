"""The words of the site (``words.toml``) and its digits, by language."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from setu.i18n import LANGUAGES, Words, read_messages

NAMES = {"en": "English", "bn": "বাংলা", "hi": "हिन्दी"}
"""What each language calls itself, in the order of the switcher."""


@cache
def site_words(lang: str) -> Words:
    """The words of the site in one language."""
    return Words(lang, read_messages(Path(__file__).with_name("words.toml")))


def digits(text: str, lang: str) -> str:
    """``text`` with the digits that prose in ``lang`` is written with: Bangla has its own."""
    return text.translate(str.maketrans("0123456789", "০১২৩৪৫৬৭৮৯")) if lang == "bn" else text


__all__ = ["LANGUAGES", "NAMES", "digits", "site_words"]
