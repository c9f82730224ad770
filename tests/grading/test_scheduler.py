"""Grading on a real Dask scheduler with three workers, one of which is killed in the middle."""

from __future__ import annotations

import csv
import io
import json
import signal
import socket
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from setu.catalog import load_catalog
from setu.grading.scheduler import grade, pack_course
from setu.grading.worker import TaskData
from tests.grading.a_class import COURSE, FAKE, FIRST, AClass, a_class

pytest.importorskip("distributed", reason="needs the group class: uv sync --group class")
__all__ = ["a_class"]

PATIENCE = 90.0
SETTING = f"""
import sys
from setu.grading import scheduler, worker
worker.COMMAND = [sys.executable, {str(FAKE)!r}]
scheduler.tool_version = lambda: "1"  # the sources may change while a test runs
"""
"""What each process of the cluster, and the command itself, begins with."""


def wait_until(there: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not there():
        assert time.monotonic() < deadline
        time.sleep(0.05)


class Dask:
    """A scheduler and its workers, each a process of its own on this machine."""

    def __init__(self, a_class: AClass) -> None:
        self._class = a_class
        self._file = a_class.base / "scheduler.json"
        self._preload = a_class.base / "preload.py"
        self._preload.write_text(SETTING, encoding="utf-8")
        self._processes: list[subprocess.Popen[bytes]] = []
        self.scheduler = self._start(
            "scheduler", "--host", "127.0.0.1", "--port", "0", "--no-dashboard"
        )
        # A file that is there may not be whole yet.
        wait_until(lambda: self._file.exists() and self._file.read_text().endswith("\n}"))
        self.address: str = json.loads(self._file.read_text())["address"]

    def add_worker(self) -> subprocess.Popen[bytes]:
        room = self._class.base / f"dask-{len(self._processes)}"
        options = ("--nthreads", "1", "--no-nanny", "--no-dashboard", "--preload")
        return self._start("worker", *options, str(self._preload), "--local-directory", str(room))

    def threads(self) -> int:
        """How many tasks the workers that have come can grade at once."""
        from distributed import Client

        client: Any = Client(self.address, set_as_default=False)  # type: ignore[no-untyped-call]
        try:
            return sum(client.nthreads().values())
        finally:
            client.close()

    def close(self) -> None:
        for process in self._processes:
            process.kill()
            process.wait()

    def _start(self, kind: str, *options: str) -> subprocess.Popen[bytes]:
        process = subprocess.Popen(
            [sys.executable, "-m", "dask", kind, "--scheduler-file", str(self._file), *options],
            env=self._class.environment,
            cwd=self._class.base,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        self._processes.append(process)
        return process


@pytest.fixture
def dask(a_class: AClass) -> Iterator[Dask]:
    cluster = Dask(a_class)
    yield cluster
    cluster.close()


def start(a_class: AClass, address: str, setting: str = SETTING) -> subprocess.Popen[str]:
    command = a_class.command("--scheduler", address)
    command[2] = setting + command[2]
    return subprocess.Popen(
        command,
        env=a_class.environment,
        cwd=a_class.base,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
    )


def percents(path: Path) -> dict[str, str]:
    text = path.read_text(encoding="utf-8-sig")
    return {r["student"]: r["percent"] for r in csv.DictReader(io.StringIO(text, newline=""))}


def test_a_worker_killed_in_the_middle_loses_nothing(a_class: AClass, dask: Dask) -> None:
    students = [f"Student {n:02}" for n in range(24)]
    for number, student in enumerate(students):
        a_class.hand_in(student, f"{'pass' if number % 3 else 'no'}, wait", FIRST)
    workers = [dask.add_worker() for _ in range(3)]
    wait_until(lambda: dask.threads() == 3)
    run = start(a_class, dask.address)
    wait_until(lambda: len(a_class.graded()) >= 6 or run.poll() is not None)
    workers[0].send_signal(signal.SIGKILL)
    _, said = run.communicate(timeout=PATIENCE)
    assert run.returncode == 0, said
    lines = a_class.journal()
    counted = Counter(line["graded"] for line in lines if "graded" in line)
    assert len(counted) == len(students)
    assert set(counted.values()) == {1}
    assert lines[-1] == {"end": True}
    by_cluster = percents(a_class.out)
    a_class.out.with_name("gradebook.csv.journal.jsonl").unlink()
    assert a_class.grade().returncode == 0
    assert percents(a_class.out) == by_cluster
    assert Counter(by_cluster.values()) == {"100.0": 16, "0.0": 8}


def test_a_task_that_kills_its_worker_process_twice_is_a_fault(a_class: AClass, dask: Dask) -> None:
    a_class.hand_in("Crash", "crash", FIRST)
    a_class.hand_in("Once", "pass, once crash", FIRST)
    a_class.hand_in("Honest", "pass", FIRST)
    (a_class.room / "crashed").touch()
    dask.add_worker()
    wait_until(lambda: dask.threads() == 1)
    run = start(a_class, dask.address)
    _, said = run.communicate(timeout=PATIENCE)
    assert run.returncode == 1, said
    assert percents(a_class.out) == {"Crash": "", "Once": "100.0", "Honest": "100.0"}


def test_a_scheduler_without_workers_is_one_sentence(a_class: AClass, dask: Dask) -> None:
    a_class.hand_in("Nadia", "pass", FIRST)
    run = start(a_class, dask.address)
    _, said = run.communicate(timeout=PATIENCE)
    assert (run.returncode, said.count("\n")) == (2, 1)
    assert "has no workers" in said


@pytest.mark.parametrize("answer", [b"", b"HTTP/1.0 400 Bad Request\r\n\r\n"])
def test_a_program_that_is_no_scheduler_is_one_sentence(a_class: AClass, answer: bytes) -> None:
    a_class.hand_in("Nadia", "pass", FIRST)
    with socket.create_server(("127.0.0.1", 0)) as server:

        def talk() -> None:
            with suppress(OSError):
                while True:
                    talks.append(server.accept()[0])
                    talks[-1].sendall(answer)

        talks: list[socket.socket] = []
        threading.Thread(target=talk, daemon=True).start()
        address = f"tcp://127.0.0.1:{server.getsockname()[1]}"
        run = start(a_class, address, f"{SETTING}\nscheduler.CONNECT = 2.0\n")
        _, said = run.communicate(timeout=PATIENCE)
    assert (run.returncode, said.count("\n")) == (2, 1)
    assert "No Dask scheduler answers" in said


@pytest.mark.parametrize(
    ("who", "told"), [("worker", "has lost its last worker"), ("scheduler", "any more")]
)
def test_a_cluster_that_is_gone_is_one_sentence_and_what_it_graded_is_kept(
    a_class: AClass, dask: Dask, who: str, told: str
) -> None:
    for number in range(12):
        a_class.hand_in(f"Student {number:02}", "pass, wait", FIRST)
    worker = dask.add_worker()
    wait_until(lambda: dask.threads() == 1)
    run = start(a_class, dask.address, f"{SETTING}\nscheduler.ALONE = 1.0\n")
    wait_until(lambda: len(a_class.graded()) >= 3 or run.poll() is not None)
    (worker if who == "worker" else dask.scheduler).kill()
    _, said = run.communicate(timeout=PATIENCE)
    assert run.returncode == 2, said
    assert told in said.splitlines()[-1]
    assert "Traceback" not in said
    before = {line["graded"] for line in a_class.journal() if "graded" in line}
    assert before
    assert a_class.grade().returncode == 0
    counted = Counter(line["graded"] for line in a_class.journal() if "graded" in line)
    assert (len(counted), set(counted.values())) == (12, {1})


def test_a_worker_of_another_version_is_refused() -> None:
    task: TaskData = {"student": "", "exercise": FIRST, "seed": 1, "files": {}, "limit": 1.0}
    answer = grade(task, {"tool": "older", "course": "", "trust": False}, b"")
    assert answer["error"] == "grade_other_version"


def test_the_course_travels_as_the_same_bytes() -> None:
    exercises = [load_catalog(COURSE).exercise(FIRST)]
    assert pack_course(exercises, None) == pack_course(exercises, None)
