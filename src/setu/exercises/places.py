"""Where in the learner's own code something went wrong, and in which words Python says it."""

from __future__ import annotations

import os
import re
import traceback
from pathlib import Path

from fastapi.exceptions import ResponseValidationError
from starlette.types import Scope

from setu.checks.subject import Frame


def print_own(error: BaseException, folder: Path) -> None:
    """Print the traceback as Python does, from the first place in ``folder`` on."""
    trace = error.__traceback__
    while trace and not _own(trace.tb_frame.f_code.co_filename, folder):
        trace = trace.tb_next
    traceback.print_exception(type(error), error, trace)


def describe(error: BaseException, folder: Path) -> str:
    """An exception in one line, without addresses and with files as seen from ``folder``."""
    message = str(error)
    if isinstance(error, SyntaxError):  # its str() has the file and the line once more
        message = error.msg
    elif isinstance(error, ResponseValidationError):
        message = _unreadable(error)
    text = " ".join(f"{type(error).__name__}: {message}".split()).removesuffix(":")
    return re.sub(r" at 0x[0-9a-fA-F]+", "", text).replace(f"{folder}{os.sep}", "")


def _unreadable(error: ResponseValidationError) -> str:
    """What a route returned and what it lacks, where FastAPI tells of each field at length."""
    fields: dict[str, list[str]] = {}
    for each in error.errors():
        place = ".".join(map(str, each["loc"][1:]))  # the first is always "response"
        fields.setdefault(each["msg"], []).append(place)
    lacks = "; ".join(f"{msg}: {', '.join(places)}".rstrip(": ") for msg, places in fields.items())
    return f"returned {type(error.body).__name__}: {lacks}"


def own_frames(error: BaseException, folder: Path) -> list[Frame]:
    """The places of a traceback that lie in the learner's ``folder``, outermost first.

    A ``SyntaxError`` in one of their files is itself the last place.
    """
    frames: list[Frame] = [
        {"file": file, "line": line or 0, "name": frame.f_code.co_name}
        for frame, line in traceback.walk_tb(error.__traceback__)
        if (file := _own(frame.f_code.co_filename, folder))
    ]
    if isinstance(error, SyntaxError) and error.filename and (file := _own(error.filename, folder)):
        frames.append({"file": file, "line": error.lineno or 0, "name": "<module>"})
    return frames


def route_frame(scope: Scope, folder: Path) -> list[Frame]:
    """The function of the learner's that answers the request, once it has been routed."""
    code = getattr(scope.get("endpoint"), "__code__", None)
    # Starlette names a route of the same path also when it answers 405 for another method.
    if scope.get("method") not in (getattr(scope.get("route"), "methods", None) or ()):
        return []
    if code is None or not (file := _own(code.co_filename, folder)):
        return []
    return [{"file": file, "line": code.co_firstlineno, "name": code.co_name}]


def _own(filename: str, folder: Path) -> str:
    path = Path(filename)
    return path.relative_to(folder).as_posix() if path.is_relative_to(folder) else ""
