"""Checking an exercise: the same checks as in the terminal, on the app in this process."""

from __future__ import annotations

import importlib
import os
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NoReturn
from urllib.parse import urlencode

import pytest

from setu.chapters.sql_events import open_group
from setu.checks.expect import Unexpected, shorten
from setu.checks.guard import Guarded
from setu.checks.run import CheckerFault, run_checks
from setu.checks.sqlite_store import SqliteStore
from setu.checks.subject import Call, Reply, Statement
from setu.checks.verdict import Declared, Outcome, Result, Verdict, judge
from setu.exercises.engine_watch import EngineWatch, close_connections, watched
from setu.exercises.places import describe, own_frames, print_own
from setu.exercises.watched_app import Seen, WatchedApp, current_request
from setu_page import databases
from setu_page.asgi import Request, Response, Running
from setu_page.hiding import without_us
from setu_page.processes import forget_app
from setu_page.spaces import Space
from setu_page.stand_ins import ProcessEndedError
from setu_page.streams import LONGEST, printing
from setu_page.xray import SqlGroup, group_of

DATABASE = "dokan.db"
HOST = "testserver"


class InPage:
    """``setu.checks.subject.App`` on the package ``app`` in ``folder``, first on ``sys.path``."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._app: Any = None
        self._running: Running | None = None
        self._printed: set[str] = set()
        self.ended = False
        """Whether the learner's code has called ``os._exit``."""

    @property
    def statements(self) -> list[Statement]:
        return EngineWatch.statements

    def load(self) -> None:
        """Import the app anew; module-level state of an earlier import is gone."""
        forget_app()
        importlib.invalidate_caches()
        self._app = importlib.import_module("app.main").app

    def start(self) -> None:
        """Run the startup part of the lifespan."""
        running = Running(WatchedApp(self._app, self._folder, self._printed), client=HOST)
        running.start()
        self._running = running

    def stop(self) -> None:
        """Run the shutdown part of the lifespan."""
        if self._running is not None:
            running, self._running = self._running, None
            running.stop()

    def restart(self) -> None:
        try:
            self.stop()
            close_connections()
            self.load()
            self.start()
        except ProcessEndedError:
            self._end()
        except BaseException as error:
            without_us(error)
            frames = tuple(own_frames(error, self._folder))
            told = {"got": shorten(describe(error, self._folder))}
            raise Unexpected("restart_failed", told, Reply(0, {}, b"", frames=frames)) from error

    def send(self, call: Call) -> Reply:
        return self.parallel([call])[0]

    def parallel(self, calls: Sequence[Call]) -> list[Reply]:
        if self._running is None:
            raise RuntimeError("the app is not running")
        seen: list[list[Seen]] = [[] for _ in calls]
        try:
            responses = self._running.requests(
                [_request(call) for call in calls],
                begins=lambda index: current_request.set(seen[index]),
            )
        except ProcessEndedError:
            self._end()
        return [
            _reply(call, response, notes)
            for call, response, notes in zip(calls, responses, seen, strict=True)
        ]

    def _end(self) -> NoReturn:
        self.ended = True
        pytest.exit("the process has ended")


def check(
    space: Space, data: Mapping[str, Any], files: Mapping[str, str], seed: int
) -> tuple[Verdict, list[SqlGroup]]:
    """Run all checks of an exercise on the learner's files, on an empty database.

    ``data``: the exercise as the page has it (``declared``, ``checks``, ``starter``).
    """
    declared = [
        Declared(each["id"], each["points"], each["advisory"], tuple(each["needs"]))
        for each in data["declared"]
    ]
    space.put({**data["starter"], **files})
    databases.delete(space.folder)
    checks = space.folder.parent.parent / "checks" / space.id / "checks.py"
    checks.parent.mkdir(parents=True, exist_ok=True)
    checks.write_text(data["checks"], encoding="utf-8")
    run = _Run(space, checks, declared, seed)
    with printing() as printed:
        run.run()
    log = printed.text().replace(f"{space.folder}/", "").replace(str(space.folder), ".")
    verdict = judge(
        space.id,
        declared,
        run.results,
        seed=seed,
        outcome=run.outcome,
        error=run.error,
        frames=run.frames,
        log=log[:LONGEST],
    )
    return verdict, run.sql


class _Run:
    """One run of the checks and what came of it."""

    def __init__(self, space: Space, checks: Path, declared: list[Declared], seed: int) -> None:
        self._space, self._checks, self._declared, self._seed = space, checks, declared, seed
        self._app = InPage(space.folder)
        self._running = ""
        self._group = open_group()
        self.results: list[Result] = []
        self.outcome: Outcome | None = None
        self.error = ""
        self.frames: list[Any] = []
        self.sql: list[SqlGroup] = []

    def run(self) -> None:
        database = self._space.folder / DATABASE
        os.environ["DATABASE_URL"] = watched(f"sqlite+aiosqlite:///{database.as_posix()}")
        WatchedApp.out_of_memory = False
        try:
            if self._begin():
                self._check(database)
        finally:
            self._stop()

    def _begin(self) -> bool:
        steps: list[tuple[Outcome, Any]] = [
            ("import_error", self._app.load),
            ("start_error", self._app.start),
        ]
        for outcome, act in steps:
            try:
                act()
            except BaseException as error:
                without_us(error)
                print_own(error, self._space.folder)
                self.outcome = "memory_limit" if isinstance(error, MemoryError) else outcome
                self.error = describe(error, self._space.folder)
                self.frames = list(own_frames(error, self._space.folder))
                return False
            finally:
                self.sql += group_of("", "startup", self._group)
        return True

    def _check(self, database: Path) -> None:
        # Nothing else runs while this waits: the app would not let go of its lock meanwhile.
        store = SqliteStore(database, patience=0.0)
        try:
            run_checks(
                self._checks,
                self._declared,
                Guarded(self._app, store),
                seed=self._seed,
                begins=self._begins,
                ends=self._ends,
            )
        except CheckerFault as fault:
            if self._app.ended:
                self.results.append(Result(self._running, "fail", "process_ended"))
            else:
                self.outcome, self.error = "checker_fault", str(fault)
        if WatchedApp.out_of_memory:
            self.outcome = "memory_limit"

    def _begins(self, id: str) -> None:
        self._running = id

    def _ends(self, result: Result) -> None:
        self.sql += group_of(result.id, "check", self._group)
        if not self._app.ended:
            self.results.append(result)

    def _stop(self) -> None:
        try:
            self._app.stop()
        except BaseException as error:  # every check has had its say
            print_own(without_us(error), self._space.folder)
        close_connections()
        forget_app()
        sys.modules.pop("checks", None)


def _request(call: Call) -> Request:
    headers = {name.lower(): value for name, value in call.all_headers.items()}
    return Request(
        call.method,
        call.target,
        urlencode(call.params or {}),
        {"accept": "*/*", "user-agent": "testclient", **headers},
        call.body or b"",
    )


def _reply(call: Call, response: Response, notes: list[Seen]) -> Reply:
    first = notes[0] if notes else Seen("", ())
    return Reply(
        response.status,
        dict(response.headers),
        response.body,
        call.did,
        first.error,
        first.frames,
    )
