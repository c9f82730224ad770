"""The prose keeps the rules of each language (docs/lint.toml) and its glossary."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from setu.i18n import LANGUAGES, read_messages
from setu.language.glossary import load_glossary
from setu.language.lint import lint
from setu.language.prose import prose
from setu.language.share import latin_share
from tests.content.pages import ROOT, TRANSLATIONS, Page, pages

MOST_LATIN = 0.12
TERM = re.compile(r"\]\(term:([^)]*)\)")


@pytest.mark.parametrize("page", pages(*LANGUAGES), ids=str)
def test_page_keeps_the_rules_of_its_language(page: Page) -> None:
    wrong = [
        f"{page.path}:{found.line}: “{found.found}”: {found.write}"
        for found in lint(prose(page.text), page.lang, ROOT)
        if found.severity == "fail"
    ]
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("page", pages(*TRANSLATIONS), ids=str)
def test_page_is_written_in_its_own_script(page: Page) -> None:
    share = latin_share(page.text, ROOT)
    assert share <= MOST_LATIN, f"{page.path}: {share:.0%} of the words are in Latin script"


@pytest.mark.parametrize("page", pages(*LANGUAGES), ids=str)
def test_terms_are_in_the_glossary(page: Page) -> None:
    glossary = load_glossary(ROOT)
    marked = TERM.findall(page.text)
    assert not [key for key in marked if key not in glossary]
    assert len(marked) == len(set(marked)), "a term is marked at its first use only"


def message_files() -> list[Path]:
    own = ["src/setu/messages.toml", "src/setu/site/words.toml"]
    return [*(ROOT / path for path in own), *sorted(ROOT.glob("exercises/*/messages.toml"))]


@pytest.mark.parametrize("path", message_files(), ids=lambda path: path.parent.name)
def test_messages_are_there_in_every_language_and_keep_its_rules(path: Path) -> None:
    wrong, messages, name = [], read_messages(path), path.parent.name
    for key, texts in messages.items():
        assert set(texts) == set(LANGUAGES), f"{name}: [{key}] has {sorted(texts)}"
        placeholders = {lang: sorted(re.findall(r"\{\w+\}", text)) for lang, text in texts.items()}
        assert len({tuple(found) for found in placeholders.values()}) == 1, f"{key}: {placeholders}"
        for lang, text in texts.items():
            wrong += [
                f"{name} [{key}] {lang}: “{found.found}”: {found.write}"
                for found in lint(prose(text), lang, ROOT)
                if found.severity == "fail"
            ]
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize(
    "path", sorted(ROOT.glob("notebooks/*/*.ipynb")), ids=lambda path: path.stem
)
def test_lab_keeps_the_rules_of_its_language(path: Path) -> None:
    lang = path.parent.name
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    texts = ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "markdown"]
    wrong = [
        f"“{found.found}”: {found.write}"
        for text in texts
        for found in lint(prose(text), lang, ROOT)
        if found.severity == "fail"
    ]
    assert not wrong, "\n".join(wrong)
    if lang in TRANSLATIONS:
        assert latin_share("\n\n".join(texts), ROOT) <= MOST_LATIN
