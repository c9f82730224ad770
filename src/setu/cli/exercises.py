"""``setu list``, ``check``, ``hint``, ``solution``, ``reset`` and ``pack``."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from setu.cli.root import Context, Lang, Root, context
from setu.errors import SetuError

if TYPE_CHECKING:
    from setu.exercises.work import Work

app = typer.Typer()

Id = Annotated[str, typer.Argument(help="the exercise: ch07_get_user")]
Json = Annotated[bool, typer.Option("--json", help="for other programs")]
Plain = Annotated[bool, typer.Option("--plain", help="words only, for screen readers")]


@app.command("list")
def list_exercises(
    as_json: Json = False, plain: Plain = False, lang: Lang = None, root: Root = None
) -> None:
    """All exercises, and how far you are with each."""
    from setu.exercises.show import show
    from setu.exercises.show_text import exercise_line
    from setu.exercises.text import read_text

    setu = context(lang, root)
    work = _work(setu)
    exercises = setu.catalog.exercises
    if not as_json:
        lines = [exercise_line(each, work.state(each), setu.words) for each in exercises]
        show(lines, plain=plain)
        return
    _print_json(
        [
            {
                "id": exercise.id,
                "chapter": exercise.chapter,
                "title": read_text(exercise, setu.lang).title,
                "minutes": exercise.minutes,
                "state": work.state(exercise),
            }
            for exercise in exercises
        ]
    )


@app.command()
def check(  # noqa: PLR0913, PLR0917  (one parameter an option)
    exercise_id: Id,
    seed: Annotated[int | None, typer.Option(help="repeat a run with the same data")] = None,
    as_json: Json = False,
    plain: Plain = False,
    lang: Lang = None,
    root: Root = None,
) -> None:
    """Check your copy of an exercise; the first time it is made from the starter."""
    from setu.exercises.run import check_folder, warm_up

    warm_up()
    from setu.exercises.show import show_verdict

    setu = context(lang, root)
    exercise = setu.catalog.exercise(exercise_id)
    work = _work(setu)
    if work.begin(exercise) and not as_json:
        typer.echo(setu.words.text("starter_copied", path=work.folder_of(exercise)))
    folder = work.folder_of(exercise)
    for name in exercise.edit:
        if not (folder / name).is_file():
            raise SetuError("work_file_missing", path=folder / name, id=exercise.id)
    verdict = check_folder(exercise, folder, seed=seed)
    work.note(exercise, verdict)
    if as_json:
        _print_json(verdict)
    else:
        show_verdict(verdict, exercise, setu.lang, plain=plain)
    if verdict["outcome"] == "checker_fault":
        raise typer.Exit(2)
    raise typer.Exit(0 if verdict["passed"] else 1)


@app.command()
def hint(  # noqa: PLR0913, PLR0917  (one parameter an option)
    exercise_id: Id,
    level: Annotated[int | None, typer.Option(min=1, max=3, help="instead of the next")] = None,
    as_json: Json = False,
    plain: Plain = False,
    lang: Lang = None,
    root: Root = None,
) -> None:
    """The next hint: first a question, then where to look, then nearly the answer."""
    from setu.exercises.show_text import show_markdown
    from setu.exercises.text import read_text

    setu = context(lang, root)
    exercise = setu.catalog.exercise(exercise_id)
    work = _work(setu)
    hints = read_text(exercise, setu.lang).hints
    shown = work.take_hint(exercise, len(hints), level)
    text = hints[shown - 1]
    if as_json:
        told = {"exercise": exercise.id, "level": shown, "levels": len(hints), "text": text}
        _print_json(told)
        return
    typer.echo(setu.words.text("hint_level", level=shown, levels=len(hints)) + "\n")
    show_markdown(text, plain=plain)
    if shown == len(hints):
        typer.echo("\n" + setu.words.text("hint_last", id=exercise.id))


@app.command()
def solution(  # noqa: PLR0913, PLR0917  (one parameter an option)
    exercise_id: Id,
    yes: Annotated[bool, typer.Option("--yes", help="also before you have passed")] = False,
    as_json: Json = False,
    plain: Plain = False,
    lang: Lang = None,
    root: Root = None,
) -> None:
    """The solution's files; before you have passed it asks first."""
    from setu.exercises.bank import solution_files
    from setu.exercises.show_text import show_code

    setu = context(lang, root)
    exercise = setu.catalog.exercise(exercise_id)
    work = _work(setu)
    record = work.record(exercise)
    if not (record.passed or yes):
        asked = sys.stdin.isatty() and not as_json
        if not (asked and typer.confirm(setu.words.text("solution_confirm"))):
            typer.echo(setu.words.text("solution_kept", id=exercise.id), err=True)
            raise typer.Exit(1)
    files = solution_files(exercise)
    record.solution_seen = True
    work.save()
    if as_json:
        _print_json({"exercise": exercise.id, "files": files})
        return
    for name, source in files.items():
        show_code(name, source, plain=plain)


@app.command()
def reset(
    exercise_id: Id,
    as_json: Json = False,
    plain: Plain = False,
    lang: Lang = None,
    root: Root = None,
) -> None:
    """Begin an exercise again; your copy is kept under another name."""
    setu = context(lang, root)
    exercise = setu.catalog.exercise(exercise_id)
    work = _work(setu)
    backup = work.reset(exercise)
    folder = work.folder_of(exercise)
    if as_json:
        _print_json(
            {"exercise": exercise.id, "folder": str(folder), "backup": backup and str(backup)}
        )
        return
    if backup:
        typer.echo(setu.words.text("reset_kept", path=backup))
    typer.echo(setu.words.text("starter_copied", path=folder))


@app.command()
def pack(
    name: Annotated[str, typer.Option(help="your name: the name of the file")],
    as_json: Json = False,
    plain: Plain = False,
    lang: Lang = None,
    root: Root = None,
) -> None:
    """Your work as a zip, to hand in."""
    setu = context(lang, root)
    path = _work(setu).pack(name, Path.cwd())
    if as_json:
        _print_json({"file": str(path)})
    else:
        typer.echo(setu.words.text("packed", path=path))


def _work(setu: Context) -> Work:
    from setu.exercises.work import Work

    work = Work(setu.root)
    if work.set_aside:
        typer.echo(setu.words.text("progress_set_aside", path=work.set_aside), err=True)
    return work


def _print_json(data: object) -> None:
    typer.echo(json.dumps(data, ensure_ascii=False, indent=2))
