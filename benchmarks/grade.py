"""Submissions graded a minute, for one and two workers, and where the time of one goes.

uv run python benchmarks/grade.py [--tier B] [--rounds 2]

Each round grades, of every exercise, the solution and ten mistakes spread over its bank: the real
checks, the real restart. Handed in by a class in which everybody solved every exercise, whose
submissions share the sandbox of their student, and by one that had a single exercise to do. A
worker is a process with a bench of its own. ``load`` is that of the machine just before: above 1
or so the minutes say more about the neighbours. Then the CPU time is the measure, of the grader
and of all that it starts, the warm-up of sandboxes included; ``fits`` is what as many cores with
nothing else to do could grade a minute.
"""

from __future__ import annotations

import argparse
import ctypes
import multiprocessing
import os
import resource
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from itertools import chain
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from setu.catalog import Exercise, load_catalog
from setu.exercises.bank import lay_out, make_mistake, mistakes_of, solution_of
from setu.grading.bench import Bench, Task
from setu.grading.reader import Reader
from setu.grading.room import Room
from setu.grading.sandbox import Tier, available_tier
from setu.grading.usage import used_by

ROOT = Path(__file__).resolve().parents[1]
MISTAKES = 10
SEED = 20_261_120
CHILD_SUBREAPER = 36
"""Number of ``prctl``."""
STAGES = ("ready", "lay_out", "start", "end", "exchange", "write", "read", "renew", "close")
"""What is timed of a room; the rest is the checks themselves and pytest."""


def tasks(rounds: int) -> list[list[Task]]:
    """The solution and some mistakes of each exercise: a list for each student of all they did."""
    found: list[list[Task]] = []
    with tempfile.TemporaryDirectory() as room:
        for exercise in load_catalog(ROOT).exercises:
            mistakes = mistakes_of(exercise)
            chosen = [mistakes[at * len(mistakes) // MISTAKES] for at in range(MISTAKES)]
            for number, mistake in enumerate((None, *chosen)):
                name = mistake.id if mistake else "solution"
                folder = _solution(exercise, Path(room, exercise.id, name))
                if mistake:
                    make_mistake(mistake, folder)
                files = {
                    path.relative_to(folder).as_posix(): path.read_bytes()
                    for path in folder.rglob("*.py")
                }
                if number == len(found):
                    found.append([])
                found[number].append(Task(f"student {number}", exercise.id, files, SEED))
    return [
        [replace(task, student=f"{task.student} of {turn}") for task in student]
        for turn in range(rounds)
        for student in found
    ]


def alone(students: list[list[Task]]) -> list[list[Task]]:
    """The same submissions, each by a student of its own."""
    return [
        [replace(task, student=f"{task.student} {task.exercise}")]
        for student in students
        for task in student
    ]


def _solution(exercise: Exercise, target: Path) -> Path:
    return lay_out(target, exercise.folder / "starter", solution_of(exercise))


def work(tier: Tier, waiting: Any, done: Any) -> None:
    """Grade what ``waiting`` has until there is ``None``."""
    with Bench(ROOT, tier=tier) as bench:
        bench.grade(tasks(1)[0][0])  # what only the first one costs
        done.put(None)
        while (student := waiting.get()) is not None:
            for task in student:
                done.put(bench.grade(task)["outcome"])


def rate(tier: Tier, workers: int, students: list[list[Task]]) -> float:
    """Submissions a minute."""
    context = multiprocessing.get_context("spawn")
    waiting, done = context.Queue(), context.Queue()
    processes = [
        context.Process(target=work, args=(tier, waiting, done), daemon=True)
        for _ in range(workers)
    ]
    for process in processes:
        process.start()
    for _ in processes:
        done.get()
    began = time.monotonic()
    for student in [*students, *[None] * workers]:
        waiting.put(student)
    for _ in chain(*students):
        done.get()
    seconds = time.monotonic() - began
    for process in processes:
        process.join()
    return 60 * sum(map(len, students)) / seconds


def spent_cpu(tier: Tier, students: list[list[Task]]) -> float:
    """Seconds of CPU for one submission: of this process and of all that it started."""
    if sys.platform == "linux":  # or what a sandbox leaves to process 1 is not counted here
        ctypes.CDLL(None).prctl(CHILD_SUBREAPER, 1, 0, 0, 0)
    _wait_for_the_last()  # of what ran before
    before = _cpu()
    with Bench(ROOT, tier=tier) as bench:
        for task in chain(*students):
            bench.grade(task)
    _wait_for_the_last()
    return (_cpu() - before) / sum(map(len, students))


def _wait_for_the_last() -> None:
    """Let all that was started end and be counted."""
    end = time.monotonic() + 1
    with suppress(ChildProcessError):
        while time.monotonic() < end:
            if os.waitpid(-1, os.WNOHANG) == (0, 0):
                time.sleep(0.01)


def _cpu() -> float:
    used = map(resource.getrusage, (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(each.ru_utime + each.ru_stime for each in used)


@contextmanager
def timed() -> Iterator[dict[str, list[float]]]:
    """Wall seconds and seconds of our own CPU, by stage."""
    spent: dict[str, list[float]] = defaultdict(lambda: [0.0, 0.0])
    before = {name: getattr(Room, name) for name in STAGES}

    def wrapped(name: str, method: Callable[..., Any]) -> Callable[..., Any]:
        def act(*arguments: Any, **named: Any) -> Any:
            wall, cpu = time.monotonic(), time.thread_time()
            try:
                return method(*arguments, **named)
            finally:
                spent[name][0] += time.monotonic() - wall
                spent[name][1] += time.thread_time() - cpu

        return act

    for name, method in before.items():
        setattr(Room, name, wrapped(name, method))
    try:
        yield spent
    finally:
        for name, method in before.items():
            setattr(Room, name, method)


def stages(tier: Tier, students: list[list[Task]]) -> Table:
    """Where the milliseconds of one submission go, with one worker."""
    todo = [*chain(*students)]
    table = Table(title="milliseconds of one submission, one worker, every exercise")
    for head in ("stage", "waits", "own CPU"):
        table.add_column(head, justify="left" if head == "stage" else "right")
    reader = Reader(tier)
    room = Room(tier, reader)
    room.ready()
    warm_up = used_by(room._place.process.pid).cpu_seconds
    room.close()
    reader.close()
    with Bench(ROOT, tier=tier) as bench, timed() as spent:
        bench.grade(todo[0])
        spent.clear()
        wall, cpu, inside = time.monotonic(), time.thread_time(), 0.0
        for task in todo:
            inside += bench.grade(task)["resources"]["cpu_seconds"]
        wall, cpu = time.monotonic() - wall, time.thread_time() - cpu
    each = 1000 / len(todo)
    for name in STAGES:
        table.add_row(name, *(f"{seconds * each:.0f}" for seconds in spent[name]))
    rest = [total - sum(s[at] for s in spent.values()) for at, total in enumerate((wall, cpu))]
    table.add_row("checks, pytest", *(f"{seconds * each:.0f}" for seconds in rest))
    table.add_row("all", f"{wall * each:.0f}", f"{cpu * each:.0f}", end_section=True)
    table.add_row("CPU in the sandbox", "", f"{inside * each:.0f}")
    table.add_row("of that its warm-up", "", f"{warm_up * 1000:.0f}")
    return table


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--tier", choices=["A", "B"], default=available_tier()[0])
    parser.add_argument("--rounds", type=int, default=2)
    given = parser.parse_args()
    students = tasks(given.rounds)
    count = sum(map(len, students))
    table = Table(title=f"{count} submissions, tier {given.tier}, {os.cpu_count()} cores")
    for head in ("everybody did", "workers", "a minute", "load", "CPU ms each", "fits"):
        table.add_column(head, justify="left" if head == "everybody did" else "right")
    for name, todo in (("every exercise", students), ("one exercise", alone(students))):
        cpu = spent_cpu(given.tier, todo)
        for workers in (1, 2):
            load = f"{os.getloadavg()[0]:.1f}"
            minute = f"{rate(given.tier, workers, todo):.0f}"
            fits = f"{60 * workers / cpu:.0f}"
            table.add_row(name, str(workers), minute, load, f"{1000 * cpu:.0f}", fits)
    Console().print(table)
    Console().print(stages(given.tier, tasks(1)))


if __name__ == "__main__":
    main()
