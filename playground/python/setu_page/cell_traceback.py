"""Tracebacks as Jupyter prints them: the cell's lines with an arrow, other people's frames folded.

The layout is IPython's, so that what a lab prints here is what is stored in the notebook.
"""

from __future__ import annotations

import inspect
import linecache
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from types import FrameType, TracebackType
from typing import Any

from setu.chapters.normalise import owner_of_frame
from setu.labs.outputs import fold_frames

WIDTH = 75
NUMBERS = 7
"""Columns that a line's number takes, with the arrow before it."""
CONTEXT = 5
CONTEXT_OF_CAUSE = 3
"""Lines around the place; those that led to an exception are shown shorter."""
PROCESS = 1
FOLDER = f"/tmp/ipykernel_{PROCESS}"  # noqa: S108  (there is no such folder)
"""Where Jupyter says that the code of a cell is."""
CELL = re.compile(r"[/\\]ipykernel_\d+[/\\](\d+)\.py$")
CAUSED = "The above exception was the direct cause of the following exception:"
DURING = "During handling of the above exception, another exception occurred:"


def cell_file(number: int) -> str:
    """The file name of the code of a cell: one that output is normalised for, as in Jupyter."""
    return f"{FOLDER}/{number}.py"


def format_error(error: BaseException, own: Sequence[Path]) -> str:
    """The traceback of an exception; ``own``: the folders whose frames are shown with source."""
    if isinstance(error, SyntaxError) and CELL.search(error.filename or ""):
        return _syntax_error(error)
    paragraphs = [paragraph for part in _chain(error) for paragraph in _paragraphs(*part, own)]
    return "-" * WIDTH + "\n" + fold_frames("\n\n".join(paragraphs), own)


def _chain(error: BaseException) -> Iterator[tuple[BaseException, int, str]]:
    """The first cause first: each exception, its lines of context, and what stands after it."""
    parts: list[tuple[BaseException, int, str]] = [(error, CONTEXT, "")]
    seen = {id(error)}
    while True:
        shown = parts[-1][0]
        before = shown.__cause__ or (None if shown.__suppress_context__ else shown.__context__)
        if before is None or id(before) in seen:
            return iter(reversed(parts))
        seen.add(id(before))
        parts.append((before, CONTEXT_OF_CAUSE, CAUSED if shown.__cause__ else DURING))


def _paragraphs(
    error: BaseException, context: int, leads_to: str, own: Sequence[Path]
) -> Iterator[str]:
    name = type(error).__name__
    yield name + "Traceback (most recent call last)".rjust(WIDTH - len(name))
    trace = error.__traceback__
    while trace is not None:
        yield _frame(trace, context - 1, own)
        trace = trace.tb_next
    yield "\n".join([f"{name}: {_text_of(error)}", *getattr(error, "__notes__", [])])
    if leads_to:
        yield leads_to


def _frame(trace: TracebackType, context: int, own: Sequence[Path]) -> str:
    frame, line = trace.tb_frame, trace.tb_lineno
    file = frame.f_code.co_filename
    called = _called(frame)
    if cell := CELL.search(file):
        lines = _around(frame, line, context)
        return "\n".join([f"Cell In[{cell[1]}], line {line}{called}", *lines])
    head = f"File {file}:{line}{called}"
    if owner_of_frame(file, frame.f_code.co_name, [str(folder) for folder in own]):
        return head
    return "\n".join([head, *_pieces_around(trace, context)])


def _called(frame: FrameType) -> str:
    if frame.f_code.co_name == "<module>":
        return ""
    arguments = inspect.getargvalues(frame)
    names = [*arguments.args]
    names += [f"*{arguments.varargs}"] if arguments.varargs else []
    names += [f"**{arguments.keywords}"] if arguments.keywords else []
    return f", in {frame.f_code.co_qualname}({', '.join(names)})"


def _around(frame: FrameType, line: int, context: int) -> list[str]:
    """Lines of a cell, or of the function in it that was running."""
    lines = linecache.getlines(frame.f_code.co_filename)
    first = frame.f_code.co_firstlineno
    if frame.f_code.co_name != "<module>":
        lines = lines[: first - 1] + inspect.getblock(lines[first - 1 :])
    shown = range(max(first, line - context), min(line + context, len(lines) + 1))
    return [_numbered(number, lines[number - 1], number == line) for number in shown]


def _pieces_around(trace: TracebackType, context: int) -> list[str]:
    """Whole statements of a file, as many before and after as IPython shows."""
    from stack_data import core

    after = context // 2
    options = core.Options(before=context - after, after=after)
    shown: Any = core.FrameInfo(trace, options)
    return [
        "   (...)"
        if line is core.LINE_GAP
        else _numbered(line.lineno, line.render(), line.is_current)
        for line in shown.lines
    ]


def _numbered(number: int, text: str, current: bool) -> str:
    head = "-" * (NUMBERS - len(str(number)) - 2) + f"> {number}" if current else f"{number:7}"
    return f"{head} {text.rstrip()}".rstrip()


def _text_of(error: BaseException) -> str:
    try:
        return str(error)
    except Exception:  # the reader's own __str__
        return "<exception str() failed>"


def _syntax_error(error: SyntaxError) -> str:
    cell = CELL.search(error.filename or "")
    assert cell is not None
    lines = [f"  Cell In[{cell[1]}], line {error.lineno}"]
    if error.text:
        text = error.text.rstrip("\n")
        lines += [f"    {text.lstrip()}"]
        if error.offset:
            lines.append(" " * (4 + error.offset - 1 - len(text) + len(text.lstrip())) + "^")
    return "\n".join([*lines, f"{type(error).__name__}: {error.msg}"])
