"""Seconds until a verdict: after a save in ``setu learn``, of ``setu check``, of bare pytest.

uv run python benchmarks/check.py

Median of five runs each, on the solutions. ``bare pytest`` is a new Python that runs the same
checks on the same subject, without a child process, a time limit or a verdict: what a course
would have that only handed out test files.
"""

from __future__ import annotations

import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from rich.console import Console
from rich.table import Table

from setu.catalog import Exercise, load_catalog
from setu.exercises.bank import lay_out, solution_of

ROOT = Path(__file__).resolve().parents[1]
RUNS = 5
PATIENCE = 60.0
PASSED = b"Passed: "
BARE = """
import os, random, sys
from pathlib import Path

import pytest

checks, folder, database = map(Path, sys.argv[1:])
sys.dont_write_bytecode = True
sys.path.insert(0, str(folder))
from setu.checks.guard import Guarded
from setu.checks.sqlite_store import SqliteStore
from setu.exercises.engine_watch import watched

os.environ["DATABASE_URL"] = watched(f"sqlite+aiosqlite:///{database.as_posix()}")
from setu.exercises.in_process import InProcess


class Fixtures:
    @pytest.fixture(scope="session")
    def app(self):
        app = InProcess(folder)
        app.load()
        app.start()
        yield Guarded(app, SqliteStore(database))
        app.stop()

    @pytest.fixture
    def subject(self, app):
        app.begin()
        return app

    @pytest.fixture
    def rng(self):
        return random.Random(1)


sys.exit(pytest.main(
    ["-q", "-p", "no:cacheprovider", f"--rootdir={checks.parent}", "-c", os.devnull, str(checks)],
    plugins=[Fixtures()],
))
"""


def course(folder: Path) -> Path:
    """A course with the exercises of this one, and the solutions as the learner's work."""
    for part in ("exercises", "solutions"):
        shutil.copytree(ROOT / part, folder / part)
    for chapter in ROOT.glob("chapters/*/chapter.toml"):
        target = folder / chapter.relative_to(ROOT)
        target.parent.mkdir(parents=True)
        shutil.copy(chapter, target)
    return folder


def put(exercise: Exercise, target: Path) -> Path:
    return lay_out(target, exercise.folder / "starter", solution_of(exercise))


def timed(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def cold_check(root: Path, exercise: Exercise) -> float:
    """``setu check`` from the command line to its end."""
    put(exercise, root / "work" / exercise.id)
    command = [sys.executable, "-m", "setu", "check", exercise.id, "--root", str(root)]
    return statistics.median(timed(lambda: _run(command)) for _ in range(RUNS))


def bare_pytest(root: Path, exercise: Exercise) -> float:
    """pytest on the same checks, from the command line to its end."""
    folder = put(exercise, root / "bare" / exercise.id)
    times = []
    for _ in range(RUNS):
        with tempfile.TemporaryDirectory() as room:
            checks = exercise.folder / "checks.py"
            command = [sys.executable, "-c", BARE, str(checks), str(folder), f"{room}/dokan.db"]
            times.append(timed(lambda command=command: _run(command)))  # type: ignore[misc]
    return statistics.median(times)


def save_to_verdict(root: Path, exercise: Exercise) -> float:
    """From a save to the verdict's first line, in a ``setu learn`` that has run a check before."""
    shutil.rmtree(root / "work", ignore_errors=True)
    with tempfile.TemporaryDirectory() as alone:  # the course with this exercise only
        here = Path(alone)
        for part in ("exercises", "solutions"):
            shutil.copytree(root / part / exercise.id, here / part / exercise.id)
        shutil.copytree(root / "chapters", here / "chapters")
        main = put(exercise, here / "work" / exercise.id) / exercise.edit[0]
        output = here / "output.txt"
        with output.open("wb") as file:
            command = [sys.executable, "-m", "setu", "learn", "--root", alone]
            learn = subprocess.Popen(
                command, stdin=subprocess.PIPE, stdout=file, stderr=file, env=_english()
            )
        try:
            _wait(output, 1)
            times = []
            for count in range(2, RUNS + 2):
                time.sleep(1)
                with main.open("a", encoding="utf-8") as source:
                    source.write("\n")
                times.append(timed(lambda count=count: _wait(output, count)))  # type: ignore[misc]
        finally:
            learn.terminate()
            learn.wait()
    return statistics.median(times)


def _wait(output: Path, verdicts: int) -> None:
    end = time.monotonic() + PATIENCE
    while (told := output.read_bytes()).count(PASSED) < verdicts:
        if time.monotonic() > end:
            sys.exit(f"no verdict in {PATIENCE:.0f} s:\n{told.decode()}")
        time.sleep(0.005)


def _run(command: list[str]) -> None:
    done = subprocess.run(command, capture_output=True, env=_english(), check=False)
    if done.returncode:
        sys.exit(f"{command}:\n{done.stdout.decode()}{done.stderr.decode()}")


def _english() -> dict[str, str]:
    return {**os.environ, "SETU_LANG": "en"}


if __name__ == "__main__":
    table = Table("seconds (median of 5)", "save → verdict", "cold setu check", "bare pytest")
    with tempfile.TemporaryDirectory(prefix="setu-benchmark-") as temporary:
        root = course(Path(temporary))
        for exercise in load_catalog(root).exercises:
            measures = (save_to_verdict, cold_check, bare_pytest)
            table.add_row(exercise.id, *(f"{each(root, exercise):.2f}" for each in measures))
    console = Console()
    console.print(table)
    if hasattr(os, "getloadavg"):
        console.print(f"load of the machine in the last minute: {os.getloadavg()[0]:.1f}")
