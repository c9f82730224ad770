"""Spaces: the folders in which chapters, labs and exercises run, each with its own settings.

====================  ===============================================================
``/course``           the course as it is: ``chapters.ch07_create_read.app`` imports
``/course/notebooks``  one folder for each lab
``/work``             one folder for each chapter and exercise, with the reader's files
====================  ===============================================================
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Literal, TypedDict

from setu_page import databases, stand_ins
from setu_page.databases import Save, Saver
from setu_page.processes import set_environment

Kind = Literal["chapter", "lab", "exercise"]

ENVIRONMENT = {
    "NO_COLOR": "1",
    "PYTHON_COLORS": "0",
    "TERM": "dumb",
    "COLUMNS": "88",
    "LC_ALL": "C.UTF-8",
    "TZ": "UTC",
}
"""What every space finds in its environment."""


class SpaceTold(TypedDict):
    """``Space`` of protocol.ts."""

    kind: Kind
    id: str


class Space:
    """One folder with its own environment variables and database files."""

    def __init__(self, kind: Kind, id: str, root: Path) -> None:
        self.kind, self.id = kind, id
        self.course = root / "course"
        self.folder = self.course / "notebooks" / id if kind == "lab" else root / "work" / id
        self.folder.mkdir(parents=True, exist_ok=True)
        self.environment = {**os.environ, **ENVIRONMENT}
        self._written: set[str] = set()

    @property
    def told(self) -> SpaceTold:
        return {"kind": self.kind, "id": self.id}

    @contextmanager
    def entered(self, save: Save) -> Iterator[None]:
        """Inside: the folder is the working folder and first on ``sys.path``.

        ``save`` takes the databases after each commit, and at the end what has changed since.
        """
        saver = Saver(self.folder, save)
        stand_ins.committed(saver.committed)
        before = os.getcwd(), dict(os.environ), [*sys.path]
        os.chdir(self.folder)
        set_environment(self.environment)
        sys.path[:] = [str(self.folder), str(self.course), *sys.path]
        try:
            yield
        finally:
            self.environment = dict(os.environ)
            os.chdir(before[0])
            set_environment(before[1])
            sys.path[:] = before[2]
            stand_ins.committed(lambda: None)
            saver.finish()

    def put(self, files: Mapping[str, str]) -> bool:
        """Make the folder hold these files (path → text); tell whether that changed any."""
        gone = self._written - set(files)
        for path in gone:
            (self.folder / path).unlink(missing_ok=True)
        self._written = set(files)
        return bool(write(self.folder, files) or gone)

    def hold(self, changed: Mapping[str, str | None]) -> None:
        """What a command has made or deleted counts from now on as put there."""
        self._written |= {path for path, text in changed.items() if text is not None}
        self._written -= {path for path, text in changed.items() if text is None}

    def texts(self) -> dict[str, str]:
        """The files that are text and not hidden, by path; databases and caches are not."""
        found = {}
        for path in sorted(self.folder.rglob("*")):
            inside = path.relative_to(self.folder)
            if path.is_file() and "__pycache__" not in inside.parts:
                try:
                    found[inside.as_posix()] = path.read_text(encoding="utf-8")
                except UnicodeDecodeError:
                    continue
        return found

    def database(self) -> Path | None:
        """The database that is looked at: the one written last."""
        files = databases.database_files(self.folder)
        return max(files, key=lambda path: path.stat().st_mtime_ns, default=None)


def write(folder: Path, files: Mapping[str, str]) -> bool:
    """Write the files that are not there yet as they are; a path out of the folder is refused."""
    changed = False
    for path, text in files.items():
        file = (folder / path).resolve()
        if not file.is_relative_to(folder.resolve()):
            raise ValueError(f"{path} lies outside of its folder")
        if not file.is_file() or file.read_text(encoding="utf-8") != text:
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text, encoding="utf-8")
            changed = True
    return changed
