"""The learner's own folder: ``work/progress.json`` and ``work/<exercise id>/app/…``.

The page exports and imports this tree, ``setu pack`` zips it, and the class hands it in.
Nothing in it is ever overwritten or deleted: what has to give way gets a number.

``progress.json``, schema 1: ``{"schema": 1, "exercises": {"ch07_get_user": {"attempts": 3,
"outcome": "failed", "score": 6, "max_score": 10, "passed": false, "hints": 2,
"solution_seen": false}}}``. ``outcome`` and ``score`` are those of the last check, ``passed``
stays true once it was, ``hints`` is the highest level shown. ``setu reset`` takes back outcome and
score, which belonged to the copy that was put aside.
"""

from __future__ import annotations

import json
import os
import shutil
import tempfile
import unicodedata
import zipfile
from collections.abc import Iterator
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any, Literal

from setu.catalog import Exercise
from setu.checks.verdict import Verdict
from setu.errors import SetuError

State = Literal["new", "started", "failed", "passed"]
LEFT_OUT = shutil.ignore_patterns("__pycache__", "*.pyc")
WINDOWS_NAMES = {
    "con",
    "prn",
    "aux",
    "nul",
    *(f"{n}{i}" for n in ("com", "lpt") for i in range(10)),
}


@dataclass
class Record:
    """How far one exercise is."""

    attempts: int = 0
    outcome: str | None = None
    score: int = 0
    max_score: int = 0
    passed: bool = False
    hints: int = 0
    solution_seen: bool = False


class Work:
    """The folder ``work`` of a course and what it holds."""

    def __init__(self, root: Path) -> None:
        self.folder = root / "work"
        self._progress = self.folder / "progress.json"
        self.set_aside: Path | None = None
        """Where a ``progress.json`` that could not be read was put."""
        self._records = self._read()

    def folder_of(self, exercise: Exercise) -> Path:
        """Where the learner's copy of an exercise is; it has the package ``app``."""
        return self.folder / exercise.id

    def begin(self, exercise: Exercise) -> bool:
        """Copy the starter unless the learner has a copy; tell whether it was copied."""
        copy = self.folder_of(exercise)
        if copy.exists():
            return False
        starter = exercise.folder / "starter"
        if not starter.is_dir():
            raise SetuError("exercise_file_missing", path=starter)
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copytree(starter, copy, ignore=LEFT_OUT)
        return True

    def reset(self, exercise: Exercise) -> Path | None:
        """Put the starter in place of the learner's copy, which is kept; give where it now is."""
        copy = self.folder_of(exercise)
        backup = None
        if copy.exists():
            backup = numbered(copy.with_name(f"{copy.name}.backup"))
            copy.rename(backup)
        self.begin(exercise)
        record = self.record(exercise)
        record.outcome, record.score = None, 0
        self.save()
        return backup

    def record(self, exercise: Exercise) -> Record:
        """How far an exercise is; change it and ``save``."""
        return self._records.setdefault(exercise.id, Record())

    def state(self, exercise: Exercise) -> State:
        """``new``, ``started`` (the learner has a copy), ``failed`` (checked) or ``passed``."""
        record = self._records.get(exercise.id, Record())
        if record.passed:
            return "passed"
        if record.outcome:
            return "failed"
        return "started" if self.folder_of(exercise).exists() else "new"

    def note(self, exercise: Exercise, verdict: Verdict) -> None:
        """Keep what a check said."""
        record = self.record(exercise)
        record.attempts += 1
        record.outcome = verdict["outcome"]
        record.score, record.max_score = verdict["score"], verdict["max_score"]
        record.passed = record.passed or verdict["passed"]
        self.save()

    def take_hint(self, exercise: Exercise, levels: int, level: int | None = None) -> int:
        """The level of the hint to show, the next unless one is asked for; it is kept."""
        record = self.record(exercise)
        shown = min(level or record.hints + 1, levels)
        record.hints = max(record.hints, shown)
        self.save()
        return shown

    def save(self) -> None:
        """Write ``progress.json`` at once as a whole, so that no half of it can stay."""
        self.folder.mkdir(parents=True, exist_ok=True)
        exercises = {id: asdict(record) for id, record in sorted(self._records.items())}
        text = json.dumps({"schema": 1, "exercises": exercises}, indent=2) + "\n"
        handle, temporary = tempfile.mkstemp(dir=self.folder, prefix="progress-")
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
        Path(temporary).replace(self._progress)

    def pack(self, name: str, folder: Path) -> Path:
        """Zip the work as ``<name>.zip`` in ``folder``, with a number if that is there already."""
        if not any(self._packed()):
            raise SetuError("nothing_to_pack", path=self.folder)
        target = folder / f"{file_name(name)}.zip"
        if target.exists():
            target = numbered(target.with_suffix(""), ".zip", first=2)
        with zipfile.ZipFile(target, "x", zipfile.ZIP_DEFLATED) as archive:
            for path in self._packed():
                archive.write(path, path.relative_to(self.folder).as_posix())
        return target

    def _packed(self) -> Iterator[Path]:
        if self._progress.is_file():
            yield self._progress
        for path in sorted(self.folder.glob("*/app/**/*")):
            inside = path.relative_to(self.folder)
            backup = ".backup-" in inside.parts[0]
            plain = path.is_file() and not path.is_symlink()
            if plain and not backup and "__pycache__" not in inside.parts:
                yield path

    def _read(self) -> dict[str, Record]:
        try:
            data = json.loads(self._progress.read_text(encoding="utf-8"))
            return _records(data)
        except FileNotFoundError:
            return {}
        except (ValueError, TypeError, AttributeError, KeyError):
            self.set_aside = numbered(self._progress.with_name("progress.json.broken"))
            self._progress.rename(self.set_aside)
            return {}


def numbered(path: Path, ending: str = "", first: int = 1) -> Path:
    """The first of ``path-1``, ``path-2``… that is not there."""
    number = first
    while (free := path.with_name(f"{path.name}-{number}{ending}")).exists():
        number += 1
    return free


def file_name(name: str) -> str:
    """A person's name as a file name that every system takes; any script is kept."""
    text = unicodedata.normalize("NFC", name)
    kept = "".join(
        c if c in "-_ " or unicodedata.category(c)[0] in "LMN" or c in "\u200c\u200d" else "-"
        for c in text
    )
    clean = " ".join(kept.split())[:80].strip("- ")
    if not clean:
        raise SetuError("name_unusable", name=name)
    return f"{clean}-1" if clean.lower() in WINDOWS_NAMES else clean


def _records(data: Any) -> dict[str, Record]:
    if data["schema"] != 1:
        raise ValueError(data["schema"])
    records = {id: Record(**record) for id, record in data["exercises"].items()}
    for record in records.values():
        for each in fields(record):
            allowed = (str, type(None)) if each.name == "outcome" else type(each.default)
            if not isinstance(getattr(record, each.name), allowed):
                raise TypeError(each.name)
    return records
