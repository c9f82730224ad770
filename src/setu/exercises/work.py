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
import sqlite3
import tempfile
import unicodedata
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any, Literal

from setu.catalog import Exercise
from setu.checks.verdict import Verdict
from setu.errors import SetuError
from setu.one_at_a_time import alone

State = Literal["new", "started", "failed", "passed"]
LEFT_OUT = shutil.ignore_patterns("__pycache__", "*.pyc")
LONGEST_NAME = 200
"""Bytes of a person's name as a file name: systems take 255, and endings and numbers follow."""
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
        with _whole(copy) as half:
            _copy_starter(exercise, half)
        return True

    def reset(self, exercise: Exercise) -> Path | None:
        """Put the starter in place of the learner's copy, which is kept; give where it now is."""
        copy = self.folder_of(exercise)
        backup = None
        with _whole(copy) as half:
            _copy_starter(exercise, half)
            if copy.exists():
                backup = numbered(copy.with_name(f"{copy.name}.backup"))
                copy.rename(backup)
        with self._change(exercise) as record:
            record.outcome, record.score = None, 0
        return backup

    def record(self, exercise: Exercise) -> Record:
        """How far an exercise was when the work was last read or changed."""
        return self._records.get(exercise.id, Record())

    def state(self, exercise: Exercise) -> State:
        """``new``, ``started`` (the learner has a copy), ``failed`` (checked) or ``passed``."""
        record = self.record(exercise)
        if record.passed:
            return "passed"
        if record.outcome:
            return "failed"
        return "started" if self.folder_of(exercise).exists() else "new"

    def note(self, exercise: Exercise, verdict: Verdict) -> bool:
        """Keep what a check said; tell whether the exercise is passed for the first time."""
        with self._change(exercise) as record:
            first = verdict["passed"] and not record.passed
            record.attempts += 1
            record.outcome = verdict["outcome"]
            record.score, record.max_score = verdict["score"], verdict["max_score"]
            record.passed = record.passed or verdict["passed"]
        return first

    def take_hint(self, exercise: Exercise, levels: int, level: int | None = None) -> int:
        """The level of the hint to show, the next unless one is asked for; it is kept."""
        with self._change(exercise) as record:
            shown = min(max(1, record.hints + 1 if level is None else level), levels)
            record.hints = max(record.hints, shown)
        return shown

    def note_solution(self, exercise: Exercise) -> None:
        """Keep that the solution was shown."""
        with self._change(exercise) as record:
            record.solution_seen = True

    def pack(self, name: str, folder: Path) -> Path:
        """Zip the work as ``<name>.zip`` in ``folder``, with a number if that is there already."""
        apps = list(self._apps())
        if not apps:
            raise SetuError("nothing_to_pack", path=self.folder)
        target = folder / f"{file_name(name)}.zip"
        if target.exists():
            target = numbered(target.with_suffix(""), ".zip", first=2)
        progress = [self._progress] if self._progress.is_file() else []
        with _whole(target) as half, zipfile.ZipFile(half, "x") as archive:
            for path in progress + apps:
                inside = path.relative_to(self.folder).as_posix()
                with _telling("not_read", path):
                    # A file may be older than the years that a zip can name.
                    member = zipfile.ZipInfo.from_file(path, inside, strict_timestamps=False)
                    content = path.read_bytes()
                archive.writestr(member, content, zipfile.ZIP_DEFLATED)
        return target

    def _apps(self) -> Iterator[Path]:
        for path in sorted(self.folder.glob("*/app/**/*")):
            inside = path.relative_to(self.folder)
            backup = ".backup-" in inside.parts[0]
            plain = path.is_file() and not path.is_symlink()
            if plain and not backup and "__pycache__" not in inside.parts:
                yield path

    @contextmanager
    def _change(self, exercise: Exercise) -> Iterator[Record]:
        """The record of an exercise as it is now, to be changed; nobody else writes meanwhile."""
        with _telling("not_written", self._progress), alone(_lock()):
            self._records = self._read()
            yield self._records.setdefault(exercise.id, Record())
            exercises = {id: asdict(record) for id, record in sorted(self._records.items())}
            text = json.dumps({"schema": 1, "exercises": exercises}, indent=2) + "\n"
            with _whole(self._progress) as half:
                half.write_text(text, encoding="utf-8")

    def _read(self) -> dict[str, Record]:
        try:
            # An editor on Windows may have put a byte order mark before it.
            text = self._progress.read_text(encoding="utf-8-sig")
            return _records(json.loads(text))
        except FileNotFoundError:
            return {}
        except OSError as error:
            raise _told("not_read", self._progress, error) from error
        except (ValueError, TypeError, AttributeError, KeyError):
            with _telling("not_written", self.folder):
                broken = numbered(self._progress.with_name("progress.json.broken"))
                self.set_aside = self._progress.rename(broken)
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
    short = " ".join(kept.split())[:80].encode()[:LONGEST_NAME].decode(errors="ignore")
    clean = short.strip("- ")
    if not clean:
        raise SetuError("name_unusable", name=name)
    return f"{clean}-1" if clean.lower() in WINDOWS_NAMES else clean


def _records(data: Any) -> dict[str, Record]:
    if data["schema"] != 1:
        raise ValueError(data["schema"])
    records = {}
    for id, told in data["exercises"].items():
        # A field that is not known here is of a newer course.
        known = {each.name: told[each.name] for each in fields(Record) if each.name in told}
        records[id] = Record(**known)
        for each in fields(Record):
            allowed = (str, type(None)) if each.name == "outcome" else type(each.default)
            if not isinstance(getattr(records[id], each.name), allowed):
                raise TypeError(each.name)
    return records


def _copy_starter(exercise: Exercise, target: Path) -> None:
    starter = exercise.folder / "starter"
    if not starter.is_dir():
        raise SetuError("exercise_file_missing", path=starter)
    shutil.copytree(starter, target, ignore=LEFT_OUT)


def _lock() -> Path:
    """This user's folder for the lock: not in ``work``, because some network drives know none."""
    return Path(tempfile.gettempdir()) / f"setu-lock-{getattr(os, 'getuid', int)()}"


@contextmanager
def _whole(target: Path) -> Iterator[Path]:
    """A place beside ``target`` to make it in; it appears when it is whole, or not at all."""
    with _telling("not_written", target):
        target.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(
            dir=target.parent, prefix=".setu-", ignore_cleanup_errors=True
        ) as room:
            half = Path(room) / target.name
            yield half
            half.replace(target)


@contextmanager
def _telling(key: str, path: Path) -> Iterator[None]:
    """Turn what the system refuses into the sentence ``key`` about ``path``."""
    try:
        yield
    except (OSError, sqlite3.Error) as error:
        raise _told(key, path, error) from error


def _told(key: str, path: Path, error: Exception) -> SetuError:
    if isinstance(error, shutil.Error):  # one reason for each file that was not copied
        return SetuError(key, path=path, detail=error.args[0][0][2])
    return SetuError(key, path=path, detail=getattr(error, "strerror", None) or error)
