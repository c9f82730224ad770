"""Who handed in what: the folder of submissions, as a class or a learning platform leaves it.

Each entry of the folder is one submission, a folder or a zip.
"""

from __future__ import annotations

import codecs
import os
import re
import tokenize
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from io import BytesIO
from pathlib import Path

from setu.errors import SetuError
from setu.grading.bench import digest
from setu.grading.places import locate
from setu.grading.roster import Enrolled, Roster, same
from setu.grading.unpack import (
    Entry,
    Source,
    Unreadable,
    open_source,
    read_files,
    shown,
)

MOODLE = re.compile(r"(?P<name>.+?)_(?P<id>\d+)_assignsubmission_[a-z]+_?(?P<file>.*)", re.S)
"""``Nadia Rahman_12345_assignsubmission_file_``, a folder, or with the file's name behind it."""
CANVAS = re.compile(r"(?P<name>[^_]+)_(?P<late>LATE_)?(?P<id>\d+)_\d+_(?P<file>.+)", re.S)
"""``rahmannadia_LATE_678_9012_work.zip``: student's number, submission's number."""
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
    """One folder or zip of one student. ``digests``: exercise id → sha256 of its files."""

    student: str
    path: Path
    id: str = ""
    submitted: datetime | None = None
    marked_late: bool = False
    digests: dict[str, str] = field(default_factory=dict)
    error: str = ""
    """The message key of why it cannot be read, where it cannot."""
    ids: frozenset[str] = frozenset()
    """All exercises of the course, by which their folders are known."""

    def files(self, exercise: str) -> dict[str, bytes]:
        """The files of one exercise, read again. Raises ``Unreadable``."""
        source = open_source(self.path)
        found = locate(source, self.ids)
        return read_files(source, found.get(exercise) or found.get("", []))


@dataclass
class Student:
    """A line of the gradebook. ``late``: unknown (``None``) without a due date or a time."""

    name: str
    language: str = ""
    others: dict[str, str] = field(default_factory=dict)
    submission: Submission | None = None
    late: bool | None = None
    notes: list[Note] = field(default_factory=list)


@dataclass
class Class:
    """Everybody, by name; ``stray``: notes on entries that belong to nobody."""

    students: list[Student]
    stray: list[Note]

    @property
    def notes(self) -> list[Note]:
        return [*self.stray, *(note for student in self.students for note in student.notes)]


def read_class(
    folder: Path, exercises: Iterable[str], roster: Roster, due: datetime | None
) -> Class:
    """Read every submission in ``folder``; what is odd about each becomes a note.

    Raises ``SetuError`` only when ``folder`` itself cannot be listed, or the roster has a column
    that is one of an exercise in the gradebook.
    """
    ids = frozenset(exercises)
    for column in roster.columns:
        if column.removesuffix(" max").removesuffix(" outcome") in ids:
            raise SetuError("grade_roster_own_column", name=column)
    stray: list[Note] = []
    students: dict[str, Student] = {}
    for submission, notes in _read_all(_candidates(folder, stray), ids):
        enrolled = roster.find(submission.student, submission.id)
        if enrolled and enrolled.submitted:
            submission.submitted = enrolled.submitted
        key = f"roster {roster.students.index(enrolled)}" if enrolled else _key(submission)
        student = students.setdefault(key, _student(submission, enrolled))
        if roster.students and not enrolled and not student.submission:
            student.notes.append(Note(student.name, "grade_not_in_roster"))
        _hand_in(student, submission, notes)
    for number, enrolled in enumerate(roster.students):
        if f"roster {number}" not in students:
            student = Student(enrolled.student, enrolled.language, enrolled.others)
            student.notes.append(Note(enrolled.student, "grade_missing"))
            students[f"roster {number}"] = student
    everybody = sorted(students.values(), key=_place)
    _tell_apart(everybody)
    for student in everybody:
        _note_late(student, due)
    return Class(everybody, stray)


def _candidates(folder: Path, stray: list[Note]) -> list[Submission]:
    """A submission for each entry of the folder, and for each zip in a student's folder."""
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
        else:
            stray.append(Note(shown(entry.name), "grade_not_a_submission"))
    return found


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
    text = unicodedata.normalize("NFC", label.encode(errors="replace").decode())
    if match := MOODLE.fullmatch(text):
        return Submission(shown(match["name"]), path, match["id"])
    if text.lower().endswith(".zip"):
        if match := CANVAS.fullmatch(text):
            return Submission(
                shown(match["name"]), path, match["id"], marked_late=bool(match["late"])
            )
        text = text[: -len(".zip")]
    return Submission(shown(text.strip()) or "\ufffd", path)


def _read_all(
    submissions: list[Submission], ids: frozenset[str]
) -> Iterable[tuple[Submission, list[Note]]]:
    for submission in submissions:
        notes: list[Note] = []
        try:
            source = open_source(submission.path)
            submission.ids = ids
            _take_in(submission, source, notes)
        except Unreadable as why:
            submission.error = why.key
            submission.digests = {}
            notes.append(Note(submission.student, why.key, why.params))
        yield submission, notes


def _take_in(submission: Submission, source: Source, notes: list[Note]) -> None:
    found = locate(source, submission.ids)
    read: list[Entry] = []
    for exercise, entries in sorted(found.items()):
        files = read_files(source, entries)
        submission.digests[exercise] = digest(files)
        read += [entry for _, entry in entries]
        for name, content in files.items():
            if name.endswith(".py") and not _is_text(content):
                source.left_out.add("grade_odd_encoding", f"{exercise}/{name}".lstrip("/"))
    submission.submitted = max((each.modified for each in read if each.modified), default=None)
    notes += [Note(submission.student, key, params) for key, params in source.left_out.told()]


def _is_text(content: bytes) -> bool:
    """Whether Python can read the file for sure: UTF-8, or what its first lines say."""
    try:
        encoding, _ = tokenize.detect_encoding(BytesIO(content).readline)
        known = codecs.lookup(encoding).name in CODECS
        return known and "\0" not in content.decode(encoding)
    except (SyntaxError, UnicodeError, LookupError):
        return False


def _key(submission: Submission) -> str:
    return f"{same(submission.student)}\0{submission.id}"


def _student(submission: Submission, enrolled: Enrolled | None) -> Student:
    if enrolled:
        return Student(enrolled.student, enrolled.language, enrolled.others)
    return Student(submission.student)


def _hand_in(student: Student, submission: Submission, notes: list[Note]) -> None:
    """Keep the newest of a student's submissions that can be read; the others are noted."""
    before = student.submission
    if before is None:
        student.submission, student.notes = submission, [*student.notes, *notes]
        return
    newer = not submission.error and (bool(before.error) or _age(submission) >= _age(before))
    kept, other = (submission, before) if newer else (before, submission)
    if newer:
        student.submission = submission
        student.notes = [note for note in student.notes if note.key in KEPT] + notes
    student.notes.append(
        Note(
            student.name,
            "grade_duplicate",
            {"graded": shown(kept.path.name), "other": shown(other.path.name)},
        )
    )


KEPT = {"grade_not_in_roster", "grade_duplicate"}
"""Notes about the student, which stay when a newer submission takes the place of another."""


def _age(submission: Submission) -> float:
    return submission.submitted.timestamp() if submission.submitted else 0.0


def _place(student: Student) -> tuple[str, str]:
    submission = student.submission
    return same(student.name), submission.id if submission else student.others.get("id", "")


def _tell_apart(students: list[Student]) -> None:
    """Two students of one name get the platform's number behind it, or else a number."""
    names = [same(student.name) for student in students]
    for student, name in zip(students, names, strict=True):
        id = (student.submission and student.submission.id) or student.others.get("id", "")
        if names.count(name) > 1 and id:
            student.name = f"{student.name} ({id})"
    taken: dict[str, int] = {}
    for student in students:
        number = taken[student.name] = taken.get(student.name, 0) + 1
        if number > 1:
            student.name = f"{student.name} ({number})"
        student.notes = [Note(student.name, note.key, note.params) for note in student.notes]


def _note_late(student: Student, due: datetime | None) -> None:
    submission = student.submission
    if submission is None:
        return
    if due and submission.submitted:
        student.late = submission.submitted > due
    if submission.marked_late:
        student.late = True
    if student.late:
        told = f"{submission.submitted:%Y-%m-%d %H:%M}" if submission.submitted else "?"
        student.notes.append(Note(student.name, "grade_late", {"submitted": told}))
