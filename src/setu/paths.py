"""Where the course lies on this machine."""

from __future__ import annotations

import os
from pathlib import Path

from setu.errors import SetuError


def find_root(asked: Path | None = None) -> Path:
    """The course root: ``--root``, else ``SETU_ROOT``, else the nearest parent that is one.

    Raises ``SetuError`` when none of them is a course.
    """
    named = asked or (Path(value) if (value := os.environ.get("SETU_ROOT")) else None)
    if named is not None:
        if _is_root(named):
            return named.resolve()
        raise SetuError("root_is_no_course", path=named)
    here = Path.cwd()
    for folder in (here, *here.parents):
        if _is_root(folder):
            return folder
    raise SetuError("no_course_here", path=here)


def _is_root(folder: Path) -> bool:
    return (folder / "chapters").is_dir() and (folder / "exercises").is_dir()
