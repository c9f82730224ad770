"""Lines that fit a terminal's window, also in Bangla and Hindi."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

from rich.cells import cell_len

LEAD = re.compile(r" *([^\w\s] )?")
"""What stands before the words of a line: spaces, and a sign such as ``✓``."""


def cells(text: str) -> int:
    """Columns of a terminal that the text takes at most.

    Rich counts no column for a vowel sign that stands beside its letter (category Mc): most
    terminals give it one.
    """
    return sum(1 if unicodedata.category(char) == "Mc" else cell_len(char) for char in text)


def wrap(text: str, width: int) -> Iterator[str]:
    """The text in lines of at most ``width`` columns, set in as far as the first, or its sign.

    Breaks only at spaces: a longer word has a line of its own.
    """
    first = LEAD.match(text)
    inset = len(first[0]) if first else 0
    line, *words = text[inset:].split(" ")
    line = text[:inset] + line
    for word in words:
        if cells(f"{line} {word}") <= width:
            line += f" {word}"
        else:
            yield line.rstrip(" ")
            line = " " * inset + word
    yield line
