"""Grading on many machines: a Dask cluster whose workers each keep warm processes of their own.

A task carries bytes and JSON only: the submission's files, how to grade, and, for a Dask worker
that has not seen it yet, the exercises as a zip. The code that grades is the worker's own, of
the same version, or the task is refused.
"""

from __future__ import annotations

import asyncio
import atexit
import hashlib
import io
import logging
import re
import tempfile
import threading
import time
import zipfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import CancelledError
from contextlib import suppress
from itertools import islice
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import Any

from setu.catalog import Exercise
from setu.errors import SetuError
from setu.grading.batch import Job
from setu.grading.unpack import Unreadable
from setu.grading.worker import TaskData, Worker, WorkerDied, tool_version

CONNECT = 15.0
"""Seconds to reach the scheduler."""
LOOK = 5.0
"""Seconds without a result until somebody looks whether there are workers."""
ALONE = 20.0
"""Seconds without a worker after which none is expected back: to start one anew takes a few."""
ADDRESS = re.compile(r"(tcp|tls)://\S+:\d+")
AHEAD = 3
"""Tasks under way for each thread of the cluster, so that none waits and few bytes lie about."""
TRIES = 2
CHECKS = "own-checks"
NOT_NEEDED = {"variants", "__pycache__"}


class Cluster:
    """The workers of the Dask scheduler at ``address``."""

    def __init__(self, address: str, course: bytes, *, trust: bool) -> None:
        if not ADDRESS.fullmatch(address):
            raise SetuError("grade_no_scheduler", address=address)
        try:
            import distributed
        except ImportError as error:
            raise SetuError("grade_needs_dask") from error
        dask: Any = distributed  # it has no types
        # They would log a traceback when the scheduler goes, or when nobody waits any more for a
        # result that does not come, where we say one sentence.
        for name in ("distributed.client", "asyncio", "tornado.application"):
            logging.getLogger(name).setLevel(logging.CRITICAL)
        try:
            asyncio.run(asyncio.wait_for(_greet(address), CONNECT))
            self._client = dask.Client(address, timeout=CONNECT, set_as_default=False)
        except Exception as error:  # a program that is no scheduler may answer anything
            raise SetuError("grade_no_scheduler", address=address) from error
        self._address = address
        self._course = course
        self._how = {
            "course": hashlib.sha256(course).hexdigest(),
            "tool": tool_version(),
            "trust": trust,
        }
        if not self._threads():
            self._client.close()
            raise SetuError("grade_no_workers", address=address)

    def __enter__(self) -> Cluster:
        return self

    def __exit__(self, *_: object) -> None:
        self._client.close()

    def run(self, jobs: Iterable[Job]) -> Iterator[tuple[Job, dict[str, Any]]]:
        """Every job with its verdict, as they come. What a lost worker had is graded elsewhere.

        Raises ``SetuError`` when the last worker or the scheduler is gone.
        """
        waiting = iter(jobs)
        under_way: dict[str, tuple[Job, int]] = {}
        done: SimpleQueue[Any] = SimpleQueue()
        unreadable: list[tuple[Job, dict[str, Any]]] = []

        def submit(job: Job, tries: int = 0, course: bytes = b"") -> None:
            try:
                task = job.task()
            except Unreadable as why:
                unreadable.append((job, job.fault(f"{why.key} {why.params}")))
                return
            future = self._client.submit(grade, task, self._how, course, pure=False)
            under_way[future.key] = (job, tries)
            future.add_done_callback(done.put)

        def fill() -> None:
            room = AHEAD * max(1, self._threads()) - len(under_way)
            for job in islice(waiting, max(0, room)):
                submit(job)

        fill()
        while under_way or unreadable:
            yield from unreadable
            unreadable.clear()
            if not under_way:
                fill()
                continue
            future = self._wait(lambda seconds: done.get(timeout=seconds))
            job, tries = under_way.pop(future.key)
            try:
                answer = self._wait(future.result)
            except SetuError:
                raise
            except Exception as error:  # the workers that had it died
                answer = {"fault": str(error)}
            future.release()
            if "verdict" in answer:
                yield job, answer["verdict"]
            elif "error" in answer:
                raise SetuError(answer["error"], **answer["params"])
            elif "needs_course" in answer:
                submit(job, tries, self._course)
            elif tries + 1 < TRIES:
                submit(job, tries + 1)
            else:
                yield job, job.fault(answer["fault"])
            fill()

    def _wait(self, ask: Callable[[float], Any]) -> Any:
        """What ``ask`` gives within some seconds, at last. Raises ``SetuError`` if nobody is left.

        A result may have to wait, too: that of a worker which died is graded once more.
        """
        somebody = time.monotonic()
        while True:
            try:
                return ask(LOOK)
            except (Empty, TimeoutError):
                pass
            except CancelledError as error:  # by the client, which lost the scheduler
                raise SetuError("grade_scheduler_gone", address=self._address) from error
            if self._threads():
                somebody = time.monotonic()
            elif time.monotonic() - somebody > ALONE:
                raise SetuError("grade_workers_gone", address=self._address)

    def _threads(self) -> int:
        """How many tasks the cluster can grade at once. Raises ``SetuError``."""
        ask = self._client.scheduler.ncores
        try:
            return sum(self._client.sync(ask, callback_timeout=CONNECT).values())
        except OSError as error:  # that a connection is closed or an answer late is one, too
            raise SetuError("grade_scheduler_gone", address=self._address) from error


async def _greet(address: str) -> None:
    """Return if a scheduler is there. Dask's client itself waits for ever for another's answer."""
    import distributed

    dask: Any = distributed
    how = dask.Security().get_connection_args("client")
    comm = await dask.comm.connect(address, timeout=CONNECT, **how)
    try:
        await comm.write({"op": "identity", "reply": True})
        told = await comm.read()
    finally:
        comm.abort()
    if told["type"] != "Scheduler":
        raise ValueError(told["type"])


def pack_course(exercises: Sequence[Exercise], checks_dir: Path | None) -> bytes:
    """What a Dask worker needs of the exercises, as a zip: the same bytes for the same files."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:

        def add(name: str, path: Path) -> None:
            archive.writestr(zipfile.ZipInfo(name), path.read_bytes(), zipfile.ZIP_DEFLATED)

        for exercise in exercises:
            root = exercise.folder.parent.parent
            about = f"chapters/{exercise.chapter}/chapter.toml"
            if about not in archive.namelist():
                add(about, root / about)
            for path in sorted(exercise.folder.rglob("*")):
                inside = path.relative_to(exercise.folder).parts
                if path.is_file() and not NOT_NEEDED.intersection(inside) and path.suffix != ".md":
                    add(path.relative_to(root).as_posix(), path)
            for path in sorted((checks_dir / exercise.id).glob("*")) if checks_dir else ():
                if path.is_file():
                    add(f"{CHECKS}/{exercise.id}/{path.name}", path)
    return buffer.getvalue()


def grade(task: TaskData, how: dict[str, Any], course: bytes) -> dict[str, Any]:
    """Runs in a Dask worker: grade one task in a process that this thread keeps.

    Gives ``{"verdict": …}``, ``{"fault": …}`` when the process died, ``{"needs_course": true}``
    when the exercises have to come along, or ``{"error": key, "params": …}`` for the person.
    """
    if how["tool"] != tool_version():
        params = {"theirs": tool_version(), "ours": how["tool"]}
        return {"error": "grade_other_version", "params": params}
    place = (threading.get_ident(), how["course"], how["trust"])
    try:
        if place not in _workers:
            root = _unpacked(how["course"], course)
            if root is None:
                return {"needs_course": True}
            checks = root / CHECKS
            _workers[place] = Worker(
                {
                    "root": str(root),
                    "checks_dir": str(checks) if checks.is_dir() else None,
                    "trust": how["trust"],
                }
            )
        return {"verdict": _workers[place].grade(task)}
    except SetuError as error:
        params = {name: str(value) for name, value in error.params.items()}
        return {"error": error.key, "params": params}
    except WorkerDied as died:
        if worker := _workers.pop(place, None):
            worker.close()
        return {"fault": str(died)}


_workers: dict[tuple[int, str, bool], Worker] = {}
"""The warm processes of this Dask worker, one for each of its threads."""
_rooms: dict[str, tempfile.TemporaryDirectory[str]] = {}
_lock = threading.Lock()


def _unpacked(sha256: str, course: bytes) -> Path | None:
    with _lock:
        if sha256 not in _rooms:
            if hashlib.sha256(course).hexdigest() != sha256:
                return None
            room = tempfile.TemporaryDirectory(prefix="setu-course-", ignore_cleanup_errors=True)
            with zipfile.ZipFile(io.BytesIO(course)) as archive:
                archive.extractall(room.name)
            _rooms[sha256] = room
        return Path(_rooms[sha256].name)


@atexit.register
def _end_workers() -> None:
    for worker in _workers.values():
        with suppress(OSError):
            worker.close()
