"""The list of the class: a CSV that names the students, so that a missing one is seen."""

from __future__ import annotations

import csv
import io
import unicodedata
from dataclasses import dataclass, field
from datetime import datetime
from itertools import zip_longest
from pathlib import Path

from setu.errors import SetuError
from setu.grading.unpack import shown
from setu.i18n import LANGUAGES

OWN = ("student", "id", "language", "submitted")
"""Columns with a meaning here; all others are copied into the gradebook."""
GRADEBOOK = ("late", "total", "max", "percent", "notes")
"""Columns of the gradebook, beside those of each exercise, that no other can have the name of."""


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
    columns, rows = _read_table(path)
    if "student" not in columns:
        raise SetuError("grade_roster_columns", path=path)
    for column in columns:
        if columns.count(column) > 1:
            raise SetuError("grade_roster_column_twice", path=path, name=column)
        if column in GRADEBOOK:
            raise SetuError("grade_roster_own_column", name=column)
    copied = [name for name in columns if name not in OWN or name == "id"]
    students: list[Enrolled] = []
    lines: dict[tuple[str, str], int] = {}
    for line, row in rows:
        name, id = unicodedata.normalize("NFC", row["student"]), row.get("id", "")
        if not name:
            continue
        first = lines.setdefault((same(name), id), line)
        if first != line:
            told = {"name": shown(name), "first": first, "second": line}
            raise SetuError("grade_roster_twice", path=path, **told)
        language, time = row.get("language", "").lower(), row.get("submitted", "")
        if language and language not in LANGUAGES:
            raise SetuError("grade_roster_language", path=path, line=line, value=language)
        try:
            submitted = parse_time(time)
        except SetuError as error:
            raise SetuError("grade_roster_time", path=path, line=line, value=time) from error
        others = {column: row[column] for column in copied}
        students.append(Enrolled(name, id, language, submitted, others))
    return Roster(students, copied)


def _read_table(path: Path) -> tuple[list[str], list[tuple[int, dict[str, str]]]]:
    """The names of the columns, and the number of each line with its cells."""
    try:
        text = path.read_bytes().decode("utf-8-sig")
        table = csv.reader(io.StringIO(text, newline=""))
        header = [unicodedata.normalize("NFC", name.strip()) for name in next(table, [])]
        rows = []
        for cells in table:
            named = zip_longest(header, cells[: len(header)], fillvalue="")
            rows.append((table.line_num, {name: cell.strip() for name, cell in named if name}))
    except OSError as error:
        raise SetuError("grade_no_roster", path=path) from error
    except (UnicodeDecodeError, csv.Error) as error:
        raise SetuError("grade_roster_unreadable", path=path) from error
    return [name for name in header if name], [row for row in rows if any(row[1].values())]


def parse_time(text: str) -> datetime | None:
    """A time like ``2026-11-20T23:59``, without a zone that of this machine; none if empty."""
    if not text:
        return None
    try:
        return datetime.fromisoformat(text).astimezone()
    except (ValueError, OverflowError) as error:
        raise SetuError("grade_bad_time", value=text) from error
