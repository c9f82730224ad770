"""The search index of one language: NFC, with what people type instead of a term."""

from __future__ import annotations

import json
import unicodedata
from pathlib import Path
from typing import Any

from setu.i18n import LANGUAGES
from setu.language.glossary import Term
from setu.site.course import ENGLISH, Course

WHOLE = "search/search_index.json"


def finish(course: Course, site_dir: str) -> None:
    """Rewrite the index that mkdocs made: NFC, small, with the synonyms of the glossary.

    Beside it comes ``titles.json``, the same without texts; its ``config.whole`` is the way from
    the worker to the whole index.

    assets/js/search-worker.js reads ``config.synonyms``: groups of words that mean the same, and
    ``config.entries``: by place of a term's entry what people call it, to put it first.
    """
    path = Path(site_dir) / "search" / "search_index.json"
    index = json.loads(path.read_text(encoding="utf-8"))
    index["config"]["synonyms"] = synonyms(course)
    index["config"]["entries"] = {
        f"glossary/#{term.key}": names(term, course.lang) for term in course.glossary
    }
    _write(path, index)
    # What a slow phone gets first; the worker then asks for the rest.
    index["config"]["whole"] = f"../../{'' if course.lang == ENGLISH else f'{course.lang}/'}{WHOLE}"
    titles = [{**doc, "text": ""} for doc in index["docs"]]
    _write(path.with_name("titles.json"), {**index, "docs": titles})


def _write(path: Path, index: dict[str, Any]) -> None:
    text = json.dumps(index, ensure_ascii=False, separators=(",", ":"))
    path.write_text(unicodedata.normalize("NFC", text), encoding="utf-8")


def synonyms(course: Course) -> list[list[str]]:
    """Groups of single words that mean the same: ``["session", "সেশন", "सेशन"]``.

    A term's name in every language finds the pages of this one.

    Names of several words are matched word by word where they have as many:
    ``connection pool`` and ``কানেকশন পুল`` give two groups.
    """
    groups: dict[str, set[str]] = {}
    for term in course.glossary:
        words = [name.lower().replace("-", " ").split() for name in names(term, course.lang)]
        for others in words[1:]:
            if len(others) == len(words[0]):
                for english, other in zip(words[0], others, strict=True):
                    groups.setdefault(english, {english}).add(other)
    return [sorted(group) for group in groups.values() if len(group) > 1]


def names(term: Term, lang: str) -> list[str]:
    """What people call a term, English first: in every language, with other spellings."""
    found = [*(term.name(each) for each in LANGUAGES), *term.synonyms]
    found += [term.gloss(lang), *getattr(term.avoid, lang)]
    return list(dict.fromkeys(filter(None, found)))
