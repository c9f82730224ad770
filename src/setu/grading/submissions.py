"""Who handed in what: the students of a class, each with all that is theirs."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from setu.errors import SetuError
from setu.grading.handed_in import Note, Submission, list_submissions, read_submission
from setu.grading.merge import merge
from setu.grading.roster import Enrolled, Roster, same
from setu.grading.unpack import LONGEST_PATH, shown


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
    submissions = list_submissions(folder, stray, lambda name: roster.find(name) is not None)
    theirs: dict[tuple[str, str], list[Submission]] = {}
    listed: dict[tuple[str, str], Enrolled] = {
        (same(each.student), each.id): each for each in roster.students
    }
    for submission in submissions:
        read_submission(submission, ids)
        enrolled = roster.find(submission.name, submission.id)
        name, id = (enrolled.student, enrolled.id) if enrolled else (submission.name, submission.id)
        theirs.setdefault((same(name), id), []).append(submission)
    stray += _suggest_inner_folder(folder, submissions)
    everybody = [
        _student(theirs.get(key, []), listed.get(key), roster)
        for key in dict.fromkeys([*theirs, *listed])
    ]
    everybody.sort(key=_place)
    _tell_apart(everybody)
    for student in everybody:
        _note_late(student, due)
    return Class(everybody, stray)


def note_missing(people: Class, exercises: Iterable[str]) -> None:
    """Note on each student which of the exercises are missing beside those handed in."""
    asked = list(exercises)
    for student in people.students:
        digests = student.submission.digests if student.submission else {}
        missing = [id for id in asked if id not in digests]
        if digests and "" not in digests and missing:
            params = {"exercises": ", ".join(missing)}
            student.notes.append(Note(student.name, "grade_not_all", params))


def _suggest_inner_folder(folder: Path, submissions: Sequence[Submission]) -> list[Note]:
    """A note where the folder around that of the class was named: all seems one student's."""
    places = {each.path if each.path.parent == folder else each.path.parent for each in submissions}
    mixed = any(each.apart or each.error == "grade_ambiguous" for each in submissions)
    several = len(submissions) > 1 or mixed
    if len(places) != 1 or not several or submissions[0].id:
        return []
    (inner,) = places
    params = {"folder": shown(str(inner), LONGEST_PATH)}
    return [Note(shown(inner.name), "grade_inner_folder", params)] if inner.is_dir() else []


def _student(theirs: Sequence[Submission], enrolled: Enrolled | None, roster: Roster) -> Student:
    """A student of whom there is a submission, or a line of the roster, or both."""
    if enrolled:
        student = Student(enrolled.student, enrolled.language, enrolled.others)
    else:
        student = Student(theirs[0].student)
        if roster.students:
            student.notes.append(Note(student.name, "grade_not_in_roster"))
    if not theirs:
        student.notes.append(Note(student.name, "grade_missing"))
        return student
    student.submission = merge(theirs)
    if enrolled and enrolled.submitted:
        student.submission.submitted = enrolled.submitted
    student.notes += student.submission.notes
    return student


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
    own = {student.name for student in students}
    taken: set[str] = set()
    for student in students:
        name, number = student.name, 1
        while name in taken or (number > 1 and name in own):
            number += 1
            name = f"{student.name} ({number})"
        taken.add(name)
        student.name = name
        student.notes = [Note(name, note.key, note.params) for note in student.notes]


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
    elif due and student.late is None and not submission.error:
        student.notes.append(Note(student.name, "grade_no_time"))
