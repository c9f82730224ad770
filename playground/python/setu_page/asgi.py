"""Driving an ASGI app by hand: its lifespan, and requests one by one or several at once."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote

from starlette.types import ASGIApp, Message

from setu.exercises.watched_app import ENDS_LOOP
from setu_page.loop import PageLoop, WaitsForEverError


@dataclass
class Request:
    """``path`` is quoted, without the query. Header names are in lower case."""

    method: str
    path: str
    query: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""


@dataclass
class Response:
    """A whole answer; 500 and empty when the app raised before it had said anything."""

    status: int = 500
    headers: list[tuple[str, str]] = field(default_factory=list)
    body: bytes = b""
    error: BaseException | None = None
    """What came out of the app, also when it has answered 500 itself."""


class Running:
    """An app on a loop of its own, between its startup and its shutdown."""

    def __init__(self, app: ASGIApp, *, client: str) -> None:
        self._app = app
        self._client = client
        self._loop = PageLoop()
        self._state: dict[str, Any] = {}
        self._messages: asyncio.Queue[Message] = asyncio.Queue()
        self._said = {part: asyncio.Event() for part in ("startup", "shutdown")}
        self._lifespan: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Run the startup part of the lifespan; what it raises comes out of here."""
        self._lifespan = self._loop.create_task(self._live())
        self._tell("startup")

    def stop(self) -> None:
        """Run the shutdown part, and end whatever the app has left running."""
        try:
            if self._lifespan is not None and not self._lifespan.done():
                self._tell("shutdown")
        finally:
            self._close()

    def request(self, request: Request) -> Response:
        return self.requests([request])[0]

    def requests(
        self, requests: Sequence[Request], begins: Callable[[int], object] = lambda index: None
    ) -> list[Response]:
        """All at once, taking turns where each of them waits for the database.

        ``begins`` is called with the index of each request in the context in which it runs.
        """

        async def answer(index: int, request: Request) -> Response:
            begins(index)
            return await self._answer(request)

        async def answer_all() -> list[Response]:
            return await asyncio.gather(*(answer(*each) for each in enumerate(requests)))

        answers: list[Response] = self._loop.run_until_complete(answer_all())
        return answers

    async def _live(self) -> None:
        scope = {"type": "lifespan", "asgi": {"version": "3.0"}, "state": self._state}

        async def send(message: Message) -> None:
            self._said[message["type"].split(".")[1]].set()

        await self._app(scope, self._messages.get, send)

    def _tell(self, part: str) -> None:
        """Let the app run this part of its lifespan, to the end of it or of the app's lifespan."""
        assert self._lifespan is not None
        lifespan = self._lifespan
        self._messages.put_nowait({"type": f"lifespan.{part}"})

        async def wait() -> None:
            said = asyncio.ensure_future(self._said[part].wait())
            await asyncio.wait({lifespan, said}, return_when=asyncio.FIRST_COMPLETED)
            said.cancel()

        self._loop.run_until_complete(wait())
        if lifespan.done() and not lifespan.cancelled() and (error := lifespan.exception()):
            if isinstance(error.__cause__, ENDS_LOOP):
                raise error.__cause__
            # An app that knows no lifespan raises before it says a word: servers allow that.
            if self._said[part].is_set() or not isinstance(error, Exception):
                raise error

    async def _answer(self, request: Request) -> Response:
        response = Response()
        body = [request.body]

        async def receive() -> Message:
            if body:
                return {"type": "http.request", "body": body.pop(), "more_body": False}
            return {"type": "http.disconnect"}

        async def send(message: Message) -> None:
            if message["type"] == "http.response.start":
                response.status = message["status"]
                response.headers = [
                    (name.decode("latin-1").lower(), value.decode("latin-1"))
                    for name, value in message.get("headers", [])
                ]
            elif message["type"] == "http.response.body":
                response.body += message.get("body", b"")

        try:
            await self._app(self._scope(request), receive, send)
        except Exception as error:
            response.error = error
        return response

    def _scope(self, request: Request) -> dict[str, Any]:
        headers = {"host": self._client, **request.headers}
        if request.body:
            headers.setdefault("content-length", str(len(request.body)))
        return {
            "type": "http",
            "asgi": {"version": "3.0"},
            "http_version": "1.1",
            "method": request.method,
            "path": unquote(request.path),
            "raw_path": request.path.encode("latin-1", "replace"),
            "query_string": request.query.encode("latin-1", "replace"),
            "root_path": "",
            "scheme": "http",
            "headers": [
                (name.lower().encode("latin-1", "replace"), value.encode("latin-1", "replace"))
                for name, value in headers.items()
            ],
            "client": (self._client, 50000),
            "server": (self._client, 80),
            "state": dict(self._state),
        }

    def _close(self) -> None:
        left = [task for task in asyncio.all_tasks(self._loop) if not task.done()]
        for task in left:
            task.cancel()
        try:
            if left:
                self._loop.run_until_complete(asyncio.gather(*left, return_exceptions=True))
            self._loop.run_until_complete(self._loop.shutdown_asyncgens())
        except WaitsForEverError:
            pass  # what waits although it was cancelled stays behind
        finally:
            self._loop.close()
