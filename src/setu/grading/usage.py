"""What a process and all that it started take, as the kernel counts it."""

from __future__ import annotations

import contextlib
import os
from dataclasses import dataclass
from pathlib import Path

PAGE = os.sysconf("SC_PAGE_SIZE") if hasattr(os, "sysconf") else 4096
TICK = os.sysconf("SC_CLK_TCK") if hasattr(os, "sysconf") else 100


@dataclass(frozen=True)
class Used:
    """CPU time up to now, and memory at one moment; 0 where there is no ``/proc``."""

    cpu_seconds: float = 0.0
    memory_bytes: int = 0

    def most(self, other: Used) -> Used:
        """The larger of both, one by one."""
        return Used(
            max(self.cpu_seconds, other.cpu_seconds), max(self.memory_bytes, other.memory_bytes)
        )


def used_by(pid: int) -> Used:
    """What a process, its descendants and those that they waited for take.

    Pages that several processes share are counted for each of them.
    """
    memory, ticks, waiting = 0, 0, [pid]
    while waiting:
        process = Path("/proc", str(waiting.pop()))
        with contextlib.suppress(OSError, ValueError):
            # The name stands in brackets and can hold anything.
            fields = (process / "stat").read_text(errors="replace").rpartition(")")[2].split()
            ticks += sum(map(int, fields[11:15]))
            memory += int(fields[21]) * PAGE
            for thread in os.listdir(process / "task"):
                children = (process / "task" / thread / "children").read_text()
                waiting.extend(map(int, children.split()))
    return Used(ticks / TICK, memory)
