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
    from setu.exercises.show import Line, show
    from setu.exercises.text import read_text

    setu = context(lang, root)
    work = _work(setu)
    rows = [
        {
            "id": exercise.id,
            "chapter": exercise.chapter,
            "title": read_text(exercise, setu.lang).title,
            "minutes": exercise.minutes,
            "state": work.state(exercise),
        }
        for exercise in setu.catalog.exercises
    ]
    if as_json:
        _print_json(rows)
        return
    styles = {"passed": "green", "failed": "red", "started": "yellow"}
    show(
        [
            Line(
                setu.words.text(
                    "exercise_line", **row | {"state": _state(setu, str(row["state"]))}
                ),
                styles.get(str(row["state"]), ""),
            )
            for row in rows
        ],
        plain=plain,
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
    from setu.exercises.text import read_text

    setu = context(lang, root)
    exercise = setu.catalog.exercise(exercise_id)
    work = _work(setu)
    hints = read_text(exercise, setu.lang).hints
    record = work.record(exercise)
    shown = min(level or record.hints + 1, len(hints))
    record.hints = max(record.hints, shown)
    work.save()
    text = hints[shown - 1]
    if as_json:
        told = {"exercise": exercise.id, "level": shown, "levels": len(hints), "text": text}
        _print_json(told)
        return
    typer.echo(setu.words.text("hint_level", level=shown, levels=len(hints)) + "\n")
    _print_markdown(text, plain=plain)
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
    setu = context(lang, root)
    exercise = setu.catalog.exercise(exercise_id)
    work = _work(setu)
    record = work.record(exercise)
    if not (record.passed or yes):
        asked = sys.stdin.isatty() and not as_json
        if not (asked and typer.confirm(setu.words.text("solution_confirm"))):
            typer.echo(setu.words.text("solution_kept", id=exercise.id), err=True)
            raise typer.Exit(1)
    folder = setu.root / "solutions" / exercise.id
    if not folder.is_dir():
        raise SetuError("exercise_file_missing", path=folder)
    files = {
        path.relative_to(folder).as_posix(): path.read_text(encoding="utf-8")
        for path in sorted(folder.rglob("*.py"))
    }
    record.solution_seen = True
    work.save()
    if as_json:
        _print_json({"exercise": exercise.id, "files": files})
        return
    for name, source in files.items():
        _print_code(name, source, plain=plain)


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


def _state(setu: Context, state: str) -> str:
    return setu.words.text(f"state_{state}")


def _print_json(data: object) -> None:
    typer.echo(json.dumps(data, ensure_ascii=False, indent=2))


def _print_markdown(text: str, *, plain: bool) -> None:
    if plain:
        typer.echo(text)
        return
    from rich.console import Console
    from rich.markdown import Markdown

    Console().print(Markdown(text))


def _print_code(name: str, source: str, *, plain: bool) -> None:
    typer.secho(name, bold=not plain)
    if plain:
        typer.echo(source)
        return
    from rich.console import Console
    from rich.syntax import Syntax

    # As text, not as a block: a block cuts lines that are longer than the window.
    code = Syntax(source, "python", background_color="default").highlight(source)
    Console(soft_wrap=True).print(code)
