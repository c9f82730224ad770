"""The gradebook: one CSV, a line for each student.

Columns, in this order:

``student``            the name, whole, in any script
*the roster's own*     ``id`` and all columns that have no meaning here
``submitted``          when the newest file was changed, or what the roster says: ISO 8601
``late``               ``yes`` or ``no``; empty without a due date, or where no time is known
``ID``                 score of an exercise; empty if the grader could not come to a verdict
``ID max``             the most that it gives
``ID outcome``         a verdict's outcome, ``missing`` (nothing handed in) or ``unreadable``
``total`` ``max``      sums over all exercises; no ``total`` where a score is empty
``percent``            of ``max``, one decimal; empty if ``total`` is
``notes``              keys of the report's lines, with ``;`` between them

What is missing or unreadable counts 0. UTF-8 with a mark, or Excel shows Bangla as noise. A cell
that a spreadsheet would take for a formula, a phone number ``+880…`` among them, begins with an
apostrophe (OWASP, CSV injection).
"""

from __future__ import annotations

import csv
import io
import os
import re
import tempfile
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from setu.catalog import Exercise
from setu.checks.verdict import Verdict
from setu.errors import SetuError
from setu.grading.batch import Graded
from setu.grading.submissions import Class, Student

FORMULA = "=+-@＝＋－＠"
INNER_FORMULA = re.compile(rf"(?<=[;,|])([\s\"']*)(?=[{re.escape(FORMULA)}])")
"""Where a spreadsheet that splits at another sign than we do would see a cell begin."""


@dataclass(frozen=True)
class Row:
    """A student's scores. ``scores``: exercise id → score, ``None`` where the grader failed.

    ``total`` is ``None`` if a score is, and so is ``percent``.
    """

    student: Student
    scores: dict[str, int | None]
    outcomes: dict[str, str]
    total: int | None
    most: int
    percent: float | None


def make_rows(people: Class, exercises: Sequence[Exercise], graded: Graded) -> list[Row]:
    """The rows of the gradebook in the order of ``people``."""
    most = sum(exercise.max_score for exercise in exercises)
    rows = []
    for student in people.students:
        verdicts = graded.verdicts.get(student.name, {})
        outcomes = {each.id: _outcome(student, verdicts.get(each.id)) for each in exercises}
        scores: dict[str, int | None] = {}
        for id, outcome in outcomes.items():
            scores[id] = verdicts[id]["score"] if id in verdicts else 0
            if outcome == "checker_fault":
                scores[id] = None
        known = [score for score in scores.values() if score is not None]
        total = sum(known) if len(known) == len(scores) else None
        percent = round(100 * total / most, 1) if total is not None and most else None
        rows.append(Row(student, scores, outcomes, total, most, percent))
    return rows


def write_gradebook(
    path: Path, rows: Sequence[Row], exercises: Sequence[Exercise], columns: Sequence[str]
) -> None:
    """Write the CSV at once as a whole. ``columns``: those copied from the roster."""
    header = ["student", *columns, "submitted", "late"]
    for exercise in exercises:
        header += [exercise.id, f"{exercise.id} max", f"{exercise.id} outcome"]
    header += ["total", "max", "percent", "notes"]
    buffer = io.StringIO(newline="")
    table = csv.writer(buffer, quoting=csv.QUOTE_NONNUMERIC)
    table.writerow([safe_cell(name) for name in header])
    for row in rows:
        table.writerow(_cells(row, exercises, columns))
    write_whole(path, b"\xef\xbb\xbf" + buffer.getvalue().encode(errors="replace"))


def safe_cell(text: str) -> str:
    """Text that no spreadsheet takes for a formula, nor for more cells than one."""
    line = "".join(" " if unicodedata.category(c) in ("Cc", "Zl", "Zp") else c for c in text)
    line = INNER_FORMULA.sub(r"\1'", line)
    # Spaces and signs without width before the formula are passed over by some programs.
    begins = next((c for c in line if not c.isspace() and unicodedata.category(c) != "Cf"), "")
    begins_so = begins in set(FORMULA) or text[:1] in {"\t", "\r", "\n"}
    return f"'{line}" if begins_so else line


def write_whole(path: Path, content: bytes) -> None:
    """Write a file so that no half of it can stay, and the one before only gives way to it."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=".setu-")
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(content)
            mask = os.umask(0)
            os.umask(mask)
            Path(temporary).chmod(0o666 & ~mask)
            Path(temporary).replace(path)
        except BaseException:
            Path(temporary).unlink(missing_ok=True)
            raise
    except OSError as error:
        raise SetuError("grade_cannot_write", path=path, detail=error.strerror) from error


def _cells(row: Row, exercises: Sequence[Exercise], columns: Sequence[str]) -> list[object]:
    student, submission = row.student, row.student.submission
    submitted = submission.submitted if submission else None
    late = {True: "yes", False: "no", None: ""}[student.late]
    cells: list[object] = [safe_cell(student.name)]
    cells += [safe_cell(student.others.get(name, "")) for name in columns]
    cells += [submitted.isoformat(timespec="seconds") if submitted else "", late]
    for exercise in exercises:
        score = row.scores[exercise.id]
        cells += ["" if score is None else score, exercise.max_score, row.outcomes[exercise.id]]
    notes = [note.key.removeprefix("grade_") for note in student.notes]
    total, percent = ("" if value is None else value for value in (row.total, row.percent))
    return [*cells, total, row.most, percent, "; ".join(dict.fromkeys(notes))]


def _outcome(student: Student, verdict: Verdict | None) -> str:
    if verdict:
        return verdict["outcome"]
    return "unreadable" if student.submission and student.submission.error else "missing"
