"""``setu grade``: the class."""

from __future__ import annotations

import os
import re
import signal
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from setu.cli.root import Lang, Root, context
from setu.errors import SetuError
from setu.i18n import Words

if TYPE_CHECKING:
    from setu.catalog import Catalog, Exercise
    from setu.grading.batch import Workers
    from setu.grading.gradebook import Row
    from setu.grading.handed_in import Note
    from setu.grading.submissions import Class

app = typer.Typer()

FOLDER = "a folder for each student, or a zip: as `setu pack`, the page, Moodle or Canvas make them"
OUT = "the CSV; beside it come the class page (.html) and the journal of the run"
EXERCISES = "grade only this one; may be repeated (else: all that somebody handed in)"
SCHEDULER = "a Dask scheduler in a network that you trust, in place of this machine"
CHECKS = "your own checks, DIR/<exercise>/checks.py, in place of the course's"
ROSTER = (
    "CSV with a column student (and id, language, submitted if you like): shows who is missing;"
    " other columns are copied into the gradebook"
)
DUE = (
    "2026-11-20T23:59, or a day: what is newer is noted as late. Counts the newest file handed in,"
    " or the roster's column submitted; in the time zone of this machine"
)
SEED = "makes the data of the checks (else: a new one, kept in the journal)"
UNDER = "leave with 1 if a student has less than this percentage"
TRUST = "where no sandbox can be made: run the submissions without one, with all your rights"
TIME = re.compile(r"\d{4}-\d\d-\d\d([T ]\d\d:\d\d.*)?", re.ASCII)
"""What ``DUE`` names; Python would read many other forms, each with another meaning."""
SHOWN = 5
"""Left-over files that are named."""


HELP = """Grade a folder of submissions and write a gradebook.

Columns: student, the roster's own, submitted, late; for each exercise its score, max and outcome;\
 total, max, percent, notes. What is missing or unreadable counts 0.

A run that was interrupted goes on where it was; only what changed is graded again.

Leaves with 0 when every submission got a verdict, 1 when one did not (or --fail-under), 2 when\
 the work could not be done.
"""


@app.command(help=HELP)
def grade(  # noqa: PLR0913, PLR0917  (one parameter an option)
    submissions: Annotated[Path, typer.Argument(help=FOLDER)],
    out: Annotated[Path, typer.Option("--out", help=OUT, metavar="CSV")],
    exercise: Annotated[
        list[str] | None, typer.Option("--exercise", help=EXERCISES, metavar="ID")
    ] = None,
    workers: Annotated[
        int | None, typer.Option(min=1, max=64, help="at the same time (else: one a core)")
    ] = None,
    scheduler: Annotated[
        str | None, typer.Option(help=SCHEDULER, metavar="tcp://HOST:PORT")
    ] = None,
    json_dir: Annotated[
        Path | None,
        typer.Option("--json", help="verdicts as DIR/<student>/<exercise>.json", metavar="DIR"),
    ] = None,
    feedback: Annotated[
        Path | None,
        typer.Option(help="a page for each student, DIR/<student>.html", metavar="DIR"),
    ] = None,
    checks: Annotated[Path | None, typer.Option(help=CHECKS, metavar="DIR")] = None,
    roster: Annotated[Path | None, typer.Option(help=ROSTER, metavar="CSV")] = None,
    due: Annotated[str | None, typer.Option(help=DUE, metavar="TIME")] = None,
    seed: Annotated[int | None, typer.Option(min=0, max=2**32 - 1, help=SEED)] = None,
    fail_under: Annotated[float | None, typer.Option(min=0, max=100, help=UNDER)] = None,
    trust: Annotated[bool, typer.Option("--i-trust-these-files", help=TRUST)] = False,
    lang: Lang = None,
    root: Root = None,
) -> None:
    from setu.grading.batch import Bank, choose_seed, grade_batch, note_faults
    from setu.grading.gradebook import make_rows
    from setu.grading.journal import Journal
    from setu.grading.outputs import Outputs
    from setu.grading.progress import Bar
    from setu.grading.roster import Roster, read_roster
    from setu.grading.submissions import note_missing, read_class
    from setu.printable import printable

    setu = context(lang, root)
    words, catalog = setu.words, setu.catalog
    named = [_gradable(catalog, id) for id in exercise or ()]
    asked = list({each.id: each for each in named}.values())
    if checks and not checks.is_dir():
        raise SetuError("grade_no_checks", path=checks)
    listed = read_roster(roster) if roster else Roster()
    deadline = _deadline(due) if due else None
    outputs = Outputs(out, json_dir, feedback)
    outputs.prepare(submissions)
    with _stoppable(outputs.journal, words):
        if not scheduler:
            _need_sandbox(words, trust=trust)
        people = read_class(submissions, [each.id for each in catalog.exercises], listed, deadline)
        exercises = asked or _handed_in(catalog, people)
        note_missing(people, [each.id for each in exercises])
        _tell(people.notes, words)
        if not exercises or not people.students:
            raise SetuError("grade_nothing", path=submissions)
        bank = Bank(exercises, checks)
        if bank.own:
            typer.echo(words.text("grade_own_checks", ids=", ".join(bank.own)))
    with _stoppable(outputs.journal, words), Journal(outputs.journal) as journal:
        kept_seed = choose_seed(journal, seed)
        with (
            _workers(setu.root, exercises, checks, workers, scheduler, trust=trust) as staff,
            Bar(words) as bar,
        ):
            graded = grade_batch(people, bank, staff, journal, kept_seed, bar, trust=trust)
        _tell(note_faults(people, graded), words)
        rows = make_rows(people, exercises, graded)
        written = outputs.write(people, rows, exercises, graded, listed.columns, checks, setu.lang)
    told = {"students": len(rows), "new": graded.new, "kept": graded.kept, "seed": kept_seed}
    typer.echo(words.text("grade_summary", **told))
    for path in written:
        typer.echo(words.text("grade_wrote", path=path))
    if left := outputs.left_over(rows):
        names = ", ".join(printable(str(path)) for path in left[:SHOWN])
        names += ", …" * (len(left) > SHOWN)
        typer.echo(words.text("grade_left_over", count=len(left), names=names))
    raise typer.Exit(0 if _good(rows, fail_under, words) else 1)


@contextmanager
def _stoppable(journal: Path, words: Words) -> Iterator[None]:
    """On Ctrl+C, or when the system ends the command, say what is kept, and leave with 2."""
    before = signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        yield
    except KeyboardInterrupt:
        key = "grade_interrupted" if journal.exists() else "grade_interrupted_early"
        typer.echo(words.text(key, path=journal), err=True)
        raise typer.Exit(2) from None
    finally:
        signal.signal(signal.SIGTERM, before)


def _tell(notes: Sequence[Note], words: Words) -> None:
    for note in notes:
        typer.echo(f"{note.student}: {words.text(note.key, **note.params)}")


def _gradable(catalog: Catalog, id: str) -> Exercise:
    found = catalog.exercise(id)
    if found.kind != "api":
        raise SetuError("grade_not_api", id=id)
    return found


def _handed_in(catalog: Catalog, people: Class) -> list[Exercise]:
    """The exercises that somebody handed in; a single ``app`` stands for all of them."""
    ids = {id for each in people.students if each.submission for id in each.submission.digests}
    api = [each for each in catalog.exercises if each.kind == "api"]
    return [each for each in api if each.id in ids] or (api if "" in ids else [])


def _deadline(text: str) -> datetime:
    from setu.grading.roster import parse_time

    form = TIME.fullmatch(text)
    found = parse_time(text if form[1] else f"{text}T23:59:59") if form else None
    if found is None:
        raise SetuError("grade_bad_time", value=text)
    return found


def _need_sandbox(words: Words, *, trust: bool) -> None:
    from setu.grading.sandbox import available_tier

    tier, why = available_tier()
    if tier == "A":
        return
    if not trust:
        raise SetuError("grade_no_sandbox", why=why)
    typer.echo(words.text("grade_trusted", why=why), err=True)


def _good(rows: Sequence[Row], fail_under: float | None, words: Words) -> bool:
    """Whether every submission got a verdict, and nobody has less than ``fail_under``."""
    without = {"unreadable", "checker_fault"}
    unjudged = sum(not without.isdisjoint(row.outcomes.values()) for row in rows)
    if unjudged:
        typer.echo(words.text("grade_unjudged", count=unjudged), err=True)
    low = sum((row.percent or 0) < fail_under for row in rows) if fail_under is not None else 0
    if low:
        typer.echo(words.text("grade_under", limit=f"{fail_under:g}", count=low), err=True)
    return not (unjudged or low)


def _workers(  # noqa: PLR0913
    root: Path,
    exercises: Sequence[Exercise],
    checks: Path | None,
    count: int | None,
    scheduler: str | None,
    *,
    trust: bool,
) -> Workers:
    if scheduler:
        from setu.grading.scheduler import Cluster, pack_course

        return Cluster(scheduler, pack_course(exercises, checks), trust=trust)
    from setu.grading.local import LocalWorkers

    checks_dir = str(checks.resolve()) if checks else None
    return LocalWorkers(
        count or _cores(), {"root": str(root), "checks_dir": checks_dir, "trust": trust}
    )


def _cores() -> int:
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
