"""What a sandbox's own process does about the others: they see nothing of it, none outlives."""

from __future__ import annotations

import contextlib
import os
import signal
from pathlib import Path

DUMPABLE, CHILD_SUBREAPER = 4, 36
"""Numbers of ``prctl``."""


def keep_out() -> None:
    """Let no process look into this one, and let none that it starts get away from it."""
    import ctypes

    with contextlib.suppress(OSError, AttributeError):
        prctl = ctypes.CDLL(None).prctl
        prctl(DUMPABLE, 0, 0, 0, 0)
        prctl(CHILD_SUBREAPER, 1, 0, 0, 0)


def in_own_namespace() -> bool:
    """Whether every process that can be seen from here was started by this one.

    In a namespace of its own bwrap is process 1; anywhere else ``kill -1`` would be a crime.
    """
    return os.getppid() == 1 and os.getpid() < 10


def signal_all(number: int, group: int, *, alone: bool) -> None:
    """To every process of this namespace where it is our own, else to those of ``group``."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        if alone:
            os.kill(-1, number)
        elif group:
            os.killpg(group, number)


def kill_all(group: int, *, alone: bool) -> None:
    """Kill all that was started from here, and wait until nothing is left of it."""
    while True:
        signal_all(signal.SIGKILL, group, alone=alone)
        for pid in [] if alone else _children():
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.kill(pid, signal.SIGKILL)
        try:
            os.waitpid(-1, 0)  # each one killed, or left behind by one that was
        except ChildProcessError:
            break


def _children() -> list[int]:
    with contextlib.suppress(OSError):
        return [int(pid) for pid in Path("/proc/thread-self/children").read_text().split()]
    return []
