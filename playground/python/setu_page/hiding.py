"""Tracebacks without the playground's own frames: on a computer they would not be there."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path
from types import TracebackType

OURS = str(Path(__file__).parent)


def without_us(error: BaseException) -> BaseException:
    """The same exception; it and those that led to it lose the frames of this package."""
    seen: set[int] = set()
    waiting: list[BaseException | None] = [error]
    while waiting:
        each = waiting.pop()
        if each is None or id(each) in seen:
            continue
        seen.add(id(each))
        each.__traceback__ = _kept(each.__traceback__)
        waiting += [each.__cause__, each.__context__]
        if isinstance(each, BaseExceptionGroup):
            waiting += each.exceptions
    return error


def _kept(trace: TracebackType | None) -> TracebackType | None:
    kept = []
    while trace is not None:
        if not trace.tb_frame.f_code.co_filename.startswith(OURS):
            kept.append(trace)
        trace = trace.tb_next
    if kept:
        kept[-1].tb_next = None
    for each, following in pairwise(kept):
        each.tb_next = following
    return kept[0] if kept else None
