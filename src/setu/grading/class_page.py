"""The page about the class: how the scores lie, which checks fail most and by which mistake."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from setu.catalog import Exercise
from setu.checks.verdict import Verdict, outcome_key
from setu.exercises.text import read_text
from setu.grading.gradebook import Row, write_whole
from setu.grading.page import page, prose, text
from setu.grading.submissions import Class
from setu.grading.words import exercise_words
from setu.i18n import Words

MARK = "<!-- setu grade: class -->"
"""Tells our page from others: ``gradebook.html`` may be a file of the instructor's own."""
BINS = 10
TOP, WIDE, BAR, MARGIN = 140, 440, 36, 14
"""Pixels of the histogram: its bars' room, its width, a bar's width, room for half a number."""


@dataclass
class Mistake:
    """A way to fail, with everybody who did. ``check`` is empty where the app did not even run."""

    check: str
    key: str
    params: Mapping[str, str] = field(default_factory=dict)
    students: list[str] = field(default_factory=list)


def write_class_page(  # noqa: PLR0913, PLR0917
    path: Path,
    people: Class,
    rows: Sequence[Row],
    exercises: Sequence[Exercise],
    verdicts: Mapping[str, Mapping[str, Verdict]],
    checks_dir: Path | None,
    lang: str,
) -> None:
    """Write the page to ``path`` in the language ``lang``."""
    words = Words(lang)
    title = words.text("class_title")
    parts = [MARK, f"<h1>{text(title)}</h1>"]
    parts += [f"<p>{text(words.text('class_size', count=len(rows)))}</p>"]
    parts += [f"<h2>{text(words.text('class_scores'))}</h2>", _histogram(rows, words)]
    for exercise in exercises:
        mine = {name: each[exercise.id] for name, each in verdicts.items() if exercise.id in each}
        passed = sum(verdict["passed"] for verdict in mine.values())
        parts.append(f"<h2>{text(read_text(exercise, lang).title)}</h2>")
        told = [exercise.id, words.text("class_passed", passed=passed, count=len(mine))]
        outcomes = [row.outcomes[exercise.id] for row in rows]
        for outcome in ("unreadable", "missing"):
            if count := outcomes.count(outcome):
                told.append(words.text(f"class_{outcome}", count=count))
        parts.append(f'<p class="small">{text(" · ".join(told))}</p>')
        if mistakes := find_mistakes(mine):
            parts.append(_table(mistakes, words, exercise_words(exercise, checks_dir, lang)))
    if people.notes:
        parts.append(f"<h2>{text(words.text('class_notes'))}</h2>")
        lines = (
            f"<tr><td>{text(note.student)}</td>"
            f"<td>{prose(words.text(note.key, **note.params))}</td></tr>"
            for note in people.notes
        )
        parts.append('<div class="scroll"><table>' + "\n".join(lines) + "</table></div>")
    write_whole(path, page(lang, title, "\n".join(parts)))


def find_mistakes(verdicts: Mapping[str, Verdict]) -> list[Mistake]:
    """Every way to fail an exercise, the most frequent first. ``verdicts``: student → verdict."""
    found: dict[tuple[str, str], Mistake] = {}
    for student, verdict in verdicts.items():
        if verdict["outcome"] in ("passed", "failed"):
            failing = [
                (check["id"], check["key"] or "", check["params"])
                for check in verdict["checks"]
                if check["status"] == "fail"
            ]
        else:
            failing = [("", outcome_key(verdict), {})]
        for check, key, params in failing:
            mistake = found.setdefault((check, key), Mistake(check, key, params))
            mistake.students.append(student)
    return sorted(found.values(), key=lambda each: (-len(each.students), each.check, each.key))


def _table(mistakes: Sequence[Mistake], words: Words, told: Words) -> str:
    heads = [words.text(f"class_{name}") for name in ("check", "mistake", "students")]
    lines = [f"<tr>{''.join(f'<th>{text(head)}</th>' for head in heads)}</tr>"]
    for each in mistakes:
        who = f"<strong>{len(each.students)}</strong> · {text(', '.join(each.students))}"
        what = prose(told.text(each.key, **each.params)) if each.key else ""
        lines.append(
            f"<tr><td>{text(each.check or each.key)}</td><td>{what}</td><td>{who}</td></tr>"
        )
    return '<div class="scroll"><table>' + "\n".join(lines) + "</table></div>"


def _histogram(rows: Sequence[Row], words: Words) -> str:
    counts = [0] * BINS
    for row in rows:
        if row.percent is not None:
            counts[min(int(row.percent * BINS // 100), BINS - 1)] += 1
    most = max(counts) or 1
    step = WIDE // BINS
    gap = (step - BAR) // 2
    shapes = []
    for number, count in enumerate(counts):
        height, left = round(TOP * count / most), number * step
        middle = left + BAR // 2
        top = 20 + TOP - height
        shapes.append(
            f'<rect x="{left}" y="{top}" width="{BAR}" height="{height}" rx="3"/>'
            + (
                f'<text x="{middle}" y="{top - 5}" text-anchor="middle">{count}</text>'
                * bool(count)
            )
        )
    for number in range(BINS + 1):  # under the gaps, where one bar ends and the next begins
        edge = number * step - gap
        shapes.append(
            f'<text x="{edge}" y="{TOP + 38}" text-anchor="middle">{100 * number // BINS}</text>'
        )
    spoken = ", ".join(f"{10 * n}–{10 * n + 10} %: {c}" for n, c in enumerate(counts) if c)
    box = f"{-MARGIN} 0 {WIDE + 2 * MARGIN} {TOP + 46}"
    return (
        f'<svg viewBox="{box}" role="img" aria-label="{text(spoken)}">'
        f'<line x1="{-gap}" y1="{TOP + 20}" x2="{WIDE - gap}" y2="{TOP + 20}"/>'
        f"{''.join(shapes)}</svg>"
        f'<p class="small">{text(words.text("class_axis"))}</p>'
    )
