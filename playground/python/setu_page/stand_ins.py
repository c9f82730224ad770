"""What stands in for the parts of Python that a browser lacks; the learner's code is not changed.

=====================  ===========================================================================
greenlet               The child runs to its end inside ``switch``. What it hands to its parent to
                       be awaited is driven step by step; one that really suspends lets the other
                       tasks of the loop run meanwhile, above the child on the stack.
aiosqlite              Each call on a connection is done at once in place of its thread. A lock
                       that another task holds is tried again while that task can still run.
threads                ``run_in_threadpool``, ``asyncio.to_thread`` and ``def`` endpoints run their
                       function at once. ``threading.Thread`` is not here: Pyodide's refusal stays.
asyncio                ``setu_page.loop``.
``hashlib.scrypt``     The module ``setu_js`` of the page; Python's own where there is one.
``subprocess``         ``[sys.executable, "-m", "alembic", …]`` runs in this process
                       (``setu_page.processes``); any other program is an ``OSError``.
``os._exit``           Raises ``ProcessEndedError``, which no ``except Exception`` takes.
``input()``            Finds the end of the file.
network                ``httpx2`` reaches apps (``ASGITransport``) and no other host.
=====================  ===========================================================================

Where tasks take turns: after each call of SQLAlchemy that went to the database, as they do on a
computer, but not while a transaction has written something. Nobody else could write then either.
"""

from __future__ import annotations

import asyncio
import contextvars
import hashlib
import io
import os
import sqlite3
import subprocess
import sys
import types
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from time import monotonic
from typing import Any, NoReturn
from weakref import WeakSet

from setu_page import loop as page_loop
from setu_page.loop import PageLoop

RETRY = 0.005
"""Seconds between two tries of a statement that finds the database locked."""
SCRYPT_MEMORY = 32 * 1024**2
"""Bytes that OpenSSL allows ``scrypt`` when ``maxmem`` is 0."""


class ProcessEndedError(BaseException):
    """``os._exit`` was called: on a computer the process would be gone now."""

    __module__ = "builtins"  # tracebacks name it without its place

    def __init__(self, code: int) -> None:
        super().__init__(f"os._exit({code})")
        self.code = code


def install() -> None:
    """Put everything in place. Before anything imports greenlet, aiosqlite or anyio."""
    sys.modules["greenlet"] = _greenlet_module()
    sys.modules["httpx2_jsfetch"] = _no_network_module()
    page_loop.use_page_loops()
    _replace_threads()
    if not hasattr(hashlib, "scrypt"):
        hashlib.scrypt = _scrypt
    subprocess.Popen = Process  # type: ignore[misc,assignment]
    os._exit = _end
    sys.stdin = io.StringIO()


def committed(tell: Callable[[], None]) -> None:
    """``tell`` is called whenever a transaction of aiosqlite has ended."""
    _listeners[:] = [tell]


@contextmanager
def aside() -> Iterator[None]:
    """Inside, no event loop runs and no greenlet: as in another thread or process."""
    with page_loop.aside(), _outside():
        yield


# --- greenlet ---


class GreenletError(Exception):
    """Something that a greenlet does and this one does not."""


class Greenlet:
    """A call that runs to its end where it is started.

    SQLAlchemy's ``greenlet_spawn`` starts one with ``switch`` and goes on while it is not ``dead``:
    it awaits what came back and switches once more. A child that has waited for the database is
    therefore not dead at once: it gives its parent a moment for the other tasks to await, and its
    result at the next ``switch``.
    """

    def __init__(
        self, run: Callable[..., Any] | None = None, parent: Greenlet | None = None
    ) -> None:
        self.run = run
        self.parent = parent or _current
        self.dead = False
        self._started = self._waited = False
        self._result: Any = None

    def switch(self, *args: Any, **kwargs: Any) -> Any:
        if _current is not self and _current.parent is self:
            _current._waited = True
            return _drive(*args)
        if not self._started and self.run is not None:
            return self._start(args, kwargs)
        return self._take_result()

    def throw(self, kind: Any = None, value: Any = None, trace: Any = None) -> NoReturn:
        """End it with an exception; one that has come to its end keeps no result."""
        if self.dead or (self._started and _current is self):
            raise GreenletError("this greenlet cannot be interrupted")
        self.dead = self._started = True
        error = value if isinstance(value, BaseException) else (kind or GreenletExit)
        if isinstance(error, type):
            error = error() if value is None else error(value)
        raise error.with_traceback(trace)

    def _start(self, args: Any, kwargs: Any) -> Any:
        assert self.run is not None
        self._started = True
        try:
            with _inside(self):
                self._result = self.run(*args, **kwargs)
        except BaseException:
            self.dead = True
            raise
        if self._waited:
            return _Moment()
        return self._take_result()

    def _take_result(self) -> Any:
        if self.dead or not self._started:
            raise GreenletError("a greenlet runs to its end here and cannot be entered again")
        self.dead = True
        result, self._result = self._result, None
        return result


class GreenletExit(BaseException):
    """What ``throw`` raises when it is given nothing."""


class _Moment:
    """Awaiting it gives the other tasks a turn, unless something written waits for its commit."""

    def __await__(self) -> Generator[None]:
        if not any(queue.writes for queue in _queues):
            yield


_current: Greenlet = Greenlet.__new__(Greenlet)
_current.__dict__.update(run=None, parent=None, dead=False, _started=True, _waited=False)
_main = _current


@contextmanager
def _inside(greenlet: Greenlet) -> Iterator[None]:
    global _current  # noqa: PLW0603  (which one runs is a fact of the whole interpreter)
    before, _current = _current, greenlet
    try:
        yield
    finally:
        _current = before


def _outside() -> Any:
    return _inside(_main)


def _drive(awaitable: Any) -> Any:
    """Run an awaitable to its end in place of the task that would await it."""
    error: BaseException | None = None
    assert _current.parent is not None
    with _inside(_current.parent):
        steps = awaitable.__await__()
        while True:
            try:
                waits_for = steps.send(None) if error is None else steps.throw(error)
            except StopIteration as end:
                return end.value
            error = _wait(waits_for)


def _wait(waits_for: Any) -> BaseException | None:
    """Let the loop run until ``waits_for`` is done, as a task would; what it has to raise then."""
    loop = asyncio.get_running_loop()
    if not isinstance(loop, PageLoop):
        return RuntimeError("this has to wait, and the event loop that runs cannot: use asyncio's")
    with _outside():
        if waits_for is None:
            turns = iter((False, True))
            loop.run_nested(lambda: next(turns), wait=False)
            return None
        if getattr(waits_for, "_asyncio_future_blocking", None) is None:
            return RuntimeError(f"Task got bad yield: {waits_for!r}")
        waits_for._asyncio_future_blocking = False
        task: Any = asyncio.current_task()
        loop.run_nested(lambda: waits_for.done() or (task is not None and task._must_cancel))
    if not waits_for.done():
        waits_for.cancel()
        return asyncio.CancelledError()
    if waits_for.cancelled():
        return asyncio.CancelledError()
    found: BaseException | None = waits_for.exception()
    return found


def _greenlet_module() -> types.ModuleType:
    module = types.ModuleType("greenlet", __doc__)
    module.__dict__.update(
        greenlet=Greenlet,
        getcurrent=lambda: _current,
        GreenletExit=GreenletExit,
        error=GreenletError,
        __version__="3",
    )
    return module


# --- aiosqlite and threads ---


class _Queue:
    """What aiosqlite puts its calls into: they are done at once. One for each connection."""

    def __init__(self) -> None:
        self._connection: sqlite3.Connection | None = None
        self._patience = 0.0
        _queues.add(self)

    @property
    def writes(self) -> bool:
        """Whether the connection has written something that is not committed."""
        try:
            return self._connection is not None and self._connection.in_transaction
        except sqlite3.ProgrammingError:  # it is closed
            return False

    def put_nowait(self, item: tuple[asyncio.Future[Any] | None, Callable[[], Any]]) -> None:
        self._try(*item, monotonic() + self._patience)

    def _try(
        self, future: asyncio.Future[Any] | None, call: Callable[[], Any], until: float
    ) -> None:
        if future is not None and future.done():  # nobody waits any more
            return
        wrote = self.writes
        try:
            result = call()
        except BaseException as error:
            if future is None or isinstance(error, ProcessEndedError):
                raise
            if not self._try_later(future, call, until, error):
                future.set_exception(error)
            return
        if isinstance(result, sqlite3.Connection):
            self._opened(result)
        if future is not None:
            future.set_result(result)
        if wrote and not self.writes:
            for tell in _listeners:
                tell()

    def _try_later(
        self,
        future: asyncio.Future[Any],
        call: Callable[[], Any],
        until: float,
        error: BaseException,
    ) -> bool:
        loop = future.get_loop()
        busy = getattr(error, "sqlite_errorcode", 0) & 0xFF == sqlite3.SQLITE_BUSY
        if not (busy and isinstance(loop, PageLoop) and loop.others_can_run()):
            return False  # the one who holds the lock will not let go of it
        if monotonic() > until:
            return False

        def again() -> None:
            loop.retries -= 1
            self._try(future, call, until)

        loop.retries += 1
        loop.call_later(RETRY, again)
        return True

    def _opened(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        # SQLite would wait by blocking everything, also the one who holds the lock.
        self._patience = connection.execute("PRAGMA busy_timeout").fetchone()[0] / 1000
        connection.execute("PRAGMA busy_timeout = 0")


class _Thread:
    """The thread of an aiosqlite connection, which has nothing to do."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self.daemon = True

    def start(self) -> None: ...


_queues: WeakSet[_Queue] = WeakSet()
_listeners: list[Callable[[], None]] = []


def _replace_threads() -> None:
    import aiosqlite.core
    from anyio._backends._asyncio import AsyncIOBackend

    core: Any = aiosqlite.core
    core.SimpleQueue, core.Thread = _Queue, _Thread

    async def run_at_once(
        cls: type[AsyncIOBackend], func: Callable[..., Any], args: Any, *more: Any, **options: Any
    ) -> Any:
        await cls.checkpoint()
        with aside():
            return contextvars.copy_context().run(func, *args)

    backend: Any = AsyncIOBackend
    backend.run_sync_in_worker_thread = classmethod(run_at_once)


# --- the rest ---


def _scrypt(  # noqa: PLR0913  (the signature of hashlib.scrypt)
    password: Any, *, salt: Any, n: int, r: int, p: int, maxmem: int = 0, dklen: int = 64
) -> bytes:
    import setu_js

    if n < 2 or n & (n - 1):
        raise ValueError("n must be a power of 2.")
    if min(r, p, dklen) < 1:
        raise ValueError("r, p and dklen must be positive")
    # OpenSSL's reckoning of what the call needs.
    if 128 * r * (n + p + 2) > (maxmem or SCRYPT_MEMORY):
        raise ValueError("memory limit exceeded")
    derived = setu_js.scrypt(bytes(password), bytes(salt), n, r, p, dklen)
    return derived if isinstance(derived, bytes) else bytes(derived.to_py())


class NoNetwork:
    """The transport of an ``httpx2`` client that was given none."""

    def __init__(self, *args: Any, **options: Any) -> None: ...

    def handle_request(self, request: Any) -> NoReturn:
        from httpx2 import ConnectError

        raise ConnectError(
            "in the page there is no network: give the client transport=ASGITransport(app=app)",
            request=request,
        )

    async def handle_async_request(self, request: Any) -> NoReturn:
        self.handle_request(request)

    def __enter__(self) -> NoNetwork:
        return self

    async def __aenter__(self) -> NoNetwork:
        return self

    def __exit__(self, *told: object) -> None: ...

    async def __aexit__(self, *told: object) -> None: ...

    def close(self) -> None: ...

    async def aclose(self) -> None: ...


def _no_network_module() -> types.ModuleType:
    """The name under which ``httpx2`` looks for its transports on this platform."""
    module = types.ModuleType("httpx2_jsfetch")
    module.__dict__.update(
        JavascriptFetchTransport=NoNetwork, AsyncJavascriptFetchTransport=NoNetwork
    )
    return module


def _end(status: int) -> NoReturn:
    raise ProcessEndedError(status)


class Process:
    """``subprocess.Popen`` for ``[sys.executable, "-m", module, …]``: done when it is made."""

    def __init__(  # noqa: PLR0913  (the parts of Popen that people use)
        self,
        args: Any,
        *,
        stdin: Any = None,
        stdout: Any = None,
        stderr: Any = None,
        cwd: Any = None,
        env: Any = None,
        encoding: str | None = None,
        errors: str | None = None,
        text: bool | None = None,
        universal_newlines: bool | None = None,
        **options: Any,
    ) -> None:
        from setu_page.processes import run_module

        command = [args] if isinstance(args, str) else [os.fspath(arg) for arg in args]
        if options.get("shell") or command[:2] != [sys.executable, "-m"] or len(command) < 3:
            raise OSError(
                f"{command[0]!r} cannot be started: in the page only Python's own modules run, "
                "as [sys.executable, '-m', …]"
            )
        self.args, self.pid = args, 1
        self.stdin = self.stdout = self.stderr = None
        together = stderr == subprocess.STDOUT
        ran = run_module(command[2], command[3:], cwd=cwd, env=env, together=together)
        self.returncode: int = ran.code
        as_text = bool(encoding or errors or text or universal_newlines)
        self._output = tuple(
            _given(printed, where, stream, as_text)
            for printed, where, stream in (
                (ran.stdout, stdout, sys.stdout),
                (ran.stderr, None if together else stderr, sys.stderr),
            )
        )

    def __enter__(self) -> Process:
        return self

    def __exit__(self, *told: object) -> None: ...

    def communicate(self, input: Any = None, timeout: float | None = None) -> Any:
        return self._output

    def poll(self) -> int:
        return self.returncode

    def wait(self, timeout: float | None = None) -> int:
        return self.returncode

    def kill(self) -> None: ...

    terminate = kill


def _given(printed: str, where: Any, stream: Any, as_text: bool) -> Any:
    if where == subprocess.PIPE:
        return printed if as_text else printed.encode()
    if where is None:
        stream.write(printed)
    return None
