"""Standard output and error: kept for the answer, and told to the page while they come."""

from __future__ import annotations

import codecs
import io
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from time import monotonic
from typing import Any, Literal

Name = Literal["stdout", "stderr"]
Tell = Callable[[Name, str], None]

LONGEST = 100_000
"""Characters that are kept: half from the start, half from the end."""
HALF = LONGEST // 2
MOST_PARTS = 200
"""Pieces that two streams in turn are kept in."""
OFTEN = 0.05
"""Seconds between two pieces that the page is told."""


@dataclass
class Text:
    """What was printed, without its middle when it is too long."""

    start: str = ""
    end: str = ""
    left_out: int = 0

    def add(self, text: str) -> None:
        if (room := HALF - len(self.start)) > 0:
            self.start += text[:room]
            text = text[room:]
        self.end += text
        if len(self.end) > 2 * HALF:
            self.left_out += len(self.end) - HALF
            self.end = self.end[-HALF:]

    def __str__(self) -> str:
        over = max(0, len(self.end) - HALF) if self.left_out or self.end else 0
        if not (self.left_out or over):
            return self.start + self.end
        return f"{self.start}\n…\n{self.end[over:]}"


@dataclass
class Printed:
    """What one run printed. ``parts``: the pieces of each stream in the order they came."""

    tell: Tell | None = None
    parts: list[tuple[Name, Text]] = field(default_factory=list)
    _told: float = 0.0
    _waiting: list[tuple[Name, str]] = field(default_factory=list)
    _sent: int = 0

    def add(self, name: Name, text: str) -> None:
        if not text:
            return
        if not self.parts or self.parts[-1][0] != name:
            self.parts.append((name, self._part(name)))
        self.parts[-1][1].add(text)
        if self.tell is not None and self._sent < HALF:
            self._waiting.append((name, text[: HALF - self._sent]))
            self._sent += len(text)
            if monotonic() - self._told > OFTEN:
                self.flush()

    def _part(self, name: Name) -> Text:
        """For a piece of this stream; two that take turns for ever share two pieces."""
        if len(self.parts) < MOST_PARTS:
            return Text()
        index = next(i for i, part in reversed([*enumerate(self.parts)]) if part[0] == name)
        return self.parts.pop(index)[1]

    def flush(self) -> None:
        """Tell the page what it has not been told yet."""
        waiting, self._waiting = self._waiting, []
        if self.tell is not None:
            for name, text in waiting:
                self.tell(name, text)
        self._told = monotonic()

    def text(self, *names: Name) -> str:
        """All that was printed, or what came through these streams, in order."""
        whole = Text()
        for name, part in self.parts:
            if not names or name in names:
                whole.add(str(part))
        return str(whole)


class _Stream(io.TextIOBase):
    """``sys.stdout`` or ``sys.stderr``: writes to the ``Printed`` that is open."""

    encoding = "utf-8"
    errors = "backslashreplace"

    def __init__(self, name: Name) -> None:
        self._name = name
        self.buffer = _Bytes(self)

    def writable(self) -> bool:
        return True

    def write(self, text: str, /) -> int:
        _open[-1].add(self._name, text)
        return len(text)


class _Bytes(io.RawIOBase):
    """``sys.stdout.buffer``."""

    def __init__(self, stream: _Stream) -> None:
        self._stream = stream
        self._decode = codecs.getincrementaldecoder("utf-8")("replace").decode

    def writable(self) -> bool:
        return True

    def write(self, data: Any, /) -> int:
        raw = bytes(data)
        self._stream.write(self._decode(raw))
        return len(raw)


_open: list[Printed] = [Printed()]
_stdout, _stderr = _Stream("stdout"), _Stream("stderr")


@contextmanager
def printing(tell: Tell | None = None) -> Iterator[Printed]:
    """What is printed inside, by whoever has the streams: a logger keeps them over many runs."""
    printed = Printed(tell)
    before = sys.stdout, sys.stderr
    _open.append(printed)
    sys.stdout, sys.stderr = _stdout, _stderr
    try:
        yield printed
    finally:
        _open.remove(printed)
        sys.stdout, sys.stderr = before
        printed.flush()
