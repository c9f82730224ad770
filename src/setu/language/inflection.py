"""Words of Bangla and Hindi together with their endings.

Python's ``\\b`` breaks inside a word: a vowel sign is no word character. So words are bounded by
what may stand in a word of the script.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

# Danda (U+0964) and double danda lie in the Devanagari block but end a word.
_DEVANAGARI = r"\u0900-\u0963\u0966-\u097F"
_BANGLA = r"\u0980-\u09FF"
_LETTERS = {
    "bn": rf"{_BANGLA}\u200C\u200DA-Za-z0-9_",
    "hi": rf"{_DEVANAGARI}\u200C\u200DA-Za-z0-9_",
    "en": r"A-Za-z0-9_",
}
BANGLA_ENDINGS = "(?:(?:গুলো|গুলি|টি|টা|টুকু|দের|রা)?(?:কে|তে|র|য়)?(?:ও|ই)?|(?:য়ের|ের|য়ে|ে)(?:ও|ই)?)"
_AFTER_LATIN = "(?:-(?:এর|এ|র|তে|কে|ও|ই|য়ের|য়ে))?"


def word_start(lang: str) -> str:
    """A regex that matches where a word of ``lang`` may begin."""
    return f"(?<![{_LETTERS[lang]}])"


def word_end(lang: str) -> str:
    """A regex that matches where a word of ``lang`` may end."""
    return f"(?![{_LETTERS[lang]}])"


def inflected(term: str, lang: str, forms: Iterable[str] = ()) -> str:
    """A regex for ``term`` as a whole word with any ending of ``lang``; ``forms`` are added as is.

    ``সেশন`` finds সেশনের and সেশনগুলোকে, not সেশনার; ``क्वेरी`` finds क्वेरियों. In a term of
    several words the last one takes the ending; any white space may stand between them.
    """
    words = [_with_ending(term, lang), *map(_spaced, forms)]
    return f"{word_start(lang)}(?:{'|'.join(words)}){word_end(lang)}"


def _spaced(term: str) -> str:
    return r"\s+".join(re.escape(word) for word in term.split())


def _with_ending(term: str, lang: str) -> str:
    if lang == "en":
        return rf"{_spaced(term)}(?:s|es|'s)?"
    if term[-1].isascii():
        return _spaced(term) + (_AFTER_LATIN if lang == "bn" else "")
    if lang == "bn":
        return _spaced(term) + BANGLA_ENDINGS
    return _with_hindi_ending(term)


def _with_hindi_ending(term: str) -> str:
    last = term[-1]
    if last == "ी":
        return f"{_spaced(term[:-1])}(?:ी|ियाँ|ियों)"
    if last == "ि":
        return f"{_spaced(term)}(?:याँ|यों)?"
    if last in "ाेैोौंँ":  # loan words in -आ never change; native ones come with their forms
        return _spaced(term)
    if last in "ुू":
        return f"{_spaced(term[:-1])}(?:{last}|ुओं|ुएँ)"
    return f"{_spaced(term)}(?:ें|ों)?"
