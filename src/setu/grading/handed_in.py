"""What was handed in: each folder or zip, whose it is by its name, and what is in it.

The names are a student's own, or those that Moodle or Canvas give when they export a class.
"""

from __future__ import annotations

import codecs
import os
import re
import tokenize
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from io import BytesIO
from pathlib import Path

from setu.errors import SetuError
from setu.grading.bench import digest
from setu.grading.places import folders_around, locate
from setu.grading.unpack import (
    LONGEST_NAME,
    Entry,
    Unreadable,
    modified,
    open_source,
    read_files,
    shown,
)

MOODLE = re.compile(
    r"(?P<name>.+?)_(?P<id>\d+)_assignsubmission_(?P<kind>[a-z]+)_?(?P<file>.*)", re.S
)
"""``Nadia Rahman_12345_assignsubmission_file_``, a folder, or with the file's name behind it."""
CANVAS = re.compile(r"(?P<name>[^_]+)_(?P<late>LATE_)?(?P<id>\d+)_\d+_(?P<file>.+)", re.S)
"""``rahmannadia_LATE_678_9012_work.zip``: student's number, submission's number."""
ENDING = re.compile(r"(\.tar)?\.\w{1,5}$")
"""What a file's name ends with: ``.rar``, ``.tar.gz``, ``.py``."""
CODECS = {
    *("utf-8", "utf-8-sig", "ascii", "iso8859-1", "iso8859-15"),
    *(f"cp{page}" for page in range(1250, 1259)),
}
"""What source files are saved in. No other codec sees a student's bytes: some take minutes."""


@dataclass(frozen=True)
class Note:
    """One line of the report. ``key`` names its message; ``student`` may be a file's name."""

    student: str
    key: str
    params: dict[str, str] = field(default_factory=dict)


@dataclass
class Submission:
    """One folder or zip of one student, or what counts of several.

    ``name``: the student's, as the file system has it; ``digests``: exercise id → sha256 of its
    files.
    """

    name: str
    path: Path
    id: str = ""
    submitted: datetime | None = None
    marked_late: bool = False
    digests: dict[str, str] = field(default_factory=dict)
    paths: dict[str, Path] = field(default_factory=dict)
    """Exercise id → the folder or zip that it is in."""
    online_text: bool = False
    """Whether it is what Moodle exports beside the files: a text typed into its page."""
    apart: bool = False
    """Whether the exercises lie in different folders, as if they were of several students."""
    error: str = ""
    """The message key of why it cannot be read, where it cannot."""
    ids: frozenset[str] = frozenset()
    """All exercises of the course, by which their folders are known."""
    notes: list[Note] = field(default_factory=list)

    @property
    def student(self) -> str:
        """The name for people, whole."""
        return shown(self.name, LONGEST_NAME) or "\ufffd"

    def note(self, key: str, **params: str) -> None:
        self.notes.append(Note(self.student, key, params))

    def files(self, exercise: str) -> dict[str, bytes]:
        """The files of one exercise, read again. Raises ``Unreadable``."""
        source = open_source(self.paths.get(exercise) or self.paths[""])
        found = locate(source, self.ids)
        return read_files(source, found.get(exercise) or found.get("", []))


def list_submissions(
    folder: Path, stray: list[Note], belongs: Callable[[str], bool]
) -> list[Submission]:
    """A submission for each entry of the folder, and for each zip in a student's folder.

    What is neither folder nor zip is one too if it ``belongs`` to a student of that name, or a
    platform named it; else it is noted in ``stray``. Raises ``SetuError`` if ``folder`` cannot be
    listed.
    """
    try:
        with os.scandir(folder) as listed:
            entries = sorted(listed, key=lambda entry: entry.name)
    except OSError as error:
        raise SetuError("grade_no_folder", path=folder) from error
    found: list[Submission] = []
    for entry in entries:
        if entry.name.startswith(".") or entry.name.lower() == "__macosx":
            continue
        path = Path(entry.path)
        if entry.is_symlink():
            stray.append(Note(shown(entry.name), "grade_entry_link"))
        elif entry.is_dir():
            inside = _zips_in(path)
            found += [_submission(each, entry.name) for each in inside or [path]]
        elif entry.is_file() and entry.name.lower().endswith(".zip"):
            found.append(_submission(path, entry.name))
        elif entry.is_file() and _is_somebodys(entry.name, belongs):
            found.append(_submission(path, f"{ENDING.sub('', entry.name)}.zip"))
        else:
            stray.append(Note(shown(entry.name), "grade_not_a_submission"))
    return found


def read_submission(submission: Submission, ids: frozenset[str]) -> None:
    """Read once what is in it; what is odd becomes a note, what cannot be read an ``error``."""
    submission.ids = ids
    try:
        _take_in(submission)
    except Unreadable as why:
        submission.error = why.key
        submission.digests = {}
        submission.note(why.key, **why.params)


def _is_somebodys(name: str, belongs: Callable[[str], bool]) -> bool:
    text = unicodedata.normalize("NFC", ENDING.sub("", name))
    return bool(MOODLE.fullmatch(text) or CANVAS.fullmatch(text)) or belongs(text)


def _zips_in(folder: Path) -> list[Path]:
    """The zips in a student's folder, where it has nothing but files: so platforms export them."""
    try:
        with os.scandir(folder) as listed:
            entries = [entry for entry in listed if not entry.name.startswith(".")]
    except OSError:
        return []
    if any(entry.is_symlink() or not entry.is_file() for entry in entries):
        return []
    return sorted(Path(each.path) for each in entries if each.name.lower().endswith(".zip"))


def _submission(path: Path, label: str) -> Submission:
    text = unicodedata.normalize("NFC", label)
    if match := MOODLE.fullmatch(text):
        text_only = match["kind"] == "onlinetext"
        return Submission(match["name"], path, match["id"], online_text=text_only)
    if text.lower().endswith(".zip"):
        if match := CANVAS.fullmatch(text):
            return Submission(match["name"], path, match["id"], marked_late=bool(match["late"]))
        text = text[: -len(".zip")]
    return Submission(text.strip(), path)


def _take_in(submission: Submission) -> None:
    source = open_source(submission.path)
    read: list[Entry] = []
    around: set[tuple[str, ...]] = set()
    for exercise, entries in sorted(locate(source, submission.ids).items()):
        files = read_files(source, entries)
        submission.digests[exercise] = digest(files)
        submission.paths[exercise] = submission.path
        read += [entry for _, entry in entries]
        around.add(folders_around(exercise, entries))
        for name, content in files.items():
            if name.endswith(".py") and not _is_text(content):
                source.left_out.add("grade_odd_encoding", f"{exercise}/{name}".lstrip("/"))
    submission.apart = len(around) > 1
    path = submission.path
    of_the_zip = None if path.is_dir() else modified(path.stat())
    told = [entry.modified for entry in read if entry.modified]
    submission.submitted = max(told, default=of_the_zip)
    for key, params in source.left_out.told():
        submission.note(key, **params)


def _is_text(content: bytes) -> bool:
    """Whether Python can read the file for sure: UTF-8, or what its first lines say."""
    try:
        encoding, _ = tokenize.detect_encoding(BytesIO(content).readline)
        known = codecs.lookup(encoding).name in CODECS
        return known and "\0" not in content.decode(encoding)
    except (SyntaxError, UnicodeError, LookupError):
        return False
