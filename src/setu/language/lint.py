"""Words and signs that a page should not have, from ``docs/lint.toml`` and the glossary."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal, Self

from pydantic import BaseModel, ConfigDict, model_validator

from setu.language.glossary import Term, load_glossary
from setu.language.inflection import inflected, word_end, word_start
from setu.paths import find_root

Severity = Literal["fail", "warn"]


class Rule(BaseModel):
    """One entry of ``lint.toml``: words or a pattern, and what to write in their place.

    In ``pattern``, ``«`` and ``»`` stand for the start and the end of a word in the language.
    ``inflect = false`` takes the words without endings. ``example`` is a text that trips the
    rule; ``fine`` are texts that look like it and are right.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: str
    severity: Severity = "fail"
    words: tuple[str, ...] = ()
    pattern: str = ""
    inflect: bool = True
    write: str
    example: str = ""
    fine: tuple[str, ...] = ()

    @model_validator(mode="after")
    def _words_or_pattern(self) -> Self:
        if bool(self.words) == bool(self.pattern):
            raise ValueError("give either words or a pattern")
        if self.pattern and not self.example:
            raise ValueError("a pattern needs an example that trips it")
        return self

    def regex(self, lang: str) -> re.Pattern[str]:
        """The rule for texts in ``lang``."""
        if self.pattern:
            bounded = self.pattern.replace("«", word_start(lang)).replace("»", word_end(lang))
            return re.compile(bounded, re.MULTILINE)
        if self.inflect:
            return re.compile("|".join(inflected(word, lang) for word in self.words))
        plain = "|".join(map(re.escape, self.words))
        return re.compile(f"{word_start(lang)}(?:{plain}){word_end(lang)}")


@dataclass(frozen=True)
class Finding:
    """``found`` at ``line`` (from 1) and ``column`` (from 1, in characters) of the prose."""

    line: int
    column: int
    rule: str
    severity: Severity
    found: str
    write: str

    def __str__(self) -> str:
        return (
            f"{self.line}:{self.column} {self.severity} “{self.found}” → {self.write} [{self.rule}]"
        )


@cache
def load_rules(root: Path, lang: str) -> tuple[Rule, ...]:
    """The rules of ``lint.toml`` for ``lang``, then one for each term that names forms to avoid."""
    text = (root / "docs" / "lint.toml").read_text(encoding="utf-8")
    listed = [rule for entry in tomllib.loads(text).get(lang, []) for rule in _rules(entry)]
    return (*listed, *(rule for term in load_glossary(root) if (rule := _avoid(term, lang))))


def lint(text: str, lang: str, root: Path | None = None) -> list[Finding]:
    """What is wrong in prose (see ``prose.prose``), in the order of the text.

    ``root`` is the course root; without it the nearest one is taken. Raises ``SetuError`` when
    there is none.
    """
    findings: dict[tuple[int, int], Finding] = {}
    for rule, regex in _compiled(root or find_root(), lang):
        for match in regex.finditer(text):
            line = text.count("\n", 0, match.start()) + 1
            column = match.start() - (text.rfind("\n", 0, match.start()) + 1) + 1
            finding = Finding(line, column, rule.id, rule.severity, match[0], rule.write)
            findings.setdefault(match.span(), finding)
    return [findings[span] for span in sorted(findings)]


def _rules(entry: dict[str, Any]) -> list[Rule]:
    """The rule of an entry, or one for each of its ``pairs`` of a word and its replacement."""
    shared = {name: value for name, value in entry.items() if name != "pairs"}
    if "pairs" not in entry:
        return [Rule(**shared)]
    return [
        Rule(**{**shared, "id": f"{entry['id']}:{word}", "words": (word,), "write": write})
        for word, write in entry["pairs"].items()
    ]


@cache
def _compiled(root: Path, lang: str) -> tuple[tuple[Rule, re.Pattern[str]], ...]:
    return tuple((rule, rule.regex(lang)) for rule in load_rules(root, lang))


def _avoid(term: Term, lang: str) -> Rule | None:
    words: tuple[str, ...] = getattr(term.avoid, lang)
    return Rule(id=f"term:{term.key}", words=words, write=term.name(lang)) if words else None
