"""Checking a folder: one run is one child process, and the parent alone decides how it ended."""

from __future__ import annotations

import contextlib
import json
import multiprocessing
import os
import random
import signal
import sys
import sysconfig
import tempfile
import threading
import time
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import TYPE_CHECKING, Any

from setu.checks.verdict import Declared, Outcome, Result, Verdict, judge
from setu.errors import SetuError
from setu.exercises.job import HEAVY, QUICK_END, Job, work

if TYPE_CHECKING:
    from setu.catalog import Exercise

START_UP = 60.0
"""Seconds that a child has to start; the exercise's own limit runs from then on."""
LOOK = 0.05
"""Seconds between two looks at ``stop``; what the child tells is heard at once."""
LAST_BREATH = 5.0
"""Seconds for a child that has closed its pipe to be gone, so that its exit code is its own."""
LONGEST_LOG = 20_000
"""Characters of output that a verdict keeps: half from the start, half from the end."""

METHOD = "spawn" if sys.platform == "win32" else "forkserver"
_context: Any = multiprocessing.get_context(METHOD)


class Stopped(Exception):
    """The run was ended before it had a verdict, because somebody asked for that."""


def warm_up() -> None:
    """Let the server of child processes load its modules while this process does other things."""
    if METHOD == "forkserver":
        from multiprocessing import forkserver, resource_tracker

        _context.set_forkserver_preload([HEAVY, QUICK_END])
        # Ctrl+C in the terminal is for this process: the server would print a traceback.
        resource_tracker.ensure_running()  # it would let the signal through again
        before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
        try:
            forkserver.ensure_running()
        finally:
            signal.pthread_sigmask(signal.SIG_SETMASK, before)


def check_folder(  # noqa: PLR0913  (all that may differ between two runs)
    exercise: Exercise,
    folder: Path,
    *,
    database_url: str | None = None,
    seed: int | None = None,
    time_limit: float | None = None,
    stop: threading.Event | None = None,
) -> Verdict:
    """Run the checks of ``exercise`` on the package ``app`` in ``folder``.

    ``database_url``: an empty database; without one the run has a SQLite file of its own.
    ``seed`` makes the data of the checks; without one they are new in each run. ``time_limit``:
    seconds for all checks together, the exercise's own unless given. Whatever the code in
    ``folder`` does, it gives a verdict. Raises ``SetuError`` for an exercise without checks, and
    ``Stopped`` as soon as ``stop`` is set, which any thread may do.
    """
    if not (exercise.folder / "checks.py").is_file():
        raise SetuError("exercise_file_missing", path=exercise.folder / "checks.py")
    warm_up()
    seed = random.SystemRandom().randrange(2**32) if seed is None else seed
    declared = [
        Declared(each.id, each.points, each.advisory, tuple(each.needs)) for each in exercise.checks
    ]
    with tempfile.TemporaryDirectory(prefix="setu-", ignore_cleanup_errors=True) as temporary:
        room = Path(temporary).resolve()
        (room / "run").mkdir()
        url = database_url or f"sqlite+aiosqlite:///{(room / 'dokan.db').as_posix()}"
        job = Job(
            folder=folder.resolve(),
            checks=exercise.folder / "checks.py",
            declared=declared,
            database_url=url,
            seed=seed,
            scratch=room / "run",
            output=room / "output.txt",
            time_limit=time_limit or exercise.time_limit,
        )
        course = _follow(job, stop or threading.Event())
        return judge(
            exercise.id,
            declared,
            course.results,
            seed=seed,
            outcome=course.outcome,
            error=course.error,
            frames=course.frames,
            log=_log(job),
        )


@dataclass
class _Course:
    """What became of a run, as far as the child told of it."""

    stage: str = ""
    running: str = ""
    results: list[Result] = field(default_factory=list)
    outcome: Outcome | None = None
    error: str = ""
    frames: list[Any] = field(default_factory=list)
    told_all: bool = False


def _follow(job: Job, stop: threading.Event) -> _Course:
    """Start the child, hear what it tells until it ends or its time is up, and end it."""
    course = _Course()
    hears, tells = _context.Pipe(duplex=False)
    child: BaseProcess = _context.Process(target=work, args=(job, tells), daemon=True)
    try:
        child.start()
        tells.close()
        _listen(course, hears, job.time_limit, stop)
        if course.outcome is None and not course.told_all:
            child.join(LAST_BREATH)
    finally:
        _end(child)
        hears.close()
    if not course.told_all:
        _silent(course, child.exitcode)
    return course


def _listen(course: _Course, hears: Connection, time_limit: float, stop: threading.Event) -> None:
    deadline = time.monotonic() + START_UP
    with contextlib.suppress(EOFError, ConnectionResetError, BrokenPipeError):
        while True:
            if stop.is_set():
                raise Stopped
            left = max(0.0, deadline - time.monotonic())
            if not hears.poll(min(left, LOOK)):
                if not left:
                    course.outcome = "time_limit"
                    return
                continue
            told = json.loads(hears.recv_bytes())
            if told.get("stage") == "ready":
                deadline = time.monotonic() + time_limit
            course.stage = told.get("stage", course.stage)
            course.running = told.get("begin", course.running)
            if "result" in told:
                course.results.append(Result(**told["result"]))
                course.running = ""
            if "end" in told:
                course.told_all = True
                course.error, course.frames = told["error"], told["frames"]
                course.outcome = None if told["end"] == "checked" else told["end"]
                return


def _silent(course: _Course, exitcode: int | None) -> None:
    """Judge a run that ended without a word: its time was up, or the learner's code ended it."""
    if exitcode == -getattr(signal, "SIGALRM", 14):  # this process slept and could not end it
        course.outcome = "time_limit"
    if not course.stage:  # the learner's code was not reached
        course.outcome, course.error = "checker_fault", f"the process left with code {exitcode}"
    elif course.outcome == "time_limit":
        if course.running:
            course.results.append(Result(course.running, "fail", "time_limit"))
    elif exitcode == -getattr(signal, "SIGKILL", 9):  # the system was short of memory
        course.outcome = "memory_limit"
    elif course.stage == "checks":
        course.results.append(Result(course.running, "fail", "process_ended"))
    else:
        course.outcome = "start_error" if course.stage == "start" else "import_error"
        course.error = f"the process ended with code {exitcode}"


def _end(child: BaseProcess) -> None:
    """End the child and everything that it started."""
    if child.pid is None:  # it was not to be started, and 0 would be our own group
        return
    if sys.platform != "win32":
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(child.pid, signal.SIGKILL)
    if child.exitcode is None:
        child.kill()
    child.join()


def _log(job: Job) -> str:
    """What the learner's code printed, without the places of this machine."""
    if not job.output.exists():
        return ""
    half = LONGEST_LOG // 2
    with job.output.open("rb") as file:
        size = os.fstat(file.fileno()).st_size
        start = file.read(4 * half).decode(errors="replace")
        text = start
        if size > 4 * half:
            file.seek(max(4 * half, size - 4 * half))
            text += file.read().decode(errors="replace")
    places = (job.folder, job.scratch, sysconfig.get_path("purelib"), sysconfig.get_path("stdlib"))
    for place in places:
        text = text.replace(f"{place}{os.sep}", "").replace(str(place), ".")
    return text if len(text) <= LONGEST_LOG else f"{text[:half]}\n…\n{text[-half:]}"
