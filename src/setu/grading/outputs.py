"""What a batch leaves: gradebook and class page, and if asked for verdicts and feedback."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from setu.catalog import Exercise
from setu.checks.verdict import Verdict
from setu.errors import SetuError
from setu.exercises.work import file_name
from setu.grading.batch import Graded
from setu.grading.class_page import MARK as CLASS
from setu.grading.class_page import write_class_page
from setu.grading.feedback import MARK, write_feedback
from setu.grading.gradebook import Row, write_gradebook, write_whole
from setu.grading.roster import same
from setu.grading.submissions import Class


@dataclass(frozen=True)
class Outputs:
    """Where things go. ``verdicts``: ``DIR/<student>/<exercise>.json``; ``feedback``: ``.html``."""

    gradebook: Path
    verdicts: Path | None = None
    feedback: Path | None = None

    @property
    def class_page(self) -> Path:
        return self.gradebook.with_suffix(".html")

    @property
    def journal(self) -> Path:
        return self.gradebook.with_name(f"{self.gradebook.name}.journal.jsonl")

    def prepare(self, submissions: Path) -> None:
        """Make the folders and see that all can be written, before anything is graded.

        Raises ``SetuError``, also for a place where the next run would take it for a submission.
        """
        _need_file(self.gradebook)
        if self.gradebook.suffix.lower() == self.class_page.suffix:
            csv = self.gradebook.with_suffix(".csv")
            raise SetuError("grade_out_is_page", path=self.gradebook, csv=csv)
        _need_file(self.class_page)
        if self.class_page.exists() and not _has(self.class_page, CLASS):
            raise SetuError("grade_page_not_ours", path=self.class_page)
        _need_file(self.journal)
        beside = self.gradebook.parent
        if beside.resolve() != submissions.resolve():  # a file among zips is passed over
            _need_outside(beside, submissions, "--out")
        _need_folder(beside, "--out")
        for folder, option in ((self.verdicts, "--json"), (self.feedback, "--feedback")):
            if folder:
                _need_outside(folder, submissions, option)
                _need_folder(folder, option)

    def write(  # noqa: PLR0913, PLR0917
        self,
        people: Class,
        rows: Sequence[Row],
        exercises: Sequence[Exercise],
        graded: Graded,
        columns: Sequence[str],
        checks_dir: Path | None,
        lang: str,
    ) -> list[Path]:
        """Write everything, the gradebook first, and give its places. Raises ``SetuError``."""
        names = safe_names([row.student.name for row in rows])
        write_gradebook(self.gradebook, rows, exercises, columns)
        written = [self.gradebook, self.class_page]
        if self.verdicts:
            write_verdicts(self.verdicts, graded.verdicts, exercises, names)
            written.append(self.verdicts)
        if self.feedback:
            for row in rows:
                path = self.feedback / f"{names[row.student.name]}.html"
                mine = graded.verdicts.get(row.student.name, {})
                write_feedback(path, row, exercises, mine, checks_dir, lang)
            written.append(self.feedback)
        write_class_page(
            self.class_page, people, rows, exercises, graded.verdicts, checks_dir, lang
        )
        return written

    def left_over(self, rows: Sequence[Row]) -> list[Path]:
        """Pages and verdicts of an earlier run whose students are not in ``rows``."""
        names = {same(name) for name in safe_names([row.student.name for row in rows]).values()}
        pages = self.feedback.glob("*.html") if self.feedback else ()
        folders = self.verdicts.glob("*/") if self.verdicts else ()
        return [
            *(path for path in sorted(pages) if same(path.stem) not in names and _has(path, MARK)),
            *(
                path
                for path in sorted(folders)
                if same(path.name) not in names and any(map(_is_verdict, path.glob("*.json")))
            ),
        ]


def _need_file(path: Path) -> None:
    """Raise ``SetuError`` where something else than a file is, or would be."""
    try:
        if path.name in ("", "..") or (path.exists() and not path.is_file()):
            raise SetuError("grade_out_not_a_file", path=path)
    except OSError as error:
        raise SetuError("grade_cannot_write", path=path, detail=error.strerror) from error


def _need_outside(path: Path, submissions: Path, option: str) -> None:
    if path.resolve().is_relative_to(submissions.resolve()):
        raise SetuError("grade_out_in_submissions", path=path, folder=submissions, option=option)


def _need_folder(folder: Path, option: str) -> None:
    """Make the folder and try to write there. Raises ``SetuError``."""
    try:
        if folder.exists() and not folder.is_dir():
            raise SetuError("grade_out_not_a_folder", path=folder, option=option)
        folder.mkdir(parents=True, exist_ok=True)
        tempfile.TemporaryFile(dir=folder).close()
    except OSError as error:
        raise SetuError("grade_cannot_write", path=folder, detail=error.strerror) from error


def safe_names(students: Sequence[str]) -> dict[str, str]:
    """A file name for each student; names that would become the same one get numbers."""
    names: dict[str, str] = {}
    taken: set[str] = set()
    for student in students:
        try:
            base = file_name(student)
        except SetuError:
            base = "student"
        name, number = base, 1
        while name.casefold() in taken:
            number += 1
            name = f"{base}-{number}"
        taken.add(name.casefold())
        names[student] = name
    return names


def write_verdicts(
    folder: Path,
    verdicts: Mapping[str, Mapping[str, Verdict]],
    exercises: Sequence[Exercise],
    names: Mapping[str, str],
) -> None:
    """Write each verdict as JSON under the student's file name.

    Where there is none now, one of an earlier run is taken away: it no longer holds.
    """
    for student, name in names.items():
        for exercise in exercises:
            path = folder / name / f"{exercise.id}.json"
            if verdict := verdicts.get(student, {}).get(exercise.id):
                text = json.dumps(verdict, ensure_ascii=False, indent=1) + "\n"
                write_whole(path, text.encode(errors="replace"))
            elif _is_verdict(path):
                _take_away(path)


def _take_away(path: Path) -> None:
    """Take a verdict away, and its folder with it if nothing else is there."""
    try:
        path.unlink()
    except OSError as error:
        raise SetuError("grade_cannot_write", path=path, detail=error.strerror) from error
    with suppress(OSError):
        path.parent.rmdir()


def _is_verdict(path: Path) -> bool:
    """Whether we wrote the file: never take away another one."""
    try:
        told = json.loads(path.read_bytes())
        return bool(told["exercise"] == path.stem and {"student", "outcome", "tier"} <= told.keys())
    except (OSError, ValueError, TypeError, KeyError, AttributeError):
        return False


def _has(path: Path, mark: str) -> bool:
    try:
        return mark.encode() in path.read_bytes()
    except OSError:
        return False
