"""Grading one submission at a time in a sandbox that is started ahead of need."""

from __future__ import annotations

import hashlib
import re
import time
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import TypedDict

from setu.catalog import Exercise, load_catalog
from setu.checks.guard import Guarded
from setu.checks.run import CheckerFault, run_checks
from setu.checks.subject import Frame
from setu.checks.verdict import Declared, Outcome, Result, Verdict, judge
from setu.exercises.bank import LEFT_OUT
from setu.grading import limits
from setu.grading.inside.wire import WireError
from setu.grading.reader import Reader
from setu.grading.room import Ended, NotStarted, Room
from setu.grading.sandbox import Tier
from setu.grading.socket_subject import RemoteStore, SocketApp
from setu.printable import printable, printable_data


@dataclass(frozen=True)
class Task:
    """One submission to grade: bytes and JSON only, so that it can go to another machine.

    ``files``: path below the folder that holds ``app`` → content (``app/main.py``).
    """

    student: str
    exercise: str
    files: dict[str, bytes]
    seed: int


class Resources(TypedDict):
    """What a submission took. ``cpu_seconds`` and ``memory_bytes`` (the most that one process had)
    are the kernel's own count; who comes first into a sandbox has its warm-up, too."""

    wall_seconds: float
    cpu_seconds: float
    memory_bytes: int


class GradeVerdict(Verdict):
    """A verdict of the class. ``sha256`` is that of the submitted files, by name."""

    student: str
    tier: Tier
    sha256: str
    resources: Resources


KNOWN_GOOD, KNOWN_BAD = "known good", "known bad"
"""Students that are none: their submissions tell whether the grader can be believed."""


class Bench:
    """One warm grading place; a context manager. One in a process: pytest runs in it.

    Each submission has a sandbox that nobody else's ever was in. Those of one student that come
    one after the other share it, emptied in between: starting it is most of the work, and who can
    only betray themselves has nothing to gain. The reader of databases is one for all: nobody's
    code runs there, and each submission has a process of its own in it.

    A submission is a whole package ``app``. What is missing of it comes from the exercise's
    starter, except the files that the exercise asks for (``edit``): who hands in only
    ``app/main.py`` is graded. Names that do not lie in ``app`` are left out.
    """

    def __init__(self, root: Path, *, tier: Tier, checks_dir: Path | None = None) -> None:
        """``checks_dir``: a folder with ``<exercise>/checks.py`` in place of the course's own.

        Raises ``SetuError`` for a course that cannot be read.
        """
        self._catalog = load_catalog(root)
        self._tier = tier
        self._checks_dir = checks_dir
        self._reader: Reader | None = None
        self._waiting: Room | None = None
        self._kept: tuple[str, Room] | None = None

    def __enter__(self) -> Bench:
        return self

    def __exit__(self, *_: object) -> None:
        for room in (self._waiting, self._kept and self._kept[1]):
            if room is not None:
                room.close()
        if self._reader is not None:
            self._reader.close()
        self._waiting = self._kept = self._reader = None

    def grade(self, task: Task) -> GradeVerdict:
        """Grade one submission; whatever it does, it gets a verdict.

        Raises ``SetuError`` for an exercise that the course does not have.
        """
        exercise = self._catalog.exercise(task.exercise)
        began = time.monotonic()
        run = _Run(exercise, self._checks(exercise), task)
        room = self._room_for(task.student)
        try:
            room.ready()
            self._waiting = self._waiting or self._room()  # warms up while this one is graded
            run.grade(room)
        except WireError as error:
            run.outcome, run.error = "checker_fault", f"the sandbox did not start: {error}"
        finally:
            run.log = printable(room.output())
            used = room.used()
            self._keep(room, task.student)
        # Also what was asked, expected and answered: an answer is the submission's own words.
        verdict = printable_data(run.verdict())
        return {
            **verdict,
            "student": task.student,
            "tier": self._tier,
            "sha256": digest(task.files),
            "resources": {
                "wall_seconds": round(time.monotonic() - began, 3),
                "cpu_seconds": used.cpu_seconds,
                "memory_bytes": used.memory_bytes,
            },
        }

    def _room_for(self, student: str) -> Room:
        """The room that this very student was in just now, or one where nobody was."""
        kept, self._kept = self._kept, None
        if kept is not None:
            if kept[0] == student:
                return kept[1]
            kept[1].close()
        room, self._waiting = self._waiting or self._room(), None
        return room

    def _room(self) -> Room:
        if self._reader is None:
            self._reader = Reader(self._tier)
        return Room(self._tier, self._reader)

    def _keep(self, room: Room, student: str) -> None:
        # A student may call themselves like the known ones: those never share.
        if student not in (KNOWN_GOOD, KNOWN_BAD) and room.renew():
            self._kept = (student, room)
        else:
            room.close()

    def _checks(self, exercise: Exercise) -> Path:
        if self._checks_dir is not None:
            own = self._checks_dir / exercise.id / "checks.py"
            if own.is_file():
                return own
        return exercise.folder / "checks.py"


class _Run:
    """What became of one submission."""

    def __init__(self, exercise: Exercise, checks: Path, task: Task) -> None:
        self._exercise, self._checks, self._task = exercise, checks, task
        self._declared = [
            Declared(each.id, each.points, each.advisory, tuple(each.needs))
            for each in exercise.checks
        ]
        self._results: list[Result] = []
        self._running = ""
        self.outcome: Outcome | None = None
        self.error = ""
        self.log = ""

    def grade(self, room: Room) -> None:
        files = files_of(self._exercise, self._task.files)
        if sum(map(len, files.values())) > limits.SUBMISSION:
            self.outcome, self.error = "import_error", "the submission is too large"
            return
        try:
            room.lay_out(files, seconds=self._exercise.time_limit * limits.PATIENCE)
            room.start()
            self._check(room)
            if room.out_of_memory():
                self.outcome = "memory_limit"
        except NotStarted as error:
            stages: dict[str, Outcome] = {"import": "import_error", "start": "start_error"}
            self.outcome = stages.get(error.stage, "memory_limit")
        except Ended as ended:
            self._ended(ended.reason)

    def verdict(self) -> Verdict:
        stopped = self.outcome in ("import_error", "start_error")
        return judge(
            self._task.exercise,
            self._declared,
            self._results,
            seed=self._task.seed,
            outcome=self.outcome,
            error=self.error or (error_in(self.log) if stopped else ""),
            frames=frames_in(self.log, self._task.files) if stopped else (),
            log=self.log,
        )

    def _check(self, room: Room) -> None:
        guarded = Guarded(SocketApp(room), RemoteStore(room))
        try:
            run_checks(
                self._checks,
                self._declared,
                guarded,
                seed=self._task.seed,
                begins=self._begins,
                ends=self._results.append,
            )
        except CheckerFault as fault:
            if room.over:
                raise Ended(room.over) from fault
            if "INTERRUPTED" in str(fault):  # somebody pressed Ctrl+C
                raise KeyboardInterrupt from fault
            self.outcome, self.error = "checker_fault", str(fault)

    def _begins(self, id: str) -> None:
        self._running = id

    def _ended(self, reason: str) -> None:
        """Judge a submission that ended before all checks were done."""
        if self._running:
            key = "process_ended" if reason == "gone" else reason
            self._results.append(Result(self._running, "fail", key))
        if reason in ("time_limit", "memory_limit"):
            self.outcome = "time_limit" if reason == "time_limit" else "memory_limit"
        elif not self._running:
            self.outcome = "import_error"


def files_of(exercise: Exercise, submitted: dict[str, bytes]) -> dict[str, bytes]:
    """The submission's files over those of the starter that it may leave out."""
    starter = exercise.folder / "starter"
    ignored = LEFT_OUT(str(starter), [path.name for path in starter.rglob("*")])
    files = {
        name: path.read_bytes()
        for path in sorted(starter.rglob("*"))
        if path.is_file() and not ignored & {*path.relative_to(starter).parts}
        for name in [path.relative_to(starter).as_posix()]
        if name not in exercise.edit
    }
    own = {name: content for name, content in submitted.items() if _lies_in_app(name)}
    around = {str(above) for name in own for above in PurePosixPath(name).parents}
    kept = {  # unless a file and a folder would have one name
        name: content
        for name, content in files.items()
        if name not in around and own.keys().isdisjoint(map(str, PurePosixPath(name).parents))
    }
    return kept | own


def digest(files: dict[str, bytes]) -> str:
    """The SHA-256 of names and contents, in hexadecimal."""
    total = hashlib.sha256()
    for name, content in sorted(files.items()):
        for part in (name.encode(errors="surrogatepass"), content):
            total.update(len(part).to_bytes(8, "big") + part)
    return total.hexdigest()


def error_in(log: str) -> str:
    """What the last traceback in ``log`` ends with, in one line; else the last line."""
    trace = log.rpartition("Traceback (most recent call last):\n")[1:]
    last = re.search(r"^\S.*\Z", trace[1], re.M | re.S) if trace[0] else None
    text = last[0] if last else log.strip().rpartition("\n")[2]
    return " ".join(text.split())[:1000]


def frames_in(log: str, files: dict[str, bytes]) -> list[Frame]:
    """The places that the last traceback in ``log`` names, where the submission has them.

    The submission can print what it likes: these are its own lines, shown to its own author.
    """
    last = log.rpartition("Traceback (most recent call last):")[2]
    frames: list[Frame] = []
    for file, line, name in re.findall(
        r'^ {2}File "([^"]+)", line (\d+)(?:, in (\S+))?', last, re.M
    ):
        content = files.get(file)
        if content is not None and len(line) < 7 and int(line) <= content.count(b"\n") + 1:
            frames.append({"file": file, "line": int(line), "name": name or "<module>"})
    return frames[-20:]


def _lies_in_app(name: str) -> bool:
    path = PurePosixPath(name)
    return (
        len(path.parts) > 1
        and path.parts[0] == "app"
        and ".." not in path.parts
        and "\0" not in name
        and len(name.encode(errors="surrogatepass")) < 1000
    )
