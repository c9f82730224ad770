"""How far a batch is: a bar in a terminal, a line now and then elsewhere."""

from __future__ import annotations

import sys
import time

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from setu.i18n import Words

PLAIN_STEPS = 10
"""Lines for a whole batch where there is no terminal."""


class Bar:
    """Tells on standard error: ``begin`` with a total, ``advance`` for each."""

    def __init__(self, words: Words) -> None:
        self._words = words
        self._console = Console(stderr=True)
        self._bar: Progress | None = None
        self._total = self._done = 0
        self._began = 0.0

    def __enter__(self) -> Bar:
        return self

    def __exit__(self, *_: object) -> None:
        if self._bar:
            self._bar.stop()

    def begin(self, total: int) -> None:
        self._total, self._began = total, time.monotonic()
        if self._console.is_terminal:
            self._bar = Progress(
                TextColumn(self._words.text("grade_progress")),
                BarColumn(),
                MofNCompleteColumn(),
                TimeRemainingColumn(),
                console=self._console,
            )
            self._bar.add_task("", total=total)
            self._bar.start()

    def advance(self) -> None:
        self._done += 1
        if self._bar:
            self._bar.advance(self._bar.task_ids[0])
            return
        before, now = ((self._done - k) * PLAIN_STEPS // self._total for k in (1, 0))
        if now > before:
            each = (time.monotonic() - self._began) / self._done
            left = round(each * (self._total - self._done))
            told = f"{left // 60}:{left % 60:02}"
            print(
                self._words.text(
                    "grade_progress_line", done=self._done, total=self._total, left=told
                ),
                file=sys.stderr,
                flush=True,
            )
