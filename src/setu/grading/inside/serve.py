"""The process of a submission: imports its ``app`` and serves it on a socket that it was handed.

How far it is goes to the grader as letters, which only choose the words of a failure: ``i`` the
app is being imported, ``s`` it is starting, ``r`` it runs, ``m`` it ran out of memory.
"""

from __future__ import annotations

import asyncio
import contextlib
import importlib
import logging
import os
import signal
import socket
import sys
import traceback
from pathlib import Path
from typing import Any
from urllib.parse import quote

# Imported here so that the place has them before it forks.
import aiosqlite  # noqa: F401
import anyio._backends._asyncio  # noqa: F401
import email_validator  # noqa: F401
import fastapi
import fastapi.concurrency
import fastapi.responses
import pydantic
import pydantic_settings  # noqa: F401
import sqlalchemy.dialects.sqlite.aiosqlite
import sqlalchemy.ext.asyncio
import sqlalchemy.orm  # noqa: F401
import uvicorn
import uvicorn.lifespan.on
import uvicorn.protocols.http.h11_impl
from sqlalchemy import URL, CreateEnginePlugin
from sqlalchemy.dialects import plugins
from sqlalchemy.pool import Pool, QueuePool
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from setu.grading.inside.wire import UNSENT

DATABASE = "dokan.db"
SHUTDOWN = 2.0
POOL_TIMEOUT = 2.0
"""Seconds to wait for a free connection, the same as where learners check their own work."""
LONGEST_BODY = 1000
ENDS_LOOP = (SystemExit, KeyboardInterrupt)
"""What would end the event loop, and with it all requests, if it came out of the app."""


class ShortWait(CreateEnginePlugin):
    """Lets the pool of every engine wait only a short time (``?plugin=setu_wait``)."""

    def update_url(self, url: URL) -> URL:
        return url  # SQLAlchemy itself has taken the plugin's name out

    def handle_pool_kwargs(self, pool_cls: type[Pool], pool_args: dict[str, Any]) -> None:
        if issubclass(pool_cls, QueuePool):
            pool_args["timeout"] = min(POOL_TIMEOUT, pool_args.get("timeout", POOL_TIMEOUT))


plugins.register("setu_wait", __name__, ShortWait.__name__)


def run(listener: int, status: int, log: int, box: Path) -> None:
    """Serve ``app/main.py`` of ``box/work``; never returns."""
    os.setpgid(0, 0)
    for output in (1, 2):
        os.dup2(log, output)
    os.close(log)
    sys.stdout, sys.stderr = (
        open(output, "w", encoding="utf-8", errors="replace", buffering=1, closefd=False)  # noqa: SIM115
        for output in (1, 2)
    )
    folder = box / "work"
    os.chdir(folder)
    sys.path.insert(0, str(folder))
    sys.dont_write_bytecode = True
    database = (box / "data" / DATABASE).as_posix()
    os.environ["DATABASE_URL"] = f"sqlite+aiosqlite:///{database}?plugin=setu_wait"
    try:
        os.write(status, b"i")
        app = importlib.import_module("app.main").app
        os.write(status, b"s")
        asyncio.run(_serve(Watched(app, folder, status), listener, status))
    except BaseException as error:
        print_own(error, folder)
        _note_memory(error, status)
    with contextlib.suppress(OSError, ValueError):
        sys.stdout.flush()
        sys.stderr.flush()
    os._exit(0)


async def _serve(app: ASGIApp, listener: int, status: int) -> None:
    logging.getLogger("uvicorn.error").setLevel(logging.CRITICAL)  # Watched tells the errors
    config = uvicorn.Config(
        app,
        loop="asyncio",
        http="h11",
        ws="none",
        lifespan="on",
        log_config=None,
        access_log=False,
        proxy_headers=False,
        server_header=False,
        date_header=False,
        timeout_keep_alive=1,
    )
    config.load()
    server = uvicorn.Server(config)
    server.lifespan = config.lifespan_class(config)
    sockets = [socket.socket(fileno=listener)]
    # Server.serve() looks up only ten times a second whether it should end.
    try:
        await server.startup(sockets=sockets)
    except SystemExit:  # how uvicorn ends when the lifespan failed; Watched has told why
        return
    if server.should_exit:
        return
    ended = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, ended.set)
    os.write(status, b"r")
    await ended.wait()
    await _shut_down(server, sockets)


async def _shut_down(server: uvicorn.Server, sockets: list[socket.socket]) -> None:
    """As uvicorn does, but where nothing is open any more, without its tenth of a second."""
    if server.server_state.connections or server.server_state.tasks:
        await server.shutdown(sockets=sockets)
        return
    for each in server.servers:
        each.close()
    await server.lifespan.shutdown()


class Item(pydantic.BaseModel):
    """What the small app of ``rehearse`` takes and gives."""

    name: str


def rehearse() -> None:
    """Let a small app answer once: what is only imported then, the place has before it forks."""
    app = fastapi.FastAPI()

    @app.post("/{id}", response_model=Item)
    async def create(id: int, item: Item) -> Item:
        return item

    async def receive() -> Message:
        return {"type": "http.request", "body": b'{"name": "chai"}'}

    async def send(message: Message) -> None:
        pass

    scope = {
        "type": "http",
        "method": "POST",
        "path": "/7",
        "query_string": b"",
        "headers": [(b"content-type", b"application/json")],
    }
    app.openapi()
    asyncio.run(app(scope, receive, send))


class Watched:
    """Passes everything on; what the app raises goes into its log, each error once."""

    def __init__(self, app: ASGIApp, folder: Path, status: int) -> None:
        self._app, self._folder, self._status = app, folder, status
        self._printed: set[tuple[str, str]] = set()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            await self._app(scope, receive, _Telling(send))
        except (Exception, *ENDS_LOOP) as error:
            _note_memory(error, self._status)
            told = (type(error).__name__, str(error))
            if told not in self._printed:
                self._printed.add(told)
                print_own(error, self._folder)
            if scope["type"] == "lifespan":
                raise


class _Telling:
    """Tells of a body that HTTP does not let pass: with a status of 204 or 304 there is none."""

    def __init__(self, send: Send) -> None:
        self._send = send
        self._held: Message | None = None

    async def __call__(self, message: Message) -> None:
        if message.get("status") in (204, 304):
            self._held = message
            return
        if self._held is not None:
            body = message.get("body", b"")
            told = [(UNSENT.encode(), quote(body[:LONGEST_BODY]).encode())] if body else []
            kept = [each for each in self._held["headers"] if each[0].lower() != b"content-length"]
            start, self._held = {**self._held, "headers": [*kept, *told]}, None
            await self._send(start)
            message = {"type": "http.response.body"}
        await self._send(message)


def print_own(error: BaseException, folder: Path) -> None:
    """Print the traceback as Python does, from the first place in ``folder`` on."""
    trace = error.__traceback__
    while trace and not trace.tb_frame.f_code.co_filename.startswith(f"{folder}{os.sep}"):
        trace = trace.tb_next
    traceback.print_exception(type(error), error, trace)


def _note_memory(error: BaseException, status: int) -> None:
    if isinstance(error, MemoryError):
        with contextlib.suppress(OSError):
            os.write(status, b"m")
