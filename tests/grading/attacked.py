"""Submissions that attack the grader, and what must be so after each.

Each file in ``attacks/deceive`` (lies, looks, breaks out) and ``attacks/exhaust`` (takes all time,
memory or processes) is handed in as ``app/attack.py`` beside the exercise's starter, whose
``main.py`` imports it and calls its ``install(app)``. In it ``"CANARY"`` stands for a file of the
grader's machine, ``"COURSE"`` for the course's folder. What an attack should not have been able to
do it prints as ``FOUND``.
"""

from __future__ import annotations

import json
import os
import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from conftest import skip_or_fail
from setu.catalog import load_catalog
from setu.exercises.bank import lay_out, solution_of
from setu.grading.bench import Bench, Task
from setu.grading.sandbox import available_tier

ROOT = Path(__file__).resolve().parents[2]
ATTACKS = Path(__file__).parent / "attacks"
SHORT = 2.5
"""Seconds for attacks, most of which take what they are given."""

COMMANDS = re.compile(
    r"(?<!\\)\\u(00[01]|d[89a-f])|[\x7f-\x9f\u061c\u200b\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff]"
)
"""What JSON escapes except line ends and tabs, and signs that turn or hide text."""


@dataclass
class Class:
    """Two grading places: one with a short time limit for attacks, one as it is for honest work."""

    attacked: Bench
    honest: Bench
    canary: Path

    def attack(self, source: str) -> Task:
        found = re.search(r'^EXERCISE = "(\w+)"', source, re.M)
        exercise = found[1] if found else "ch07_get_user"
        files = starter(exercise)
        files["app/main.py"] += b"\nfrom . import attack\n\ngetattr(attack, 'install', id)(app)\n"
        source = source.replace('"CANARY"', repr(str(self.canary)))
        files["app/attack.py"] = source.replace('"COURSE"', repr(str(ROOT))).encode()
        return Task("mallory", exercise, files, seed=7)


def starter(exercise: str) -> dict[str, bytes]:
    folder = ROOT / "exercises" / exercise / "starter"
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*.py")}


@pytest.fixture(scope="module")
def solution(tmp_path_factory: pytest.TempPathFactory) -> Task:
    exercise = load_catalog(ROOT).exercise("ch07_get_user")
    folder = lay_out(
        tmp_path_factory.mktemp("solution"), exercise.folder / "starter", solution_of(exercise)
    )
    files = {
        path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*.py")
    }
    return Task("nadia", exercise.id, files, seed=7)


@pytest.fixture(scope="module")
def places(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Class]:
    tier, why = available_tier()
    if tier != "A":
        skip_or_fail("bwrap", why)
    course = tmp_path_factory.mktemp("course")
    for name in ("chapters", "solutions"):
        (course / name).symlink_to(ROOT / name)
    shutil.copytree(ROOT / "exercises", course / "exercises")
    for path in course.glob("exercises/*/exercise.toml"):
        limit = re.sub(r"^time_limit = .*", f"time_limit = {SHORT}", path.read_text(), flags=re.M)
        path.write_text(limit)
    canary = tmp_path_factory.mktemp("grader") / "setu-canary.txt"
    canary.write_text("nobody's business\n")
    os.environ["SETU_CANARY"] = str(canary)
    with Bench(course, tier="A") as attacked, Bench(ROOT, tier="A") as honest:
        yield Class(attacked, honest, canary)
    del os.environ["SETU_CANARY"]
    assert not descendants(os.getpid())


def descendants(pid: int) -> list[str]:
    """The sandboxes that are still there below a process, by the command that started them."""
    found = []
    for thread in Path(f"/proc/{pid}/task").iterdir():
        for child in (thread / "children").read_text().split():
            command = Path(f"/proc/{child}/cmdline").read_bytes().decode(errors="replace")
            found += [command] if "bwrap" in command else []
            found += descendants(int(child))
    return found


def attacks(kind: str) -> dict[str, Path]:
    """Name → file of each attack of a kind."""
    return {path.stem: path for path in sorted((ATTACKS / kind).glob("*.py"))}


def no_harm(attack: Path, places: Class, solution: Task) -> None:
    """The attack does not pass, does no harm, and an honest submission beside it passes."""
    before = places.canary.stat()
    verdict = places.attacked.grade(places.attack(attack.read_text(encoding="utf-8")))
    assert not verdict["passed"]
    assert verdict["score"] < verdict["max_score"]
    assert verdict["outcome"] != "checker_fault", verdict
    assert "FOUND" not in verdict["log"]
    assert not COMMANDS.search(json.dumps(verdict, ensure_ascii=False))
    after = places.canary.stat()
    assert (after.st_mtime_ns, after.st_ino, after.st_size) == (
        before.st_mtime_ns,
        before.st_ino,
        before.st_size,
    )
    # Its sandbox was started beside the one that was attacked.
    beside = places.attacked.grade(solution)
    if beside["outcome"] == "time_limit":  # a busy machine: the short limit is not its fault
        beside = places.honest.grade(solution)
    assert beside["passed"], beside
    assert not Path("/tmp/setu-attack-pickle").exists()  # noqa: S108
