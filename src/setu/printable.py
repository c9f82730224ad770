"""Text from strangers, made safe to show in a terminal, a page or a table."""

from __future__ import annotations

import unicodedata
from typing import TypeVar

JOINERS = "\u200c\u200d"
"""Not printable to Python, and yet part of Bangla and Hindi words."""
KEPT = f"\n\t{JOINERS}"
Data = TypeVar("Data")


def printable(text: str) -> str:
    """The text with ``�`` for each sign that commands, hides or turns the direction of others.

    Those are control characters, all marks and overrides of direction, signs without width, and
    what is no character at all. Lines, tabs and spaces of all kinds stay.
    """
    return "".join(
        char if char.isprintable() or char in KEPT or unicodedata.category(char) == "Zs" else "�"
        for char in text.replace("\r\n", "\n")
    )


def printable_data(data: Data) -> Data:
    """The same JSON with each text in it made ``printable``; names of fields are ours."""
    if isinstance(data, str):
        return printable(data)  # type: ignore[return-value]
    if isinstance(data, list):
        return [printable_data(each) for each in data]  # type: ignore[return-value]
    if isinstance(data, dict):
        return {name: printable_data(each) for name, each in data.items()}  # type: ignore[return-value]
    return data
