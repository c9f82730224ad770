"""Texts, code and lists in the terminal: in colour, or (``plain``) in words alone."""

from __future__ import annotations

import typer

from setu.catalog import Exercise
from setu.exercises.show import Line
from setu.exercises.text import read_text
from setu.exercises.work import State
from setu.i18n import Words

STYLES: dict[State, str] = {"passed": "green", "failed": "red", "started": "yellow", "new": ""}


def exercise_line(exercise: Exercise, state: State, words: Words) -> Line:
    """An exercise in a list: its id, title, state and length."""
    text = words.text(
        "exercise_line",
        id=exercise.id,
        title=read_text(exercise, words.lang).title,
        state=words.text(f"state_{state}"),
        minutes=exercise.minutes,
    )
    return Line(text, STYLES[state])


def show_markdown(text: str, *, plain: bool) -> None:
    """Print Markdown, as it is written or laid out."""
    if plain:
        typer.echo(text)
        return
    from rich.console import Console
    from rich.markdown import Markdown

    Console().print(Markdown(text))


def show_code(name: str, source: str, *, plain: bool) -> None:
    """Print a file of Python code under its name."""
    typer.secho(name, bold=not plain)
    if plain:
        typer.echo(source)
        return
    from rich.console import Console
    from rich.syntax import Syntax

    # As text, not as a block: a block cuts lines that are longer than the window.
    code = Syntax(source, "python", background_color="default").highlight(source)
    Console(soft_wrap=True).print(code)
