"""The app of a learner in this process: Starlette's TestClient, one event loop, all SQL seen."""

from __future__ import annotations

import contextlib
import importlib
import os
import re
import sys
import traceback
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextvars import ContextVar
from pathlib import Path
from threading import Barrier

from fastapi.testclient import TestClient
from starlette.types import ASGIApp, Receive, Scope, Send

from setu.checks.expect import Unexpected, shorten
from setu.checks.subject import Call, Frame, Reply, Statement
from setu.exercises.engine_watch import EngineWatch, close_connections


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
        return _Watched.out_of_memory

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
        watched = _Watched(self._app, self._folder, self._printed)
        client = TestClient(watched, raise_server_exceptions=False, follow_redirects=False)
        try:
            client.__enter__()
        except RuntimeError as error:
            if isinstance(error.__cause__, _ENDS_LOOP):
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
        seen: list[_Seen] = []
        _current.set(seen)
        response = self._client.request(
            call.method,
            call.target,
            params=dict(call.params) if call.params else None,
            headers=call.all_headers,
            content=call.body,
        )
        first = seen[0] if seen else _Seen("", ())
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


_ENDS_LOOP = (SystemExit, KeyboardInterrupt)
"""What would end the event loop, and with it all requests, if it came out of the app."""


class _Seen:
    """What the app did with one request, beside its answer."""

    def __init__(self, error: str, frames: tuple[Frame, ...]) -> None:
        self.error, self.frames = error, frames


_current: ContextVar[list[_Seen]] = ContextVar("_current")
"""Where the request that runs in this context leaves what was seen of it."""


class _Watched:
    """Passes everything on, and notes the route that answered or what it raised."""

    out_of_memory = False

    def __init__(self, app: ASGIApp, folder: Path, printed: set[str]) -> None:
        """``printed``: the errors that the log of the run has already."""
        self._app, self._folder, self._printed = app, folder, printed

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            await self._app(scope, receive, send)
        except (Exception, *_ENDS_LOOP) as error:
            frames = own_frames(error, self._folder) or _route_frame(scope, self._folder)
            if scope["type"] == "http":  # whoever starts the app prints that it did not start
                self._print_once(error, frames)
            if isinstance(error, MemoryError):
                _Watched.out_of_memory = True
            self._note(_Seen(describe(error, self._folder), tuple(frames)))
            if isinstance(error, Exception):
                raise
            raise RuntimeError(describe(error, self._folder)) from error
        else:
            self._note(_Seen("", tuple(_route_frame(scope, self._folder))))

    def _print_once(self, error: BaseException, frames: list[Frame]) -> None:
        told = f"{describe(error, self._folder)} {frames}"
        if told not in self._printed:
            self._printed.add(told)
            print_own(error, self._folder)

    @staticmethod
    def _note(seen: _Seen) -> None:
        with contextlib.suppress(LookupError):
            _current.get().append(seen)


def print_own(error: BaseException, folder: Path) -> None:
    """Print the traceback as Python does, from the first place in ``folder`` on."""
    trace = error.__traceback__
    while trace and not _own(trace.tb_frame.f_code.co_filename, folder):
        trace = trace.tb_next
    traceback.print_exception(type(error), error, trace)


def describe(error: BaseException, folder: Path) -> str:
    """An exception in one line, without addresses and with files as seen from ``folder``."""
    # The str() of a SyntaxError has the file and the line once more.
    message = error.msg if isinstance(error, SyntaxError) else str(error)
    text = " ".join(f"{type(error).__name__}: {message}".split()).removesuffix(":")
    return re.sub(r" at 0x[0-9a-fA-F]+", "", text).replace(f"{folder}{os.sep}", "")


def own_frames(error: BaseException, folder: Path) -> list[Frame]:
    """The places of a traceback that lie in the learner's ``folder``, outermost first.

    A ``SyntaxError`` in one of their files is itself the last place.
    """
    frames: list[Frame] = [
        {"file": file, "line": line or 0, "name": frame.f_code.co_name}
        for frame, line in traceback.walk_tb(error.__traceback__)
        if (file := _own(frame.f_code.co_filename, folder))
    ]
    if isinstance(error, SyntaxError) and error.filename and (file := _own(error.filename, folder)):
        frames.append({"file": file, "line": error.lineno or 0, "name": "<module>"})
    return frames


def _route_frame(scope: Scope, folder: Path) -> list[Frame]:
    code = getattr(scope.get("endpoint"), "__code__", None)
    # Starlette names a route of the same path also when it answers 405 for another method.
    if scope.get("method") not in (getattr(scope.get("route"), "methods", None) or ()):
        return []
    if code is None or not (file := _own(code.co_filename, folder)):
        return []
    return [{"file": file, "line": code.co_firstlineno, "name": code.co_name}]


def _own(filename: str, folder: Path) -> str:
    path = Path(filename)
    return path.relative_to(folder).as_posix() if path.is_relative_to(folder) else ""
