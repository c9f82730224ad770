"""The app of a learner in this process: Starlette's TestClient, one event loop, all SQL seen."""

from __future__ import annotations

import asyncio
import importlib
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from fastapi.testclient import TestClient
from httpx2 import ASGITransport, AsyncClient, Response
from starlette.types import ASGIApp, Receive, Scope, Send

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
        seen: list[Seen] = []
        current_request.set(seen)
        return _reply(call, self._running().request(**_arguments(call)), seen)

    def parallel(self, calls: Sequence[Call]) -> list[Reply]:
        client = self._running()
        assert client.portal is not None
        return client.portal.call(self._all, client, calls)

    async def _all(self, client: TestClient, calls: Sequence[Call]) -> list[Reply]:
        """Send all in the app's own event loop, where none starts late: the race is always on."""

        async def app(scope: Scope, receive: Receive, send: Send) -> None:
            await client.app({**scope, "state": client.app_state.copy()}, receive, send)

        transport = ASGITransport(app=app, raise_app_exceptions=False)
        async with AsyncClient(
            transport=transport, base_url=client.base_url, headers=client.headers
        ) as together:

            async def send(call: Call) -> Reply:
                seen: list[Seen] = []
                current_request.set(seen)  # each task has a context of its own
                try:
                    response = await together.request(**_arguments(call))
                except AssertionError:  # the app ended without an answer; TestClient says 500, too
                    response = Response(500)
                return _reply(call, response, seen)

            return await asyncio.gather(*map(send, calls))

    def _running(self) -> TestClient:
        if self._client is None:
            raise RuntimeError("the app is not running")
        return self._client


def _arguments(call: Call) -> dict[str, Any]:
    return {
        "method": call.method,
        "url": call.target,
        "params": dict(call.params) if call.params else None,
        "headers": call.all_headers,
        "content": call.body,
    }


def _reply(call: Call, response: Response, seen: Sequence[Seen]) -> Reply:
    first = seen[0] if seen else Seen("", ())
    return Reply(
        response.status_code,
        {name.lower(): value for name, value in response.headers.items()},
        response.content,
        call.did,
        first.error,
        first.frames,
    )
