"""Limits for all processes of a sandbox together, where the system lets us make control groups.

That is cgroup v2 with the controllers ``memory`` and ``pids`` delegated: a session of
``systemd-run --user --scope -p Delegate=yes``, or a container that may write its own group.
Elsewhere there are none, and the limits of each process, the size of its folder and the grader's
own look at what it uses are all there is. Tried on a made-up tree of files only: no machine of
the tests delegates its controllers.
"""

from __future__ import annotations

import contextlib
import os
import time
import uuid
from functools import cache
from pathlib import Path

from setu.grading import limits

TREE = Path("/sys/fs/cgroup")
OURS = Path("/proc/self/cgroup")
NEEDED = {"memory", "pids"}
GRADERS = "setu-graders"
"""The child for those who were in the group: one with children has no processes of its own."""
OWN_PROCESSES = 8
"""Processes of a sandbox that are not the submission's: bubblewrap's and ours."""
PATIENCE = 1.0
"""Seconds for what was killed to be gone; a group with processes cannot be removed."""


def parent(tree: Path = TREE, ours: Path = OURS) -> Path | None:
    """The group below which this process may make others, or ``None``. Changes nothing."""
    try:
        lines = ours.read_text(encoding="utf-8").splitlines()
        path = next(line.removeprefix("0::/") for line in lines if line.startswith("0::/"))
        group = tree / path
        group = group.parent if group.name == GRADERS else group
        given = (group / "cgroup.controllers").read_text(encoding="ascii").split()
    except (OSError, StopIteration):
        return None
    files = (group, group / "cgroup.procs", group / "cgroup.subtree_control")
    writable = all(os.access(file, os.W_OK) for file in files)
    return group if {*given} >= NEEDED and writable and _is_delegated(group, path) else None


class Group:
    """The group of one sandbox. ``procs`` is the file that takes a process in."""

    def __init__(self, above: Path) -> None:
        """Raises ``OSError`` where the system says no after all."""
        _open_up(above)
        self._path = above / f"setu-{uuid.uuid4().hex}"
        self._path.mkdir()
        self.procs = self._path / "cgroup.procs"
        with contextlib.suppress(FileNotFoundError):  # a system without swap
            _write(self._path / "memory.swap.max", "0")
        _write(self._path / "memory.max", str(limits.MEMORY + limits.DISK))
        _write(self._path / "memory.oom.group", "1")
        _write(self._path / "pids.max", str(limits.RLIMITS["NPROC"] + OWN_PROCESSES))

    def out_of_memory(self) -> bool:
        """Whether the kernel has ended it for that."""
        try:
            events = (self._path / "memory.events").read_text(encoding="ascii").split()
        except OSError:
            return False
        return events[events.index("oom_kill") + 1] != "0" if "oom_kill" in events else False

    def close(self) -> None:
        """Kill what is left in it, and remove it."""
        with contextlib.suppress(OSError):
            _write(self._path / "cgroup.kill", "1")
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            try:
                return self._path.rmdir()
            except FileNotFoundError:
                return None
            except OSError:
                time.sleep(0.005)
        return None


def new_group() -> Group | None:
    """A group for one sandbox, where there can be one."""
    above = _above()
    if above is None:
        return None
    try:
        return Group(above)
    except OSError:
        return None


@cache
def _above() -> Path | None:
    return parent()


def _is_delegated(group: Path, path: str) -> bool:
    """Root may write everywhere: it must be a container's own group, or one that systemd gave."""
    if os.geteuid() != 0:
        return True
    if not path:
        return (group / "cgroup.events").exists()  # the machine's own root group has none
    for name in ("user.delegate", "trusted.delegate"):
        with contextlib.suppress(OSError, AttributeError):
            if os.getxattr(group, name) == b"1":
                return True
    return False


def _open_up(above: Path) -> None:
    """Let the children of a group have controllers; its processes become those of a child."""
    control = above / "cgroup.subtree_control"
    if {*control.read_text(encoding="ascii").split()} >= NEEDED:
        return
    graders = above / GRADERS
    graders.mkdir(exist_ok=True)
    for pid in (above / "cgroup.procs").read_text(encoding="ascii").split():
        with contextlib.suppress(ProcessLookupError):
            _write(graders / "cgroup.procs", pid)
    _write(control, "+memory +pids")


def _write(file: Path, text: str) -> None:
    # Opened as it is: in a cgroup no file can be made.
    with open(file, "r+", encoding="ascii") as there:
        there.write(text)
