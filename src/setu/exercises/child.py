"""One run of an exercise's checks, in a process of its own.

The only module that imports a learner's ``app``. It tells the parent what happens as JSON lines
through a pipe; what the learner's code prints goes into a file, never into the verdict.
"""

from __future__ import annotations

import contextlib
import json
import math
import os
import signal
import sys
import traceback
from collections.abc import Callable
from dataclasses import asdict
from multiprocessing.connection import Connection
from pathlib import Path
from typing import TextIO

# Imported here so that the forkserver has them before it forks (setu.exercises.job.HEAVY).
import aiosqlite  # noqa: F401
import anyio._backends._asyncio  # noqa: F401
import email_validator  # noqa: F401
import pydantic_settings  # noqa: F401
import sqlalchemy.dialects.sqlite.aiosqlite
import sqlalchemy.ext.asyncio  # noqa: F401
from sqlalchemy import make_url

from setu.checks.guard import Guarded
from setu.checks.run import CheckerFault, run_checks
from setu.checks.sqlite_store import SqliteStore
from setu.checks.subject import Store
from setu.checks.verdict import Outcome
from setu.exercises.engine_watch import watched
from setu.exercises.in_process import InProcess
from setu.exercises.job import Job
from setu.exercises.places import describe, own_frames, print_own
from setu.exercises.server_store import ServerStore

MEMORY = 2 * 1024**3
"""Bytes of address space; FastAPI and SQLAlchemy with their threads take about a third."""
FILE_SIZE = 256 * 1024**2
"""Bytes that any file may grow to, so that endless printing does not fill the disk."""
ORPHAN = 10
"""Seconds after its time limit that a run ends itself, should nobody be there to end it."""


def run(job: Job, pipe: Connection) -> None:
    """Run the job and tell of it through ``pipe``; never returns."""
    me = os.getpid()

    def tell(**told: object) -> None:
        if os.getpid() == me:  # a process that the learner's code forked has nothing to say
            pipe.send_bytes(json.dumps(told, default=str).encode())

    _settle_in(job)
    tell(stage="ready")
    try:
        _check(job, tell)
    except CheckerFault as fault:
        tell(end="checker_fault", error=str(fault), frames=[])
    except BaseException as error:
        traceback.print_exception(error)
        tell(end="checker_fault", error=describe(error, job.folder), frames=[])
    finally:
        with contextlib.suppress(OSError, ValueError):
            sys.stdout.flush()
            sys.stderr.flush()
        os._exit(0)  # threads that the learner's code started do not keep the process


def _check(job: Job, tell: Callable[..., None]) -> None:
    app = InProcess(job.folder)
    for stage, act in (("import", app.load), ("start", app.start)):
        tell(stage=stage)
        try:
            act()
        except BaseException as error:
            print_own(error, job.folder)
            outcome: Outcome = "import_error" if stage == "import" else "start_error"
            if isinstance(error, MemoryError):
                outcome = "memory_limit"
            tell(
                end=outcome, error=describe(error, job.folder), frames=own_frames(error, job.folder)
            )
            return
    tell(stage="checks")
    url = make_url(job.database_url)
    sqlite = url.get_backend_name() == "sqlite"
    store: Store = (
        SqliteStore(Path(url.database or "")) if sqlite else ServerStore(job.database_url)
    )
    run_checks(
        job.checks,
        job.declared,
        Guarded(app, store),
        seed=job.seed,
        begins=lambda id: tell(begin=id),
        ends=lambda result: tell(result=asdict(result)),
    )
    with contextlib.suppress(BaseException):  # every check has had its say
        app.stop()
    tell(end="memory_limit" if app.out_of_memory else "checked", error="", frames=[])


def _settle_in(job: Job) -> None:
    try:
        output = os.open(job.output, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    except FileNotFoundError:  # the parent has left, and nobody hears what a run would tell
        os._exit(0)
    os.dup2(output, 1)
    os.dup2(output, 2)
    sys.stdout, sys.stderr = _writer(1), _writer(2)
    if sys.platform != "win32":
        import resource

        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})
        os.setpgid(0, 0)  # the parent ends the group: also what the learner's code started
        signal.alarm(math.ceil(job.time_limit) + ORPHAN)  # the system ends us, whatever runs then
        for limit, most in ((resource.RLIMIT_AS, MEMORY), (resource.RLIMIT_FSIZE, FILE_SIZE)):
            with contextlib.suppress(OSError, ValueError):  # macOS has no RLIMIT_AS
                resource.setrlimit(limit, (most, most))
    os.chdir(job.scratch)
    os.environ["DATABASE_URL"] = watched(job.database_url)
    sys.dont_write_bytecode = True
    sys.path.insert(0, str(job.folder))


def _writer(descriptor: int) -> TextIO:
    return open(descriptor, "w", encoding="utf-8", errors="replace", buffering=1, closefd=False)
