"""``setu list``, ``check``, ``hint``, ``solution``, ``reset`` and ``pack``."""

from __future__ import annotations

import sys
import unicodedata
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from setu.cli.root import Context, Json, Lang, Root, context, print_json, show_error
from setu.errors import SetuError

if TYPE_CHECKING:
    from setu.catalog import Exercise
    from setu.exercises.work import Work

app = typer.Typer()

Id = Annotated[str | None, typer.Argument(metavar="EXERCISE", help="ch07_get_user, or ch07")]
Plain = Annotated[bool, typer.Option("--plain", help="words only, for screen readers")]
YES = {"y", "yes", "হ্যাঁ", "হ্যা", "হাঁ", "हाँ", "हां", "हा"}
"""What people type who mean yes; anything else is no."""


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
    print_json(
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
    exercise_id: Id = None,
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
    exercise = _exercise(setu, exercise_id)
    work = _work(setu)
    if work.begin(exercise) and not as_json:
        typer.echo(setu.words.text("starter_copied", path=work.folder_of(exercise)))
    folder = work.folder_of(exercise)
    for name in exercise.edit:
        if not (folder / name).is_file():
            raise SetuError("work_file_missing", path=folder / name, id=exercise.id)
    verdict = check_folder(exercise, folder, seed=seed)
    if as_json:
        print_json(verdict)
    else:
        show_verdict(verdict, exercise, setu.lang, plain=plain)
    try:
        work.note(exercise, verdict)
    except SetuError as error:  # after the verdict, which is all that stdout has as JSON
        typer.echo(setu.words.text(error.key, **error.params), err=True)
        raise typer.Exit(2) from error
    if verdict["outcome"] == "checker_fault":
        raise typer.Exit(2)
    raise typer.Exit(0 if verdict["passed"] else 1)


@app.command()
def hint(  # noqa: PLR0913, PLR0917  (one parameter an option)
    exercise_id: Id = None,
    level: Annotated[int | None, typer.Option(help="1, 2 or 3, instead of the next")] = None,
    as_json: Json = False,
    plain: Plain = False,
    lang: Lang = None,
    root: Root = None,
) -> None:
    """The next hint: first a question, then where to look, then nearly the answer."""
    from setu.exercises.show_text import show_markdown
    from setu.exercises.text import read_text

    setu = context(lang, root)
    exercise = _exercise(setu, exercise_id)
    work = _work(setu)
    hints = read_text(exercise, setu.lang).hints
    shown = work.take_hint(exercise, len(hints), level)
    text = hints[shown - 1]
    if as_json:
        told = {"exercise": exercise.id, "level": shown, "levels": len(hints), "text": text}
        print_json(told)
        return
    typer.echo(setu.words.text("hint_level", level=shown, levels=len(hints)) + "\n")
    show_markdown(text, plain=plain)
    if shown == len(hints):
        typer.echo("\n" + setu.words.text("hint_last", id=exercise.id))


@app.command()
def solution(  # noqa: PLR0913, PLR0917  (one parameter an option)
    exercise_id: Id = None,
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
    exercise = _exercise(setu, exercise_id)
    work = _work(setu)
    if not (work.record(exercise).passed or yes):
        asked = sys.stdin.isatty() and not as_json
        if not (asked and _says_yes(setu.words.text("solution_confirm"))):
            show_error(SetuError("solution_kept", id=exercise.id), setu.words, as_json=as_json)
            raise typer.Exit(1)
    files = solution_files(exercise)
    work.note_solution(exercise)
    if as_json:
        print_json({"exercise": exercise.id, "files": files})
        return
    for name, source in files.items():
        show_code(name, source, plain=plain)


@app.command()
def reset(
    exercise_id: Id = None,
    as_json: Json = False,
    plain: Plain = False,
    lang: Lang = None,
    root: Root = None,
) -> None:
    """Begin an exercise again; your copy is kept under another name."""
    setu = context(lang, root)
    exercise = _exercise(setu, exercise_id)
    work = _work(setu)
    backup = work.reset(exercise)
    folder = work.folder_of(exercise)
    if as_json:
        print_json(
            {"exercise": exercise.id, "folder": str(folder), "backup": backup and str(backup)}
        )
        return
    if backup:
        typer.echo(setu.words.text("reset_kept", path=backup))
    typer.echo(setu.words.text("starter_copied", path=folder))


@app.command()
def pack(
    name: Annotated[str | None, typer.Option(help="your name: the name of the file")] = None,
    as_json: Json = False,
    plain: Plain = False,
    lang: Lang = None,
    root: Root = None,
) -> None:
    """Your work as a zip, to hand in."""
    setu = context(lang, root)
    if name is None:
        raise SetuError("name_not_given")
    path = _work(setu).pack(name, Path.cwd())
    if as_json:
        print_json({"file": str(path)})
    else:
        typer.echo(setu.words.text("packed", path=path))


def _exercise(setu: Context, wanted: str | None) -> Exercise:
    if wanted is None:
        raise SetuError("exercise_not_named")
    return setu.catalog.exercise(wanted)


def _says_yes(question: str) -> bool:
    answer = typer.prompt(question, default="", show_default=False)
    return unicodedata.normalize("NFC", answer).strip().lower() in YES


def _work(setu: Context) -> Work:
    from setu.exercises.work import Work

    work = Work(setu.root)
    if work.set_aside:
        typer.echo(setu.words.text("progress_set_aside", path=work.set_aside), err=True)
    return work
