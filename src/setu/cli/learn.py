"""``setu learn``."""

from __future__ import annotations

import contextlib
from typing import Annotated

import typer

from setu.cli.root import Lang, Root, context

app = typer.Typer()

Plain = Annotated[bool, typer.Option("--plain", help="words only, for screen readers")]


@app.command()
def learn(
    exercise_id: Annotated[
        str | None, typer.Argument(metavar="EXERCISE", help="ch07_get_user, or ch07")
    ] = None,
    plain: Plain = False,
    lang: Lang = None,
    root: Root = None,
) -> None:
    """Keep it open beside your editor: each save is checked at once."""
    with contextlib.suppress(KeyboardInterrupt):  # Ctrl+C is how people leave
        from setu.exercises.run import warm_up

        warm_up()
        from setu.learn.session import Session

        setu = context(lang, root)
        catalog = setu.catalog
        exercise = catalog.exercise(exercise_id) if exercise_id else None
        Session(catalog, setu.lang, plain=plain, exercise=exercise).run()
