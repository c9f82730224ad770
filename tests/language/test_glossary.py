"""The glossary is complete, spelled right, and follows its own rules."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from pathlib import Path

import pytest

from setu.language.glossary import load_glossary
from setu.language.lint import lint
from setu.language.prose import prose

ROOT = Path(__file__).parents[2]
LANGUAGES = ("en", "bn", "hi")
TERMS = list(load_glossary(ROOT))
LONGEST = {"en": 28, "bn": 18, "hi": 26}  # words of one explanation

each_language = pytest.mark.parametrize("lang", LANGUAGES)


def test_files_are_nfc() -> None:
    for name in ("glossary.toml", "lint.toml", "latin-ok.txt"):
        text = (ROOT / "docs" / name).read_text(encoding="utf-8")
        assert unicodedata.is_normalized("NFC", text), name


def test_enough_terms() -> None:
    assert len(TERMS) >= 150


def test_keys_are_kebab_case() -> None:
    assert [term.key for term in TERMS if not re.fullmatch(r"[a-z]+(-[a-z]+)*", term.key)] == []


@each_language
def test_no_two_terms_share_a_name(lang: str) -> None:
    names = Counter(term.name(lang) for term in TERMS)
    assert {name for name, times in names.items() if times > 1} == set()


@each_language
def test_explanations_are_one_short_sentence(lang: str) -> None:
    for term in TERMS:
        text = getattr(term.explain, lang)
        assert text.endswith("." if lang == "en" else "।"), term.key
        assert text.count("।") == (lang != "en"), term.key
        assert len(text.split()) <= LONGEST[lang], term.key
        assert "(" not in re.sub(r"`[^`]*`", "", text), term.key
        assert "`" not in term.tooltip(lang), term.key


@each_language
def test_explanations_break_no_rule(lang: str) -> None:
    found = {term.key: lint(prose(getattr(term.explain, lang)), lang, ROOT) for term in TERMS}
    assert {key: findings for key, findings in found.items() if findings} == {}


@each_language
def test_names_and_glosses_break_no_rule(lang: str) -> None:
    text = "\n".join(f"{term.name(lang)}\n{term.gloss(lang)}" for term in TERMS)
    assert [each for each in lint(text, lang, ROOT) if each.severity == "fail"] == []


@each_language
def test_no_name_is_another_ones_form_to_avoid(lang: str) -> None:
    avoided = {word for term in TERMS for word in getattr(term.avoid, lang)}
    assert avoided & {term.name(lang) for term in TERMS} == set()


@each_language
def test_a_term_finds_itself_and_its_given_forms(lang: str) -> None:
    for term in TERMS:
        for form in (term.name(lang), *getattr(term.forms, lang)):
            found = term.pattern(lang).search(form)
            assert found is not None, form
            assert found[0] == form


def test_scripts_do_not_mix() -> None:
    for term in TERMS:
        assert not re.search(r"[\u0900-\u0963\u0966-\u097F]", term.bn + term.explain.bn), term.key
        assert not re.search(r"[\u0980-\u09FF]", term.hi + term.explain.hi), term.key
        assert not re.search(r"[\u0900-\u09FF]", term.en + term.explain.en), term.key
