"""Noticing that a file was saved: notifications, and polling where a drive sends none."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Collection
from pathlib import Path

from watchfiles import DefaultFilter, watch

Snapshot = dict[str, tuple[int, int]]
"""Path → time of the last change in nanoseconds, size in bytes."""

STEP = 30
"""Milliseconds without another change after which a save is told of."""
POLL = 200
"""Milliseconds between two looks where there are no notifications."""
MISSED = 2
"""Saves in a row that nobody told of, after which polling begins."""
SETTLED = 0.05
"""Seconds without a change after which a file counts as wholly written."""


def snapshot(folder: Path, suffixes: Collection[str]) -> Snapshot:
    """The files in ``folder`` with one of the suffixes, as they are now."""
    found = {}
    for place, folders, names in os.walk(folder):  # it takes no offence at what goes meanwhile
        folders[:] = [name for name in folders if name != "__pycache__"]
        for path in (Path(place, name) for name in names if Path(name).suffix in suffixes):
            try:
                told = path.stat()
            except OSError:  # an editor puts a new file in the place of the old one
                continue
            found[str(path)] = (told.st_mtime_ns, told.st_size)
    return found


def settled(folder: Path, suffixes: Collection[str]) -> Snapshot:
    """The snapshot as soon as nobody writes any more."""
    before = snapshot(folder, suffixes)
    while True:
        time.sleep(SETTLED)
        if (now := snapshot(folder, suffixes)) == before:
            return now
        before = now


class Watch:
    """Calls ``saved``, from a thread, after files below ``folder`` were changed.

    A call is a reason to look and no more: whoever is called compares snapshots, also now and
    then without a call, and tells of what it found by ``found``. After two saves that nobody told
    of (network drives, folders shared with another system) the folder is polled. ``SETU_POLL=1``
    polls from the start.
    """

    def __init__(self, folder: Path, suffixes: Collection[str], saved: Callable[[], None]) -> None:
        self.polls = bool(os.environ.get("SETU_POLL"))
        self._folder, self._suffixes, self._saved = folder, suffixes, saved
        self._missed = 0
        self._stop = threading.Event()

    def __enter__(self) -> Watch:
        self._begin()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()

    def found(self, *, told: bool) -> None:
        """A change was found: because of a call (``told``), or by chance."""
        self._missed = 0 if told else self._missed + 1
        if self._missed >= MISSED and not self.polls:
            self.polls = True
            self._stop.set()
            self._begin()

    def _begin(self) -> None:
        self._stop = threading.Event()
        threading.Thread(target=self._run, args=(self._stop,), daemon=True).start()

    def _run(self, stop: threading.Event) -> None:
        seen = DefaultFilter()
        for _ in watch(
            self._folder,
            watch_filter=lambda change, path: (
                Path(path).suffix in self._suffixes and seen(change, path)
            ),
            step=STEP,
            stop_event=stop,
            force_polling=self.polls or None,
            poll_delay_ms=POLL,
        ):
            self._saved()
