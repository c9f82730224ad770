"""Keeping the translated labs like the English one, cell by cell.

Code, outputs, ids and order are the English notebook's. A translated text cell keeps its text and
says in its metadata which English text it follows: ``{"setu": {"follows": "3f2a91"}}``; one that is
not translated yet holds the English text and ``"missing": true`` as well.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Literal

from setu.labs.notebook import Cell, read_notebook
from setu.translate import section_hash

State = Literal["in sync", "behind", "missing"]


def translated_cells(english: list[Cell], before: list[Cell]) -> list[Cell]:
    """The cells of a translation, from the English ones and those that the translation had."""
    had = {cell["id"]: cell for cell in before if cell["cell_type"] == "markdown"}
    return [
        _text_cell(cell, had.get(cell["id"])) if cell["cell_type"] == "markdown" else cell
        for cell in english
    ]


def _text_cell(english: Cell, before: Cell | None) -> Cell:
    now = section_hash(english["source"])
    note = before["metadata"].get("setu", {}) if before else {}
    follows = note.get("follows", now)
    if before is None or (note.get("missing") and section_hash(before["source"]) == follows):
        return _noted(english, english["source"], {"follows": now, "missing": True})
    return _noted(english, before["source"], {"follows": follows})


def _noted(english: Cell, source: str, note: Mapping[str, object]) -> Cell:
    return {**english, "source": source, "metadata": {**english["metadata"], "setu": note}}


def state(english: Cell, translated: Cell) -> State:
    """Whether a translated text cell follows the English one as it is now."""
    note = translated["metadata"].get("setu", {})
    if note.get("missing"):
        return "missing"
    return "in sync" if note.get("follows") == section_hash(english["source"]) else "behind"


def states(english: Path, translated: Path) -> dict[str, State]:
    """The state of each text cell of a translated lab, by cell id."""
    there = {cell["id"]: cell for cell in read_notebook(translated)["cells"]}
    return {
        cell["id"]: state(cell, there[cell["id"]]) if cell["id"] in there else "missing"
        for cell in read_notebook(english)["cells"]
        if cell["cell_type"] == "markdown"
    }


def accept(english: list[Cell], translated: list[Cell]) -> list[Cell]:
    """The translated cells, their texts noted as following the English ones as they are now."""
    sources = {cell["id"]: cell["source"] for cell in translated}
    return [
        _noted(cell, sources[cell["id"]], {"follows": section_hash(cell["source"])})
        if cell["cell_type"] == "markdown"
        else cell
        for cell in english
    ]


def differences(english: Path, translated: Path) -> list[str]:
    """In which cells a translated lab is not what ``setu sync-labs`` would make of it."""
    source, target = read_notebook(english)["cells"], read_notebook(translated)["cells"]
    expected = translated_cells(source, target)
    if [cell["id"] for cell in expected] != [cell["id"] for cell in target]:
        return ["other cells, or in another order"]
    return [wanted["id"] for wanted, cell in zip(expected, target, strict=True) if wanted != cell]
