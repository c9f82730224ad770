"""Notebooks as files: read, written the same way every time, and found by chapter and language."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from setu.catalog import Chapter
from setu.errors import SetuError

Notebook = dict[str, Any]
Cell = dict[str, Any]

METADATA = {
    "kernelspec": {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"},
    "language_info": {"name": "python"},
}
"""The metadata of every lab; Jupyter adds the versions of whoever saved it last."""


def lab_path(root: Path, lang: str, chapter: Chapter) -> Path:
    """Where the chapter's lab lies in one language."""
    return root / "notebooks" / lang / f"{chapter.id}.ipynb"


def read_notebook(path: Path) -> Notebook:
    """The notebook with every ``source`` as one string; a broken file raises ``SetuError``."""
    try:
        notebook: Notebook = json.loads(path.read_text(encoding="utf-8"))
        for cell in notebook["cells"]:
            cell["source"] = "".join(cell["source"])
            cell["id"], cell["metadata"], cell["cell_type"]
    except (ValueError, KeyError, TypeError) as error:
        raise SetuError("malformed_file", path=path, detail=error) from error
    return notebook


def write_notebook(path: Path, cells: list[Cell]) -> bool:
    """Write the cells the way Jupyter does; ``True`` when that changed the file."""
    on_disk = [{**cell, "source": cell["source"].splitlines(keepends=True)} for cell in cells]
    notebook = {"cells": on_disk, "metadata": METADATA, "nbformat": 4, "nbformat_minor": 5}
    text = json.dumps(notebook, indent=1, ensure_ascii=False, sort_keys=True) + "\n"
    if path.exists() and path.read_text(encoding="utf-8") == text:
        return False
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8", newline="\n")
    return True
