"""Grading on many machines: a Dask cluster whose workers each keep warm processes of their own.

A task carries bytes and JSON only: the submission's files, how to grade, and, for a Dask worker
that has not seen it yet, the exercises as a zip. The code that grades is the worker's own, of
the same version, or the task is refused.
"""

from __future__ import annotations

import atexit
import hashlib
import io
import re
import tempfile
import threading
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from itertools import islice
from pathlib import Path
from typing import Any

from setu.catalog import Exercise
from setu.errors import SetuError
from setu.grading.batch import Job
from setu.grading.unpack import Unreadable
from setu.grading.worker import TaskData, Worker, WorkerDied, tool_version

CONNECT = 15.0
"""Seconds to reach the scheduler."""
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
        try:
            dask: Any = distributed  # it has no types
            self._client = dask.Client(address, timeout=CONNECT, set_as_default=False)
        except (OSError, ValueError) as error:
            raise SetuError("grade_no_scheduler", address=address) from error
        self._course = course
        self._how = {
            "course": hashlib.sha256(course).hexdigest(),
            "tool": tool_version(),
            "trust": trust,
        }
        if not self._client.nthreads():
            self._client.close()
            raise SetuError("grade_no_workers", address=address)

    def __enter__(self) -> Cluster:
        return self

    def __exit__(self, *_: object) -> None:
        self._client.close()

    def run(self, jobs: Iterable[Job]) -> Iterator[tuple[Job, dict[str, Any]]]:
        """Every job with its verdict, as they come. What a lost worker had is graded elsewhere."""
        import distributed

        dask: Any = distributed
        waiting = iter(jobs)
        under_way: dict[str, tuple[Job, int]] = {}
        futures = dask.as_completed(loop=self._client.loop)
        unreadable: list[tuple[Job, dict[str, Any]]] = []

        def submit(job: Job, tries: int = 0, course: bytes = b"") -> None:
            try:
                task = job.task()
            except Unreadable as why:
                unreadable.append((job, job.fault(f"{why.key} {why.params}")))
                return
            future = self._client.submit(grade, task, self._how, course, pure=False)
            under_way[future.key] = (job, tries)
            futures.add(future)

        def fill() -> None:
            room = AHEAD * max(1, sum(self._client.nthreads().values())) - len(under_way)
            for job in islice(waiting, max(0, room)):
                submit(job)

        fill()
        while under_way or unreadable:
            yield from unreadable
            unreadable.clear()
            if not under_way:
                fill()
                continue
            future = next(futures)
            job, tries = under_way.pop(future.key)
            if future.status == "finished":
                answer = future.result()
            else:  # the workers that had it died
                answer = {"fault": str(future.exception() or future.status)}
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
