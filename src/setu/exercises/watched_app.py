"""A learner's app with an ear on it: what each request raised, and who answered it."""

from __future__ import annotations

import contextlib
from contextvars import ContextVar
from pathlib import Path

from starlette.types import ASGIApp, Receive, Scope, Send

from setu.checks.subject import Frame
from setu.exercises.places import describe, own_frames, print_own, route_frame

ENDS_LOOP = (SystemExit, KeyboardInterrupt)
"""What would end the event loop, and with it all requests, if it came out of the app."""


class Seen:
    """What the app did with one request, beside its answer."""

    def __init__(self, error: str, frames: tuple[Frame, ...]) -> None:
        self.error, self.frames = error, frames


current_request: ContextVar[list[Seen]] = ContextVar("current_request")
"""Where the request that runs in this context leaves what was seen of it."""


class WatchedApp:
    """Passes everything on, and notes the route that answered or what it raised."""

    out_of_memory = False

    def __init__(self, app: ASGIApp, folder: Path, printed: set[str]) -> None:
        """``printed``: the errors that the log of the run has already."""
        self._app, self._folder, self._printed = app, folder, printed

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            await self._app(scope, receive, send)
        except (Exception, *ENDS_LOOP) as error:
            frames = own_frames(error, self._folder) or route_frame(scope, self._folder)
            if scope["type"] == "http":  # whoever starts the app prints that it did not start
                self._print_once(error, frames)
            if isinstance(error, MemoryError):
                WatchedApp.out_of_memory = True
            self._note(Seen(describe(error, self._folder), tuple(frames)))
            if isinstance(error, Exception):
                raise
            raise RuntimeError(describe(error, self._folder)) from error
        else:
            self._note(Seen("", tuple(route_frame(scope, self._folder))))

    def _print_once(self, error: BaseException, frames: list[Frame]) -> None:
        told = f"{describe(error, self._folder)} {frames}"
        if told not in self._printed:
            self._printed.add(told)
            print_own(error, self._folder)

    @staticmethod
    def _note(seen: Seen) -> None:
        with contextlib.suppress(LookupError):
            current_request.get().append(seen)
