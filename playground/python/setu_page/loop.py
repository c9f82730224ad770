"""An event loop that runs by itself: on it ``asyncio.run`` and everything beneath work as always.

Pyodide's own loop belongs to the browser: it goes on only after Python has returned, so nothing
in Python can wait for it. ``PageLoop`` has no sockets and no threads. It runs what is ready,
sleeps until the next timer, and can be run once more from inside a step of one of its own tasks
(``run_nested``): that is how code that cannot suspend, a greenlet's, waits for an awaitable.
"""

from __future__ import annotations

import asyncio
import heapq
import time
from asyncio import events, tasks
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from inspect import CORO_CREATED, getcoroutinestate, iscoroutine
from typing import Any

_sleep: Callable[[float], None] = getattr(time.sleep, "__wrapped__", time.sleep)
"""Python's own: the one of Pyodide lets the page run meanwhile, and with it the next call."""


class WaitsForEverError(RuntimeError):
    """Nothing that still runs can end the wait."""

    __module__ = "builtins"  # tracebacks name it without its place

    def __init__(self) -> None:
        super().__init__("this waits for ever: nothing that still runs can end the wait")


class PageLoop(asyncio.BaseEventLoop):
    """An event loop of timers and callbacks only."""

    _ready: Any
    _scheduled: Any
    _stopping: bool
    _main: Any
    """What ``run_until_complete`` waits for."""

    def __init__(self) -> None:
        super().__init__()
        self.retries = 0
        """How many of the timers only try again what another task has to make possible."""
        self._nested = 0
        self._main = None

    def run_until_complete(self, future: Any) -> Any:
        before, self._main = self._main, asyncio.ensure_future(future, loop=self)
        try:
            return super().run_until_complete(self._main)
        finally:
            self._main = before

    def run_nested(self, ended: Callable[[], bool], *, wait: bool = True) -> None:
        """Run what is ready until ``ended``, from inside a step of one of this loop's tasks.

        ``wait``: with nothing ready wait for the next timer.

        What runs meanwhile lies above that step on the stack: of two such waits the later ends
        first. Raises ``WaitsForEverError``.
        """
        task = asyncio.current_task(self)
        if task is not None:
            tasks._leave_task(self, task)
        self._nested += 1
        try:
            while not ended():
                self._fill(wait=wait)
                if self._ready:
                    self._run(self._next_nested())
        finally:
            self._nested -= 1
            if task is not None:
                tasks._enter_task(self, task)

    def others_can_run(self) -> bool:
        """Whether something is ready or will be, apart from the ``retries``."""
        timers = sum(not timer.cancelled() for timer in self._scheduled)
        return bool(len(self._ready) + timers > self.retries)

    def run_in_executor(  # type: ignore[override]
        self, executor: Any, func: Callable[..., Any], *args: Any
    ) -> asyncio.Future[Any]:
        """Call ``func`` at once: there are no threads. Gives a future that is done."""
        future = self.create_future()
        try:
            with aside():
                future.set_result(func(*args))
        except Exception as error:
            future.set_exception(error)
        return future

    def _run_once(self) -> None:
        self._fill(wait=not self._stopping)
        for _ in range(len(self._ready)):
            if self._ready:  # or a nested run has taken the rest
                self._run(self._ready.popleft())

    def _fill(self, *, wait: bool) -> None:
        """Take what is due; with nothing ready, ``wait`` for the next timer."""
        self._take_due()
        if not self._ready and wait:
            if not self._scheduled:
                self._give_up()
                return
            _sleep(max(0.0, self._scheduled[0].when() - self.time()))
            self._take_due()

    @staticmethod
    def _run(handle: asyncio.Handle) -> None:
        if not handle.cancelled():
            handle._run()

    def _next_nested(self) -> asyncio.Handle:
        """What a nested run does next: tasks that have begun, then the one that was made last.

        Of a hundred requests that wait for fifteen connections the first fifteen have to end
        before another begins: each that has to wait here too lies on the stack of the one before.
        """
        begun = (at for at, handle in enumerate(self._ready) if not _begins(handle))
        at = next(begun, len(self._ready) - 1)
        handle: asyncio.Handle = self._ready[at]
        del self._ready[at]
        return handle

    def _give_up(self) -> None:
        """Let what waits for ever fail where it waits, so that the traceback tells where."""
        waits_for: Any = self._main
        while hasattr(waits_for, "_fut_waiter"):  # a task, and what it waits for
            waits_for = waits_for._fut_waiter
        if self._nested or waits_for is None or waits_for.done():
            raise WaitsForEverError
        waits_for.set_exception(WaitsForEverError())

    def _take_due(self) -> None:
        now = self.time() + 1e-6
        while self._scheduled:
            timer = self._scheduled[0]
            if not timer.cancelled() and timer.when() > now:
                return
            heapq.heappop(self._scheduled)
            timer._scheduled = False
            if not timer.cancelled():
                self._ready.append(timer)

    def _timer_handle_cancelled(self, handle: asyncio.TimerHandle) -> None:
        """Cancelled timers go when their time comes."""

    def _process_events(self, event_list: object) -> None:
        """There are none: no sockets."""

    def _write_to_self(self) -> None:
        """Nobody waits in a ``select`` that would have to be woken."""


def _begins(handle: Any) -> bool:
    """Whether it is the first step of a task."""
    task = getattr(handle._callback, "__self__", None)
    if not isinstance(task, asyncio.Task):
        return False
    work = task.get_coro()
    return iscoroutine(work) and getcoroutinestate(work) == CORO_CREATED


@contextmanager
def aside() -> Iterator[None]:
    """Inside, no event loop runs: as in another thread or another process."""
    loop = events._get_running_loop()
    task = asyncio.current_task(loop) if loop is not None else None
    if loop is not None and task is not None:
        tasks._leave_task(loop, task)
    events._set_running_loop(None)
    try:
        yield
    finally:
        events._set_running_loop(loop)
        if loop is not None and task is not None:
            tasks._enter_task(loop, task)


def use_page_loops() -> None:
    """Let ``asyncio`` make ``PageLoop``s, and undo what Pyodide has put over ``asyncio.run``."""
    base: Any = getattr(events, "_BaseDefaultEventLoopPolicy", None)  # Python 3.14
    if base is None:
        base = events.BaseDefaultEventLoopPolicy
    policy = type("PageLoopPolicy", (base,), {"_loop_factory": PageLoop})()
    choose: Any = getattr(events, "_set_event_loop_policy", None)
    (choose or asyncio.set_event_loop_policy)(policy)
    asyncio.run = getattr(asyncio.run, "__wrapped__", asyncio.run)
