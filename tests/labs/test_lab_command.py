"""``setu lab`` and ``setu sync-labs`` as commands."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from setu.cli import lab as command
from setu.cli.root import build

CHAPTER = 'id = "ch01_tea"\nkind = "script"\nminutes = 5\ntabs = []\ncovers = {}\n'
CELLS = [
    {"cell_type": "markdown", "id": "title", "metadata": {}, "source": ["# Tea"]},
    {
        "cell_type": "code",
        "id": "sum",
        "metadata": {},
        "source": ["1 + 1"],
        "execution_count": None,
        "outputs": [],
    },
]


@pytest.fixture
def course(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for folder in ("exercises", "chapters/ch01_tea", "notebooks/en"):
        (tmp_path / folder).mkdir(parents=True)
    (tmp_path / "chapters/ch01_tea/chapter.toml").write_text(CHAPTER, encoding="utf-8")
    notebook = {"cells": CELLS, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
    path = tmp_path / "notebooks/en/ch01_tea.ipynb"
    path.write_text(json.dumps(notebook), encoding="utf-8")
    monkeypatch.setattr(sys, "argv", ["setu", "--lang", "en"])  # for the words of an error
    return tmp_path


def run(course: Path, *arguments: str, lang: str = "en") -> tuple[int, str]:
    result = CliRunner().invoke(
        build([command]), [*arguments, "--root", str(course), "--lang", lang]
    )
    return result.exit_code, result.output


def test_sync_labs_runs_and_copies_and_then_changes_nothing(course: Path) -> None:
    code, said = run(course, "sync-labs")
    assert code == 0
    assert "changed  notebooks/en/ch01_tea.ipynb" in said
    assert "changed  notebooks/hi/ch01_tea.ipynb   text cells missing: 1, behind: 0" in said
    made = json.loads((course / "notebooks/bn/ch01_tea.ipynb").read_text(encoding="utf-8"))
    assert made["cells"][1]["outputs"][0]["data"] == {"text/plain": ["2"]}
    assert made["cells"][0]["metadata"]["setu"]["missing"] is True
    code, said = run(course, "sync-labs", "ch01")
    assert [line.split()[0] for line in said.splitlines()] == ["same", "same", "same"]


@pytest.mark.parametrize(("lang", "opened"), [("hi", "hi"), ("bn", "en")])
def test_lab_opens_in_the_language_that_is_there(
    course: Path, monkeypatch: pytest.MonkeyPatch, lang: str, opened: str
) -> None:
    started: list[list[str]] = []

    class Ended:
        returncode = 0

        def __init__(self, arguments: list[str], cwd: Path, env: dict[str, str]) -> None:
            started.append(arguments)
            quiet = Path(env["JUPYTER_CONFIG_PATH"].split(os.pathsep)[0], "labconfig")
            assert "announcements" in (quiet / "page_config.json").read_text(encoding="utf-8")

        def poll(self) -> int:
            return 0

    run(course, "sync-labs")
    (course / "notebooks/bn/ch01_tea.ipynb").unlink()
    monkeypatch.setattr(subprocess, "Popen", Ended)
    code, said = run(course, "lab", "1", lang=lang)
    assert code == 0
    assert f"notebooks/{opened}/ch01_tea.ipynb" in said
    assert started[0][1:3] == ["-m", "jupyterlab"]


def test_lab_without_jupyter_says_how_to_get_it(
    course: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    code, said = run(course, "lab", "ch01")
    assert code == 2
    assert said.startswith("JupyterLab is not installed: run uv sync --group lab")


def test_chapter_without_a_lab(course: Path) -> None:
    (course / "notebooks/en/ch01_tea.ipynb").unlink()
    code, said = run(course, "lab", "ch01")
    assert code == 2
    assert said == "ch01_tea has no lab yet: notebooks/en/ch01_tea.ipynb is not there.\n"
