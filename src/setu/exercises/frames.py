"""Tracebacks for a learner: their own places stay, those of libraries become one line."""

from __future__ import annotations

import re
from collections.abc import Iterator

PLACE = re.compile(r'^(?P<edge>[ |+-]*)File "(?P<file>[^"]+)", line \d+')
OWN = re.compile(r"app[/\\\\]")


def fold_frames(lines: list[str]) -> Iterator[str]:
    """The lines of a verdict's log with ``…`` for each run of places outside the learner's app."""
    foreign: str | None = None  # the edge of a place outside, whose lines are left out
    for line in lines:
        if place := PLACE.match(line):
            own = OWN.match(place["file"])
            if not own and foreign is None:
                yield f"{place['edge']}…"
            foreign = None if own else place["edge"]
        elif foreign is not None and not line.startswith(f"{foreign} "):
            foreign = None
        if foreign is None:
            yield line
