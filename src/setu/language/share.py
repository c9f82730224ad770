"""How much Latin script the prose of a Bangla or Hindi page has."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

from setu.language.prose import prose
from setu.paths import find_root

_INDIC_WORD = re.compile(r"[\u0900-\u0963\u0971-\u0983\u0985-\u09E3\u200C\u200D]+")
_LATIN_WORD = re.compile(r"[A-Za-z][A-Za-z0-9]*(?:[.+'’-][A-Za-z0-9]+)*")
_FIRST_USE = re.compile(r"\*[^*\n\u0900-\u09FF]+\*")
_ACRONYM = re.compile(r"[A-Z][A-Z0-9]{1,5}|[A-Z]\+?\d*")


def latin_share(markdown: str, root: Path | None = None) -> float:
    """The part of a page's words (0 to 1) that stands in Latin script where it should not.

    Code, links, the English in first-use brackets (``সেশন (*session*)``), acronyms and the names
    in ``docs/latin-ok.txt`` do not count as Latin.
    """
    names = latin_names(root or find_root())
    text = _FIRST_USE.sub("", prose(markdown, link_texts=False))
    latin = sum(
        word not in names and not _ACRONYM.fullmatch(word) for word in _LATIN_WORD.findall(text)
    )
    indic = len(_INDIC_WORD.findall(prose(markdown)))
    return latin / (latin + indic) if latin else 0.0


@cache
def latin_names(root: Path) -> frozenset[str]:
    """The names that stay in Latin script, one per line of ``docs/latin-ok.txt``."""
    lines = (root / "docs" / "latin-ok.txt").read_text(encoding="utf-8").splitlines()
    return frozenset(name for line in lines if (name := line.strip()))
