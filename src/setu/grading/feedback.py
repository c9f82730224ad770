"""What each student gets back: a page in their language, with the words of the terminal."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from setu.catalog import Exercise
from setu.checks.verdict import Verdict, error_of
from setu.exercises.show import Line, verdict_lines
from setu.exercises.text import read_text
from setu.grading.gradebook import Row, write_whole
from setu.grading.page import page, prose, text
from setu.grading.words import exercise_words
from setu.i18n import Words

MARK = "<!-- setu grade: feedback -->"
"""Tells our pages from others. What a student writes cannot have it: there ``<`` is ``&lt;``."""
NOT_THEIRS = {"grade_not_in_roster", "grade_checker_fault"}
"""Notes for the instructor; a fault is told with its exercise."""
SENTENCES = ("yellow", "bold red")
"""Styles of lines that may have code in backticks."""


def write_feedback(  # noqa: PLR0913, PLR0917
    path: Path,
    row: Row,
    exercises: Sequence[Exercise],
    verdicts: Mapping[str, Verdict],
    checks_dir: Path | None,
    lang: str,
) -> None:
    """Write one student's page to ``path``, in their language or else in ``lang``."""
    lang = row.student.language or lang
    words = Words(lang)
    name = row.student.name
    parts = [MARK, f"<h1>{text(words.text('feedback_title', name=name))}</h1>"]
    if row.total is not None:
        parts.append(f"<p>{text(words.text('feedback_total', total=row.total, most=row.most))}</p>")
    parts += [
        f'<p class="yellow">{prose(words.text(note.key, **note.params))}</p>'
        for note in row.student.notes
        if note.key not in NOT_THEIRS
    ]
    for exercise in exercises:
        parts.append(f"<h2>{text(read_text(exercise, lang).title)}</h2>")
        parts.append(f'<p class="small">{text(exercise.id)}</p>')
        verdict = verdicts.get(exercise.id)
        if verdict is None:
            key = f"outcome_{row.outcomes[exercise.id]}"
            parts.append(f'<div class="verdict"><p>{text(words.text(key))}</p></div>')
            continue
        if verdict["outcome"] == "checker_fault":
            verdict = {**verdict, "error": error_of(verdict), "checks": []}
        lines = verdict_lines(
            verdict, exercise, exercise_words(exercise, checks_dir, lang), plain=False
        )
        parts.append('<div class="verdict">' + "\n".join(map(_paragraph, lines)) + "</div>")
    write_whole(path, page(lang, words.text("feedback_title", name=name), "\n".join(parts)))


def _paragraph(line: Line) -> str:
    """A line as in the terminal; one that is set in there is set in here, all its lines."""
    inset = line.text.startswith("  ")
    told = line.text.removeprefix("  ")
    shown = prose(told) if line.style in SENTENCES else text(told)
    return f'<p class="{line.style}{" in" * inset}">{shown}</p>'
