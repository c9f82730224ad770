"""A process with one warm bench of its own, and the pipe to it: JSON, each with its length.

``python -m setu.grading.worker`` is the process; ``Worker`` is the other end, here or in a Dask
worker. A program started afresh, not a fork: whoever starts it may have threads.
"""

from __future__ import annotations

import base64
import contextlib
import hashlib
import json
import os
import subprocess
import sys
from collections.abc import Callable
from contextlib import AbstractContextManager
from functools import cache
from importlib import metadata
from pathlib import Path
from threading import Timer
from typing import IO, Any, Protocol, TypedDict

from setu.errors import SetuError

COMMAND = [sys.executable, "-m", "setu.grading.worker"]
"""What starts the process."""
START_UP = 60.0
"""Seconds that a process has to be ready."""


CLOSING = 3.0
"""Seconds that a process has to tidy up when nobody asks any more."""


class Setting(TypedDict):
    """How a worker grades. ``checks_dir``: an instructor's own checks; ``trust``: tier B will do.

    ``root`` is the course. Paths are those of the machine that the worker runs on.
    """

    root: str
    checks_dir: str | None
    trust: bool


class TaskData(TypedDict):
    """One submission of one exercise, as data. ``limit``: seconds until the worker is ended."""

    student: str
    exercise: str
    seed: int
    files: dict[str, bytes]
    limit: float


class WorkerDied(Exception):
    """The process ended, had to be ended or could not grade; another one may."""


class Grades(Protocol):
    """A bench, as far as a worker knows it."""

    def __call__(self, task: TaskData) -> dict[str, Any]: ...


class Worker:
    """Our end. ``tier`` is that of the machine. Raises ``SetuError`` if it refuses to start."""

    def __init__(self, setting: Setting) -> None:
        self._process = subprocess.Popen(
            COMMAND,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            start_new_session=True,  # Ctrl+C in the terminal is for the command alone
        )
        told = self._ask(dict(setting), START_UP)
        if "error" in told:
            self.close()
            raise SetuError(told["error"], **told["params"])
        self.tier: str = told["tier"]

    def grade(self, task: TaskData) -> dict[str, Any]:
        """The verdict. Raises ``WorkerDied``; then only ``close`` is left."""
        files = {name: base64.b64encode(data).decode() for name, data in task["files"].items()}
        told = self._ask({**task, "files": files}, task["limit"])
        if "fault" in told:
            raise WorkerDied(told["fault"])
        verdict: dict[str, Any] = told["verdict"]
        if verdict["outcome"] == "checker_fault" and verdict.get("error"):
            raise WorkerDied(verdict["error"])  # no check's own fault: no sandbox, say
        return verdict

    def close(self) -> None:
        """End the process; what it has started ends with it."""
        for pipe in (self._process.stdin, self._process.stdout):
            assert pipe is not None
            with contextlib.suppress(OSError):
                pipe.close()
        try:
            self._process.wait(CLOSING)  # it takes its folders away
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def _ask(self, message: dict[str, Any], limit: float) -> dict[str, Any]:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        watch = Timer(limit, self._process.kill)
        watch.daemon = True
        watch.start()
        try:
            _send(self._process.stdin, message)
            return _receive(self._process.stdout)
        except (OSError, EOFError, ValueError) as error:
            self._process.kill()
            raise WorkerDied(f"the worker ended with code {self._process.wait()}") from error
        finally:
            watch.cancel()


def serve(bench: Callable[[Setting, str], AbstractContextManager[Grades]]) -> None:
    """Be the process: say the tier or the error, then answer each task until nobody asks.

    ``bench`` makes a place to grade, of the tier that it is told.
    """
    # Only we have the ends of the pipe: what else reads or prints here gets nothing, reaches none.
    hears, tells = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    nowhere = os.open(os.devnull, os.O_RDWR)
    os.dup2(nowhere, 0)
    os.dup2(nowhere, 1)
    with contextlib.suppress(EOFError, BrokenPipeError):
        setting: Setting = _receive(hears)  # type: ignore[assignment]
        try:
            tier, why = _tier()
            if tier != "A" and not setting["trust"]:
                raise SetuError("grade_no_sandbox", why=why)
        except SetuError as error:
            params = {name: str(value) for name, value in error.params.items()}
            _send(tells, {"error": error.key, "params": params})
            return
        with bench(setting, tier) as grade:
            _send(tells, {"tier": tier})
            while True:
                task = _receive(hears)
                task["files"] = {
                    name: base64.b64decode(data) for name, data in task["files"].items()
                }
                answer: dict[str, Any]
                try:
                    answer = {"verdict": grade(task)}  # type: ignore[arg-type]
                except Exception as error:
                    answer = {"fault": f"{type(error).__name__}: {error}"[:500]}
                _send(tells, answer)


@cache
def tool_version() -> str:
    """The version of what grades: it changes with the code of the checks and of the grader."""
    whole = hashlib.sha256()
    package = Path(__file__).parents[1]
    for part in ("checks", "grading"):
        for path in sorted((package / part).rglob("*.py")):
            whole.update(path.relative_to(package).as_posix().encode() + b"\0")
            whole.update(path.read_bytes() + b"\0")
    return f"{metadata.version('setu')}+{whole.hexdigest()[:12]}"


def _tier() -> tuple[str, str]:
    from setu.grading.sandbox import available_tier

    return available_tier()


def _send(pipe: IO[bytes], message: object) -> None:
    data = json.dumps(message, default=str).encode()
    pipe.write(len(data).to_bytes(4, "big") + data)
    pipe.flush()


def _receive(pipe: IO[bytes]) -> dict[str, Any]:
    size = pipe.read(4)
    data = pipe.read(int.from_bytes(size, "big"))
    if len(size) < 4 or len(data) < int.from_bytes(size, "big"):
        raise EOFError
    message: dict[str, Any] = json.loads(data)
    return message


@contextlib.contextmanager
def _bench(setting: Setting, tier: Any) -> Any:
    from setu.grading.bench import Bench, Task

    checks = setting["checks_dir"]
    with Bench(
        Path(setting["root"]), tier=tier, checks_dir=Path(checks) if checks else None
    ) as bench:

        def grade(task: TaskData) -> dict[str, Any]:
            return dict(
                bench.grade(Task(task["student"], task["exercise"], task["files"], task["seed"]))
            )

        yield grade


if __name__ == "__main__":
    serve(_bench)
