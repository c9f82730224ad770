"""Running a lab as Jupyter does: a fresh kernel in the notebook's folder, cell by cell."""

from __future__ import annotations

import copy
import subprocess
from pathlib import Path

from setu.chapters.record import committed_revisions, environment
from setu.errors import SetuError
from setu.labs.notebook import METADATA, Cell
from setu.labs.outputs import normalise_outputs

TIME_LIMIT = 120
"""Seconds that one cell may run."""


def run_lab(path: Path, cells: list[Cell], root: Path) -> list[Cell]:
    """The cells with the outputs that they give today; ``path`` is where the notebook lies.

    Raises ``SetuError`` for a cell that fails without the tag ``raises-exception``, and when
    Jupyter is not installed.
    """
    try:
        import nbformat
        from nbclient import NotebookClient
        from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError
    except ModuleNotFoundError as error:
        raise SetuError("jupyter_missing") from error

    notebook = nbformat.from_dict(  # type: ignore[no-untyped-call]
        {"cells": copy.deepcopy(cells), "metadata": METADATA, "nbformat": 4, "nbformat_minor": 5}
    )
    client = NotebookClient(
        notebook,
        timeout=TIME_LIMIT,
        record_timing=False,
        resources={"metadata": {"path": str(path.parent)}},
    )
    try:
        client.execute(env=environment(root), stderr=subprocess.DEVNULL)
    except (CellExecutionError, CellTimeoutError, DeadKernelError) as error:
        failed = next((c["id"] for c in reversed(notebook.cells) if c.get("outputs")), "?")
        detail = str(error).strip().splitlines()[-1]
        raise SetuError("lab_cell_failed", path=path, cell=failed, detail=detail) from error
    revisions = committed_revisions(root / "chapters" / path.stem)
    return [
        {
            **cell,
            "execution_count": ran["execution_count"],
            "outputs": normalise_outputs(ran["outputs"], [path.parent, root], revisions),
        }
        if cell["cell_type"] == "code"
        else cell
        for cell, ran in zip(cells, notebook.cells, strict=True)
    ]
