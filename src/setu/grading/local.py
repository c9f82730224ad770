"""Grading on this machine: a few threads, each with one worker process."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import suppress
from itertools import groupby
from queue import SimpleQueue
from threading import Event, Lock, Thread
from typing import Any

from setu.grading.batch import Job
from setu.grading.unpack import Unreadable
from setu.grading.worker import Setting, Worker, WorkerDied

TRIES = 2
Result = tuple[Job, dict[str, Any]]


class LocalWorkers:
    """At most ``count`` workers; one that dies is replaced, and its task tried once more."""

    def __init__(self, count: int, setting: Setting) -> None:
        self._setting = setting
        self._workers: list[Worker | None] = [None] * count
        self._stop = Event()

    def __enter__(self) -> LocalWorkers:
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        for place in range(len(self._workers)):
            self._end(place)

    def run(self, jobs: Iterable[Job]) -> Iterator[Result]:
        """Every job with its verdict, as they come; those of one student on one worker."""
        waiting, lock = groupby(jobs, key=lambda job: job.student), Lock()
        results: SimpleQueue[Result | BaseException | None] = SimpleQueue()

        def work(place: int) -> None:
            try:
                while not self._stop.is_set():
                    with lock:
                        theirs = [*next(waiting, ("", ()))[1]]
                    if not theirs:
                        break
                    for job in theirs:
                        if self._stop.is_set():
                            break
                        results.put((job, self._grade(place, job)))
            except BaseException as error:
                results.put(error)
            results.put(None)

        count = len(self._workers)
        for place in range(count):
            Thread(target=work, args=(place,), daemon=True).start()
        while count:
            result = results.get()
            if result is None:
                count -= 1
            elif isinstance(result, BaseException):
                self._stop.set()
                raise result
            else:
                yield result

    def _grade(self, place: int, job: Job) -> dict[str, Any]:
        try:
            task = job.task()
        except Unreadable as why:
            return job.fault(f"{why.key} {why.params}")
        said = ""
        for _ in range(TRIES):
            try:
                worker = self._workers[place] or Worker(self._setting)
                self._workers[place] = worker
                return worker.grade(task)
            except WorkerDied as died:
                said = str(died)
                self._end(place)
                if self._stop.is_set():
                    break
        return job.fault(said)

    def _end(self, place: int) -> None:
        worker, self._workers[place] = self._workers[place], None
        if worker:
            with suppress(OSError):
                worker.close()
