"""What the learner presses: single keys where the terminal gives them, else lines."""

from __future__ import annotations

import codecs
import os
import re
import signal
import stat
import sys
import threading
from collections.abc import Callable, Iterator
from typing import Any

QUIT = "q"
ENDS = "\x03\x04"
"""Ctrl+C where the terminal hands it over as a key, and Ctrl+D."""
NO_LETTER = re.compile(r"\x1b(\[[0-9;?]*[A-Za-z~]|O.|.)?")
"""What arrows, function keys and Alt send."""
PASTED = 8
"""More characters than this at once were pasted; they mean no keys."""


class Keys:
    """Calls ``pressed``, from a thread, with each key as one small letter.

    ``single`` tells whether a key alone is enough, without Enter. The terminal is put back as it
    was on leaving. Input that ends means ``q``, unless there never was anybody (``/dev/null``).
    """

    def __init__(self, pressed: Callable[[str], None]) -> None:
        self._pressed = pressed
        self._descriptor = _descriptor()
        self.single = self._descriptor is not None and os.isatty(self._descriptor)
        self._before: list[Any] | None = None

    def __enter__(self) -> Keys:
        if self.single and sys.platform != "win32":
            import termios

            assert self._descriptor is not None
            self._before = termios.tcgetattr(self._descriptor)
            self._take_terminal()
            # After Ctrl+Z and fg the shell gives the terminal back as it was before us.
            signal.signal(signal.SIGCONT, lambda *_: self._take_terminal())
        if self._descriptor is not None:
            threading.Thread(target=self._read, args=(self._descriptor,), daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        if self._before is not None and sys.platform != "win32":
            import termios

            assert self._descriptor is not None
            signal.signal(signal.SIGCONT, signal.SIG_DFL)
            termios.tcsetattr(self._descriptor, termios.TCSADRAIN, self._before)

    def _take_terminal(self) -> None:
        if sys.platform != "win32":
            import tty

            assert self._descriptor is not None
            tty.setcbreak(self._descriptor)

    def _read(self, descriptor: int) -> None:
        if not self.single:
            for line in _lines(descriptor):
                if word := line.strip():
                    self._pressed(word[0].lower())
            if stat.S_ISCHR(os.fstat(descriptor).st_mode):
                return
        elif sys.platform == "win32":
            self._read_console()
        else:
            for text in _texts(descriptor):
                keys = NO_LETTER.sub("", text)
                if len(keys) <= PASTED:
                    for key in keys:
                        self._pressed(QUIT if key in ENDS else key.lower())
        self._pressed(QUIT)

    def _read_console(self) -> None:
        if sys.platform == "win32":
            import msvcrt

            while (key := msvcrt.getwch()) not in ENDS:
                if key in "\x00\xe0":  # an arrow or function key: its second half follows
                    msvcrt.getwch()
                else:
                    self._pressed(key.lower())


def _descriptor() -> int | None:
    try:
        return sys.stdin.fileno()
    except (AttributeError, OSError, ValueError):  # there is no standard input
        return None


def _texts(descriptor: int) -> Iterator[str]:
    """What comes, as it comes; without Python's own buffer, whose lock a thread may die with."""
    decoder = codecs.getincrementaldecoder("utf-8")("replace")
    while True:
        try:
            data = os.read(descriptor, 4096)
        except OSError:  # the terminal was closed
            return
        if not data:
            return
        yield decoder.decode(data)


def _lines(descriptor: int) -> Iterator[str]:
    rest = ""
    for text in _texts(descriptor):
        *lines, rest = (rest + text).split("\n")
        yield from lines
    yield rest
