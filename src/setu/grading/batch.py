"""A batch: what has to be graded, between two gradings of known submissions."""

from __future__ import annotations

import ast
import hashlib
import json
import random
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any, Protocol

from setu.catalog import Exercise
from setu.checks.verdict import Declared, Verdict, error_of, first_failure, judge
from setu.errors import SetuError
from setu.exercises.bank import (
    lay_out,
    make_mistake,
    mistakes_of,
    solution_of,
)
from setu.grading.bench import KNOWN_BAD, KNOWN_GOOD, digest, files_of
from setu.grading.handed_in import Note
from setu.grading.journal import Journal
from setu.grading.submissions import Class
from setu.grading.worker import TaskData, tool_version
from setu.printable import printable

SLACK = 120.0
"""Seconds that a worker has beyond an exercise's own limit: starts, restarts, a busy machine."""


@dataclass(frozen=True)
class Job:
    """One submission of one exercise. ``files`` reads them when it is their turn."""

    student: str
    exercise: Exercise
    files: Callable[[], dict[str, bytes]]
    seed: int
    key: str

    def task(self) -> TaskData:
        """As data for a worker. Raises ``Unreadable`` if it changed in the meantime."""
        return {
            "student": self.student,
            "exercise": self.exercise.id,
            "seed": self.seed,
            "files": self.files(),
            "limit": self.exercise.time_limit + SLACK,
        }

    def fault(self, error: str) -> dict[str, Any]:
        """The verdict where the grader could not come to one, after it tried again."""
        declared = [
            Declared(c.id, c.points, c.advisory, tuple(c.needs)) for c in self.exercise.checks
        ]
        verdict = judge(
            self.exercise.id, declared, [], seed=self.seed, outcome="checker_fault", error=error
        )
        return {**verdict, "student": self.student, "tier": None, "sha256": "", "resources": {}}


class Workers(AbstractContextManager[Any], Protocol):
    """Whoever grades: processes of this machine, or a Dask cluster."""

    def run(self, jobs: Iterable[Job]) -> Iterator[tuple[Job, dict[str, Any]]]:
        """Every job with its verdict, in any order. Raises ``SetuError`` if nobody can grade."""


class Watcher(Protocol):
    """Is told how far a batch is."""

    def begin(self, total: int) -> None: ...
    def advance(self) -> None: ...


@dataclass
class Graded:
    """What a batch gave. ``verdicts``: student's name → exercise id → verdict."""

    verdicts: dict[str, dict[str, Verdict]] = field(default_factory=dict)
    new: int = 0
    kept: int = 0


def note_faults(people: Class, graded: Graded) -> list[Note]:
    """Note each fault of the grader with its student, and give these notes."""
    found = []
    for student in people.students:
        for exercise, verdict in graded.verdicts.get(student.name, {}).items():
            if verdict["outcome"] == "checker_fault":
                error = printable(" ".join(error_of(verdict).split()))
                params = {"exercise": exercise, "error": error}
                note = Note(student.name, "grade_checker_fault", params)
                student.notes.append(note)
                found.append(note)
    return found


class Bank:
    """The exercises of a batch and what they are checked with.

    ``own``: exercise id → an instructor's own checks. Raises ``SetuError`` if ``checks_dir`` has
    none of these exercises, or one that is no Python.
    """

    def __init__(self, exercises: Sequence[Exercise], checks_dir: Path | None) -> None:
        self.exercises = {each.id: each for each in exercises}
        self.own = _own_checks(checks_dir, [*self.exercises]) if checks_dir else {}
        self._checks = {each.id: self._fingerprint(each) for each in exercises}

    def key(self, student: str, exercise: str, sha256: str, seed: int) -> str:
        """What a verdict depends on: the files, the exercise, the tool, the seed."""
        told = [student, exercise, sha256, seed, self._checks[exercise], tool_version()]
        return hashlib.sha256(json.dumps(told).encode()).hexdigest()

    def _fingerprint(self, exercise: Exercise) -> str:
        checks = self.own.get(exercise.id, exercise.folder / "checks.py")
        files = [checks, exercise.folder / "exercise.toml"]
        for path in files:
            if not path.is_file():
                raise SetuError("exercise_file_missing", path=path)
        lent = {f"starter/{name}": data for name, data in files_of(exercise, {}).items()}
        return digest({**{path.name: path.read_bytes() for path in files}, **lent})


def _own_checks(folder: Path, exercises: Sequence[str]) -> dict[str, Path]:
    paths = {id: folder / id / "checks.py" for id in exercises}
    own = {id: path for id, path in paths.items() if path.is_file()}
    if not own:
        raise SetuError("grade_no_own_checks", path=paths[exercises[0]])
    for path in own.values():
        try:
            ast.parse(path.read_bytes())
        except SyntaxError as error:
            line, detail = error.lineno or 1, error.msg
            raise SetuError("app_broken", path=path, line=line, detail=detail) from error
        except (OSError, ValueError) as error:
            raise SetuError("malformed_file", path=path, detail=error) from error
    return own


def choose_seed(journal: Journal, asked: int | None) -> int:
    """The seed that was asked for, else that of the journal, else a new one; it is kept."""
    seed = journal.seed if asked is None else asked
    seed = random.SystemRandom().randrange(2**32) if seed is None else seed
    journal.begin(seed)
    return seed


def grade_batch(  # noqa: PLR0913, PLR0917  (who, what, how, where it is kept, who watches)
    people: Class,
    bank: Bank,
    workers: Workers,
    journal: Journal,
    seed: int,
    watcher: Watcher,
    *,
    trust: bool = False,
) -> Graded:
    """Grade what the journal does not have yet. Raises ``SetuError`` for a void batch.

    Verdicts of a batch that was interrupted are kept, and vouched for by this one's known ones.
    ``trust``: verdicts of tier B that the journal has are taken, too.
    """
    graded = Graded()
    todo: list[Job] = []
    unsure: list[Job] = []
    for job in _jobs(people, bank, seed):
        before = journal.verdicts.get(job.key)
        if before is not None and _counts(before, trust=trust):
            _keep(graded, job, before)
            graded.kept += 1
            if job.key in journal.unsure:
                unsure.append(job)
        else:
            todo.append(job)
    vouched = [*todo, *unsure]
    if not vouched:
        return graded
    with tempfile.TemporaryDirectory(prefix="setu-known-") as temporary:
        known = list(_known(vouched, Path(temporary), seed))
        watcher.begin(len(todo) + 2 * len(known))
        before = _control(known, bank, workers, journal, watcher, "before")
        for job, verdict in workers.run(todo):
            journal.graded(job.key, verdict)
            _keep(graded, job, verdict)
            graded.new += 1
            watcher.advance()
        after = _control(known, bank, workers, journal, watcher, "after")
    if moved := [job for job in known if before[job.key] != after[job.key]]:
        raise _void(journal, bank, moved, ", ".join(job.key for job in moved))
    journal.end([job.key for job in vouched])
    return graded


def _jobs(people: Class, bank: Bank, seed: int) -> Iterator[Job]:
    for student in people.students:
        submission = student.submission
        if submission is None:
            continue
        for id, exercise in bank.exercises.items():
            sha256 = submission.digests.get(id) or submission.digests.get("")
            if sha256:
                yield Job(
                    student.name,
                    exercise,
                    partial(submission.files, id),
                    seed,
                    bank.key(student.name, id, sha256, seed),
                )


def _counts(verdict: dict[str, Any], *, trust: bool) -> bool:
    """A fault of the grader is tried again, and so is what ran without walls, unless trusted."""
    return verdict["outcome"] != "checker_fault" and (trust or verdict["tier"] == "A")


def _keep(graded: Graded, job: Job, verdict: dict[str, Any]) -> None:
    graded.verdicts.setdefault(job.student, {})[job.exercise.id] = verdict  # type: ignore[assignment]


def _known(jobs: list[Job], room: Path, seed: int) -> Iterator[Job]:
    """For each exercise of the batch its solution, and a mistake that is not the starter's."""
    for exercise in {job.exercise.id: job.exercise for job in jobs}.values():
        starter = exercise.folder / "starter"
        good = lay_out(room / exercise.id / "good", starter, solution_of(exercise))
        bad = lay_out(room / exercise.id / "bad", starter, solution_of(exercise))
        mistakes = mistakes_of(exercise)
        telling = [m for m in mistakes if m.key not in (exercise.first_failure, "import_error")]
        make_mistake((telling or mistakes)[0], bad)
        for name, folder in ((KNOWN_GOOD, good), (KNOWN_BAD, bad)):
            files = {
                path.relative_to(folder).as_posix(): path.read_bytes()
                for path in sorted(folder.rglob("*"))
                if path.is_file()
            }
            yield Job(name, exercise, partial(dict, files), seed, f"{name} {exercise.id}")


def _control(  # noqa: PLR0913, PLR0917
    known: list[Job], bank: Bank, workers: Workers, journal: Journal, watcher: Watcher, when: str
) -> dict[str, tuple[object, ...]]:
    """Grade the known ones. Raises ``SetuError`` if a good one fails or a bad one passes."""
    came: dict[str, tuple[object, ...]] = {}
    errors: dict[str, str] = {}
    for job, verdict in workers.run(known):
        told: Verdict = verdict  # type: ignore[assignment]
        came[job.key] = (told["outcome"], told["score"], first_failure(told))
        errors[job.key] = error_of(told)
        journal.control(
            job.key, {"when": when, "outcome": told["outcome"], "error": errors[job.key]}
        )
        watcher.advance()
    for job in known:
        outcome = came[job.key][0]
        if outcome != ("passed" if job.student == KNOWN_GOOD else "failed"):
            known_as = ", ".join(filter(None, (f"{job.key}: {outcome}", errors[job.key])))
            raise _void(journal, bank, [job], known_as)
    return came


def _void(journal: Journal, bank: Bank, jobs: list[Job], known: str) -> SetuError:
    """Take the batch back; the error names the instructor's own checks, if these graded."""
    journal.void(known)
    own = {str(bank.own[job.exercise.id]) for job in jobs if job.exercise.id in bank.own}
    if own:
        return SetuError("grade_void_own", known=known, path=", ".join(sorted(own)))
    return SetuError("grade_void", known=known)
