"""The terms of the course, from ``docs/glossary.toml``."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict

from setu.language.inflection import inflected

Group = Literal[
    "python", "http", "sql", "session", "migrations", "testing", "security", "course"
]  # the sections of the glossary page


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class InEachLanguage(_Strict):
    """One text in each of the three languages."""

    en: str
    bn: str
    hi: str


class ListsByLanguage(_Strict):
    """Words by language; a language that has none is left out."""

    en: tuple[str, ...] = ()
    bn: tuple[str, ...] = ()
    hi: tuple[str, ...] = ()


class Term(_Strict):
    """One term: what it is called in each language, what it means, and what not to call it.

    ``bn_gloss`` and ``hi_gloss`` are everyday words for the first use on a page. ``explain`` is
    one sentence each, with backticks around code. ``synonyms`` are what people type into search.
    """

    key: str
    en: str
    bn: str
    hi: str
    hi_gender: Literal["m", "f", "mf", "adj"]
    bn_gloss: str = ""
    hi_gloss: str = ""
    group: Group
    explain: InEachLanguage
    avoid: ListsByLanguage = ListsByLanguage()
    synonyms: tuple[str, ...] = ()
    forms: ListsByLanguage = ListsByLanguage()

    def name(self, lang: str) -> str:
        """The term as prose in ``lang`` writes it."""
        return str(getattr(self, lang))

    def gloss(self, lang: str) -> str:
        """The everyday gloss for the first use, or an empty string."""
        return str(getattr(self, f"{lang}_gloss", ""))

    def tooltip(self, lang: str) -> str:
        """The explanation as plain text."""
        return str(getattr(self.explain, lang)).replace("`", "")

    def pattern(self, lang: str) -> re.Pattern[str]:
        """Matches the whole term in ``lang`` with its endings: সেশন, সেশনের, সেশনগুলো."""
        forms: tuple[str, ...] = getattr(self.forms, lang)
        flags = re.IGNORECASE if lang == "en" else 0
        return re.compile(inflected(self.name(lang), lang, forms), flags)


class Glossary:
    """All terms by key, in the order of the file: ``glossary["session"].bn``."""

    def __init__(self, terms: dict[str, Term]) -> None:
        self._terms = terms

    def __getitem__(self, key: str) -> Term:
        return self._terms[key]

    def __contains__(self, key: str) -> bool:
        return key in self._terms

    def __iter__(self) -> Iterator[Term]:
        return iter(self._terms.values())

    def __len__(self) -> int:
        return len(self._terms)


@cache
def load_glossary(root: Path) -> Glossary:
    """The glossary of the course at ``root``.

    Raises ``pydantic.ValidationError`` naming the term and what is wrong with it.
    """
    text = (root / "docs" / "glossary.toml").read_text(encoding="utf-8")
    return Glossary({key: Term(key=key, **fields) for key, fields in tomllib.loads(text).items()})
