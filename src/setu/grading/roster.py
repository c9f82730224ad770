"""The list of the class: a CSV that names the students, so that a missing one is seen."""

from __future__ import annotations

import csv
import io
import unicodedata
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from setu.errors import SetuError
from setu.i18n import LANGUAGES

OWN = ("student", "id", "language", "submitted")
"""Columns with a meaning here; all others are copied into the gradebook."""


@dataclass(frozen=True)
class Enrolled:
    """A line of the roster. ``others``: its further columns, as they are."""

    student: str
    id: str = ""
    language: str = ""
    submitted: datetime | None = None
    others: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Roster:
    students: list[Enrolled] = field(default_factory=list)
    columns: list[str] = field(default_factory=list)
    """Names of the columns that are copied, ``id`` among them if the roster has it."""

    def find(self, name: str, id: str = "") -> Enrolled | None:
        """The one student with this name, else the one with this number of the platform.

        The name first: Moodle's number is that of a participant in one assignment, and small.
        """
        named = [each for each in self.students if same(each.student) == same(name)]
        if len(named) == 1:
            return named[0]
        numbered = [each for each in named or self.students if id and each.id == id]
        return numbered[0] if len(numbered) == 1 else None


def same(name: str) -> str:
    """A name as it is compared: one spelling of Unicode, small letters, single spaces."""
    return " ".join(unicodedata.normalize("NFC", name).casefold().split())


def read_roster(path: Path) -> Roster:
    """Read a CSV in UTF-8 with a column ``student``. Raises ``SetuError``."""
    try:
        text = path.read_bytes().decode("utf-8-sig")
        table = csv.DictReader(io.StringIO(text, newline=""), restkey="", restval="")
        columns = [unicodedata.normalize("NFC", name.strip()) for name in table.fieldnames or []]
        table.fieldnames = columns
        rows = [{name: (row[name] or "").strip() for name in columns} for row in table]
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise SetuError("grade_roster_unreadable", path=path, detail=error) from error
    if "student" not in columns:
        raise SetuError("grade_roster_columns", path=path)
    students = []
    for number, row in enumerate(rows, start=2):
        if not row["student"]:
            continue
        language = row.get("language", "").lower()
        if language and language not in LANGUAGES:
            raise SetuError("grade_roster_language", path=path, line=number, value=language)
        students.append(
            Enrolled(
                student=unicodedata.normalize("NFC", row["student"]),
                id=row.get("id", ""),
                language=language,
                submitted=parse_time(row.get("submitted", "")),
                others={name: row[name] for name in columns if name not in OWN or name == "id"},
            )
        )
    return Roster(students, [name for name in columns if name not in OWN or name == "id"])


def parse_time(text: str) -> datetime | None:
    """A time like ``2026-11-20T23:59``, without a zone that of this machine; none if empty."""
    if not text:
        return None
    try:
        return datetime.fromisoformat(text).astimezone()
    except (ValueError, OverflowError) as error:
        raise SetuError("grade_bad_time", value=text) from error
