"""What holds for every lab of the course in its three languages."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from setu.catalog import load_catalog
from setu.i18n import LANGUAGES
from setu.labs.notebook import METADATA, Cell, lab_path, read_notebook
from setu.labs.sync import differences, states
from setu.translate import TRANSLATIONS

COURSE = Path(__file__).parents[2]
CHAPTERS = load_catalog(COURSE).chapters
ENGLISH = [path for each in CHAPTERS if (path := lab_path(COURSE, "en", each)).exists()]
TRANSLATED = [
    path
    for lang in TRANSLATIONS
    for each in CHAPTERS
    if (path := lab_path(COURSE, lang, each)).exists()
]

english = pytest.mark.parametrize("path", ENGLISH, ids=lambda path: path.stem)
translated = pytest.mark.parametrize(
    "path", TRANSLATED, ids=lambda path: f"{path.parent.name}-{path.stem}"
)


def cells(path: Path, kind: str) -> list[Cell]:
    return [cell for cell in read_notebook(path)["cells"] if cell["cell_type"] == kind]


def headings(path: Path) -> list[tuple[str, str]]:
    """Cell id and signs (``##``) of each heading, in order."""
    return [
        (cell["id"], signs)
        for cell in cells(path, "markdown")
        for signs in re.findall(r"^(#+) ", cell["source"], re.MULTILINE)
    ]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_chapter_has_a_lab(lang: str) -> None:
    missing = [each.id for each in CHAPTERS if not lab_path(COURSE, lang, each).exists()]
    assert missing == []


@english
def test_ids_are_names(path: Path) -> None:
    ids = [cell["id"] for cell in read_notebook(path)["cells"]]
    assert len(set(ids)) == len(ids)
    assert [each for each in ids if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", each)] == []


@english
def test_code_is_plain_python(path: Path) -> None:
    for cell in cells(path, "code"):
        source = cell["source"]
        assert not re.search(r"^\s*[%!]|get_ipython|\bIPython\b", source, re.MULTILINE), source
        compile(source, cell["id"], "exec", flags=ast.PyCF_ALLOW_TOP_LEVEL_AWAIT)


@english
def test_every_cell_was_run(path: Path) -> None:
    # nbval compares nothing in a cell without a count.
    counts = [cell["execution_count"] for cell in cells(path, "code")]
    assert counts == list(range(1, len(counts) + 1)), "run: setu sync-labs"
    assert read_notebook(path)["metadata"] == METADATA


@english
def test_cells_fail_where_they_say_so_and_nowhere_else(path: Path) -> None:
    tagged = [
        cell["id"]
        for cell in cells(path, "code")
        if "raises-exception" in cell["metadata"].get("tags", [])
    ]
    failing = [
        cell["id"]
        for cell in cells(path, "code")
        if any(output["output_type"] == "error" for output in cell["outputs"])
    ]
    assert failing == tagged


@translated
def test_code_outputs_ids_and_order_are_the_english_ones(path: Path) -> None:
    assert differences(COURSE / "notebooks" / "en" / path.name, path) == [], "run: setu sync-labs"


@translated
def test_every_text_is_translated(path: Path) -> None:
    found = states(COURSE / "notebooks" / "en" / path.name, path)
    assert [cell for cell, state in found.items() if state == "missing"] == []


@translated
def test_headings_agree(path: Path) -> None:
    assert headings(path) == headings(COURSE / "notebooks" / "en" / path.name)
