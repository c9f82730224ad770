"""The folder ``work`` when several write to it, and when the system refuses."""

from __future__ import annotations

import errno
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from setu.catalog import Exercise
from setu.errors import SetuError
from setu.exercises.work import Work

TAKES_HINTS = """
import sys
from pathlib import Path
from setu.catalog import load_catalog
from setu.exercises.work import Work
root = Path(sys.argv[1])
exercise = load_catalog(root).exercise("ch07")
work = Work(root)
for _ in range(50):
    work.take_hint(exercise, 1000)
"""


def full(*_: Any, **__: Any) -> None:
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def test_two_that_write_at_once_lose_nothing(course: Path, exercise: Exercise) -> None:
    both = [subprocess.Popen([sys.executable, "-c", TAKES_HINTS, str(course)]) for _ in range(2)]
    assert [each.wait() for each in both] == [0, 0]
    assert Work(course).record(exercise).hints == 100


def test_a_starter_that_was_copied_by_half_is_no_copy(
    course: Path, exercise: Exercise, monkeypatch: pytest.MonkeyPatch
) -> None:
    work = Work(course)
    with monkeypatch.context() as patch:
        patch.setattr(shutil, "copystat", full)  # after the files, as a disk fills up
        with pytest.raises(SetuError, match=r"cannot be written: .*No space left on device"):
            work.begin(exercise)
    assert list(work.folder.iterdir()) == []
    assert work.begin(exercise)


def test_a_reset_that_fails_leaves_the_learners_copy(
    course: Path, exercise: Exercise, monkeypatch: pytest.MonkeyPatch
) -> None:
    work = Work(course)
    work.begin(exercise)
    monkeypatch.setattr(shutil, "copystat", full)
    with pytest.raises(SetuError, match="cannot be written"):
        work.reset(exercise)
    assert list(work.folder.iterdir()) == [work.folder_of(exercise)]


def test_progress_that_cannot_be_written_leaves_nothing_beside_it(
    course: Path, exercise: Exercise, monkeypatch: pytest.MonkeyPatch
) -> None:
    work = Work(course)
    work.take_hint(exercise, 3)
    before = sorted(work.folder.iterdir())
    monkeypatch.setattr(Path, "write_text", full)
    with pytest.raises(SetuError, match=r"progress\.json cannot be written: No space left"):
        work.take_hint(exercise, 3)
    assert sorted(work.folder.iterdir()) == before


def test_broken_progress_in_a_folder_that_is_read_only_is_one_sentence(
    course: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (course / "work").mkdir()
    (course / "work/progress.json").write_text("{half", encoding="utf-8")
    monkeypatch.setattr(Path, "rename", full)
    with pytest.raises(SetuError, match="cannot be written"):
        Work(course)
