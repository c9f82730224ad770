"""Texts, code and lists in the terminal: in colour, or (``plain``) in words alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer

from setu.catalog import Exercise
from setu.exercises.show import Line
from setu.exercises.text import read_text
from setu.exercises.work import State
from setu.exercises.wrapping import cells

if TYPE_CHECKING:
    from rich.console import Console
    from rich.text import Text
from setu.i18n import Words

STYLES: dict[State, str] = {"passed": "green", "failed": "red", "started": "yellow", "new": ""}
NARROWEST = 20
"""Columns that a text is laid out in at least, however narrow the window."""


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

    console = Console()
    for width in range(max(console.width, NARROWEST), NARROWEST - 1, -1):
        lines = _laid_out(text, console, width)
        if max((cells(line.plain) for line in lines), default=0) <= console.width:
            break  # Rich counts less for some signs than a terminal may
    for line in lines:
        console.print(line, soft_wrap=True)


def _laid_out(text: str, console: Console, width: int) -> list[Text]:
    from rich.markdown import Markdown
    from rich.text import Text

    options = console.options.update(width=width)
    lines = []
    for row in console.render_lines(Markdown(text), options, pad=False):
        lines.append(Text.assemble(*((part.text, part.style or "") for part in row)))
        lines[-1].rstrip()
    return lines


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
