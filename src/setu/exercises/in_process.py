"""The app of a learner in this process: Starlette's TestClient, one event loop, all SQL seen."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

from fastapi.testclient import TestClient
from starlette.types import ASGIApp

from setu.checks.expect import Unexpected, shorten
from setu.checks.subject import Call, Reply, Statement
from setu.exercises.engine_watch import EngineWatch, close_connections
from setu.exercises.places import describe, own_frames
from setu.exercises.watched_app import ENDS_LOOP, Seen, WatchedApp, current_request


class InProcess:
    """The ``app`` of ``app/main.py`` in ``folder``, which must be first on ``sys.path``.

    ``load`` and ``start`` raise what the learner's code raises.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._app: ASGIApp | None = None
        self._client: TestClient | None = None
        self._printed: set[str] = set()

    @property
    def out_of_memory(self) -> bool:
        """Whether the app ran into the memory limit while it answered."""
        return WatchedApp.out_of_memory

    @property
    def statements(self) -> list[Statement]:
        return EngineWatch.statements

    def load(self) -> None:
        """Import the app anew; module-level state of an earlier import is gone."""
        for name in [name for name in sys.modules if name == "app" or name.startswith("app.")]:
            del sys.modules[name]
        self._app = importlib.import_module("app.main").app

    def start(self) -> None:
        """Run the startup part of the lifespan."""
        assert self._app is not None
        watched = WatchedApp(self._app, self._folder, self._printed)
        client = TestClient(watched, raise_server_exceptions=False, follow_redirects=False)
        try:
            client.__enter__()
        except RuntimeError as error:
            if isinstance(error.__cause__, ENDS_LOOP):
                raise error.__cause__ from None
            raise
        self._client = client

    def stop(self) -> None:
        """Run the shutdown part of the lifespan."""
        if self._client is not None:
            client, self._client = self._client, None
            client.__exit__(None, None, None)

    def restart(self) -> None:
        try:
            self.stop()
            close_connections()
            self.load()
            self.start()
        except BaseException as error:
            frames = tuple(own_frames(error, self._folder))
            told = {"got": shorten(describe(error, self._folder))}
            raise Unexpected("restart_failed", told, Reply(0, {}, b"", frames=frames)) from error

    def send(self, call: Call) -> Reply:
        if self._client is None:
            raise RuntimeError("the app is not running")
        seen: list[Seen] = []
        current_request.set(seen)
        response = self._client.request(
            call.method,
            call.target,
            params=dict(call.params) if call.params else None,
            headers=call.all_headers,
            content=call.body,
        )
        first = seen[0] if seen else Seen("", ())
        return Reply(
            response.status_code,
            {name.lower(): value for name, value in response.headers.items()},
            response.content,
            call.did,
            first.error,
            first.frames,
        )

    def parallel(self, calls: Sequence[Call]) -> list[Reply]:
        # A thread that starts late on a busy machine would find the race already over.
        together = Barrier(len(calls))

        def send(call: Call) -> Reply:
            together.wait()
            return self.send(call)

        with ThreadPoolExecutor(max_workers=len(calls)) as threads:
            return list(threads.map(send, calls))
