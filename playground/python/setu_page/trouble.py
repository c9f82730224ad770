"""What went wrong in the reader's code, in the form that the page shows."""

from __future__ import annotations

import os
import traceback
from pathlib import Path
from typing import TypedDict

from setu.checks.subject import Frame
from setu.exercises.frames import fold_frames
from setu.exercises.places import describe, own_frames
from setu_page.hiding import without_us


class Trouble(TypedDict):
    """``Trouble`` of protocol.ts: Python's last line, the reader's places, the traceback."""

    error: str
    frames: list[Frame]
    traceback: str


def trouble(error: BaseException, folder: Path) -> Trouble:
    """``folder``: where the reader's package ``app`` lies."""
    without_us(error)
    try:
        lines = "".join(traceback.format_exception(error)).splitlines()
    except Exception:  # the exception's own __str__ may be the reader's, and broken
        lines = [type(error).__name__]
    own = [line.replace(f"{folder}{os.sep}", "") for line in lines]
    return {
        "error": _described(error, folder),
        "frames": own_frames(error, folder),
        "traceback": "\n".join(fold_frames(own)),
    }


def _described(error: BaseException, folder: Path) -> str:
    try:
        return describe(error, folder)
    except Exception:
        return type(error).__name__
