"""The bank of an exercise: its starter, solution, other right answers and mistakes, as folders."""

from __future__ import annotations

import importlib.util
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from setu.catalog import Exercise
from setu.errors import SetuError

LEFT_OUT = shutil.ignore_patterns("__pycache__", "*.pyc")


@dataclass(frozen=True)
class Mistake:
    """A plausible wrong answer: in ``file`` of the solution ``old`` (there once) becomes ``new``.

    ``key``: the message that the first failing check gives, or the outcome (``import_error``).
    ``needs_threads``: it shows only where requests really run at the same time, not in the page.
    """

    id: str
    file: str
    old: str
    new: str
    key: str
    needs_threads: bool = False


def within(file: str, part: str) -> Callable[..., Mistake]:
    """Makes mistakes in one part of ``file``, a route say: there ``old`` need not be unique."""

    def mistake(id: str, old: str, new: str, key: str, *, needs_threads: bool = False) -> Mistake:
        if old not in part:
            raise ValueError(f"{id}: that part of {file} has no such text")
        return Mistake(id, file, part, part.replace(old, new), key, needs_threads)

    return mistake


def mistakes_of(exercise: Exercise) -> list[Mistake]:
    """``MISTAKES`` in the exercise's ``mistakes.py``."""
    spec = importlib.util.spec_from_file_location(
        f"mistakes_{exercise.id}", exercise.folder / "mistakes.py"
    )
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return list(module.MISTAKES)


def variants_of(exercise: Exercise) -> list[Path]:
    """The folders of the differently written right answers; each has only what differs."""
    return sorted(path for path in exercise.folder.glob("variants/*") if path.is_dir())


def solution_of(exercise: Exercise) -> Path:
    """The folder of the solution, which has only the files that differ from the starter."""
    return exercise.folder.parent.parent / "solutions" / exercise.id


def solution_files(exercise: Exercise) -> dict[str, str]:
    """The solution's files: path from the exercise's folder → source text."""
    folder = solution_of(exercise)
    if not folder.is_dir():
        raise SetuError("exercise_file_missing", path=folder)
    return {
        path.relative_to(folder).as_posix(): path.read_text(encoding="utf-8")
        for path in sorted(folder.rglob("*.py"))
    }


def lay_out(target: Path, *layers: Path) -> Path:
    """Copy folders over one another into ``target``: starter, solution, variant."""
    for layer in layers:
        shutil.copytree(layer, target, dirs_exist_ok=True, ignore=LEFT_OUT)
    return target


def make_mistake(mistake: Mistake, folder: Path) -> None:
    """Put the mistake into the solution laid out in ``folder``."""
    path = folder / mistake.file
    source = path.read_text(encoding="utf-8")
    if source.count(mistake.old) != 1:
        raise ValueError(f"{mistake.id}: old occurs {source.count(mistake.old)} times")
    path.write_text(source.replace(mistake.old, mistake.new), encoding="utf-8")
