"""A worker whose bench runs nothing: what ``app/main.py`` says decides what comes of it.

``crash``: the process dies; ``crash once``: only the first time; ``wait``: half a second;
``fault``: the bench raises; ``pass``: passed; anything else fails. ``FAKE_ROOM`` is a folder: each
grading adds a line to ``graded.txt`` there; with ``moves`` in it the known good one fails from the
second time on; ``tier`` in it is the tier of this machine.
"""

from __future__ import annotations

import contextlib
import os
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from setu.catalog import load_catalog
from setu.checks.verdict import Declared, Result, Status, judge
from setu.grading import sandbox
from setu.grading.bench import digest
from setu.grading.worker import Grades, Setting, TaskData, serve

ROOM = Path(os.environ["FAKE_ROOM"])


def graded() -> list[str]:
    """``student exercise`` for each grading so far."""
    path = ROOM / "graded.txt"
    return path.read_text(encoding="utf-8").splitlines() if path.exists() else []


@contextlib.contextmanager
def bench(setting: Setting, tier: str) -> Iterator[Grades]:
    catalog = load_catalog(Path(setting["root"]))

    def grade(task: TaskData) -> dict[str, Any]:
        exercise = catalog.exercise(task["exercise"])
        what = task["files"]["app/main.py"].decode(errors="replace")
        if "wait" in what:
            time.sleep(0.5)
        if "crash" in what and not ("once" in what and (ROOM / "crashed").exists()):
            (ROOM / "crashed").touch()
            os._exit(9)
        if "fault" in what:
            raise RuntimeError("the bench broke")
        moved = (ROOM / "moves").exists() and f"known good {exercise.id}" in graded()
        with (ROOM / "graded.txt").open("a", encoding="utf-8") as file:
            file.write(f"{task['student']} {exercise.id}\n")
        good = task["student"] == "known good" and not moved
        status: Status = "pass" if good or what.startswith("pass") else "fail"
        key = None if status == "pass" else "route_missing"
        results = [Result(each.id, status, key) for each in exercise.checks]
        declared = [Declared(each.id, each.points, each.advisory) for each in exercise.checks]
        verdict = judge(exercise.id, declared, results, seed=task["seed"], log=what)
        return {
            **verdict,
            "student": task["student"],
            "tier": tier,
            "sha256": digest(task["files"]),
            "resources": {},
        }

    yield grade


def tier_here() -> tuple[Any, str]:
    path = ROOM / "tier"
    return (path.read_text() if path.exists() else "A"), "no bwrap here"


if __name__ == "__main__":
    sandbox.available_tier = tier_here
    serve(bench)
