"""What a run needs to know; light, because the parent imports it and the child's stack is heavy."""

from __future__ import annotations

from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path

from setu.checks.verdict import Declared

HEAVY = "setu.exercises.child"
"""The module with everything that a run imports; the forkserver has it before it forks."""
QUICK_END = "setu.exercises.quick_end"


@dataclass(frozen=True)
class Job:
    """One run of the checks in the file ``checks`` on the package ``app`` in ``folder``."""

    folder: Path
    checks: Path
    declared: list[Declared]
    database_url: str
    seed: int
    scratch: Path
    """An empty folder: the working folder of the run."""
    output: Path
    """The file that takes what the learner's code prints."""
    time_limit: float
    """Seconds after which the parent ends the run."""


def work(job: Job, pipe: Connection) -> None:
    """Run the job in this process and tell of it through ``pipe``; never returns."""
    from setu.exercises.child import run

    run(job, pipe)
