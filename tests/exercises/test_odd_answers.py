"""Whatever an app answers and whatever it leaves in its tables: a check fails, it never breaks.

A beginner's route returns a list where an object was asked for, a hostile one returns anything.
Here the solution of each exercise runs, and one answer of each check is replaced on its way.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest

from setu.catalog import Exercise, load_catalog
from setu.checks.guard import Guarded
from setu.checks.run import run_checks
from setu.checks.sqlite_store import SqliteStore
from setu.checks.subject import Call, Column, Reply, Row, Statement
from setu.checks.verdict import Declared, Result
from setu.exercises.bank import lay_out, solution_of
from setu.exercises.engine_watch import watched
from setu.exercises.in_process import InProcess

EXERCISES = load_catalog(Path(__file__).parents[2]).exercises
SHAPES: list[Any] = [
    None,
    [],
    {},
    "text",
    7,
    [[None]],
    {"id": None, "price": [], "detail": {"id": []}},
    {"paths": None},
    {"paths": {"/users/{user_id}": None, "/users/{id}": {"get": None, "put": [{}]}}},
    {"paths": {"/users/{id}": {"get": {"responses": {"200": {"content": [1]}}}}}},
]
ROWS: list[list[Row]] = [[], [{}], [{"id": None, "email": []}]]
Lie = tuple[bytes, list[Row] | None]
"""The body of an answer, or else the rows of a table."""
ODD: list[Lie] = [
    *((json.dumps(shape).encode(), None) for shape in SHAPES),
    *((b"", rows) for rows in ROWS),
]
REQUESTS = 12
"""No check's later requests are of another kind than its first dozen."""


@dataclass
class Odd:
    """An app and a store that tell the truth but for the ``at``-th answer since a restart."""

    app: InProcess
    store: SqliteStore
    body: bytes = b""
    found: list[Row] | None = None
    at: int = 0
    seen: int = field(default=0, init=False)

    def _mine(self) -> bool:
        self.seen += 1
        return self.seen == self.at

    def send(self, call: Call) -> Reply:
        reply = self.app.send(call)
        return replace(reply, body=self.body) if self.body and self._mine() else reply

    def parallel(self, calls: Sequence[Call]) -> list[Reply]:
        return [self.send(call) for call in calls]

    def restart(self) -> None:
        self.app.restart()

    @property
    def statements(self) -> list[Statement] | None:
        return self.app.statements

    def empty(self) -> None:
        self.seen = 0
        self.store.empty()

    def insert(self, table: str, rows: list[Row]) -> None:
        self.store.insert(table, rows)

    def delete(self, table: str, id: int) -> None:
        self.store.delete(table, id)

    def rows(self, table: str) -> list[Row]:
        rows = self.store.rows(table)
        return self.found if self.found is not None and self._mine() else rows

    def columns(self, table: str) -> list[Column]:
        columns = self.store.columns(table)
        return [] if self.found == [] and self._mine() else columns


@pytest.fixture(params=EXERCISES, ids=lambda each: each.id)
def odd(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[tuple[Exercise, Odd]]:
    exercise: Exercise = request.param
    folder = lay_out(tmp_path / "work", exercise.folder / "starter", solution_of(exercise))
    database = tmp_path / "dokan.db"
    monkeypatch.setenv("DATABASE_URL", watched(f"sqlite+aiosqlite:///{database.as_posix()}"))
    monkeypatch.syspath_prepend(str(folder))
    app = InProcess(folder)
    app.load()
    app.start()
    yield exercise, Odd(app, SqliteStore(database))
    app.stop()
    for name in [name for name in sys.modules if name == "app" or name.startswith("app.")]:
        del sys.modules[name]


def run(exercise: Exercise, odd: Odd) -> list[Result]:
    # Nobody waits for another here: each check is to meet its odd answer.
    declared = [Declared(each.id, each.points, each.advisory) for each in exercise.checks]
    return run_checks(exercise.folder / "checks.py", declared, Guarded(odd, odd), seed=odd.at)


def test_no_answer_and_no_row_breaks_a_check(odd: tuple[Exercise, Odd]) -> None:
    exercise, meddled = odd
    assert {result.status for result in run(exercise, meddled)} == {"pass"}
    failed = try_all(exercise, meddled, [(n % 3 + 1, one) for n, one in enumerate(ODD)])
    assert len(failed) > 3, "the odd answers are not noticed"


@pytest.mark.nightly
def test_nothing_anywhere_breaks_a_check(odd: tuple[Exercise, Odd]) -> None:
    try_all(*odd, [(at, one) for at in range(1, REQUESTS + 1) for one in ODD])


def try_all(exercise: Exercise, odd: Odd, tried: list[tuple[int, Lie]]) -> set[str]:
    """The checks that failed, each by a message of its own and none by a fault."""
    results = [
        (result, odd.at, odd.body or odd.found)
        for odd.at, (odd.body, odd.found) in tried
        for result in run(exercise, odd)
    ]
    broken = [(one.id, one.params["error"], at, lie) for one, at, lie in results if one.fault]
    assert broken == []
    return {one.id for one, _, _ in results if one.status == "fail"}
