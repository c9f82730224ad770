"""``setu learn``."""

from __future__ import annotations

import contextlib
from typing import Annotated

import typer

from setu.cli.root import Lang, Root, context

app = typer.Typer()

Plain = Annotated[bool, typer.Option("--plain", help="words only, for screen readers")]


@app.command()
def learn(plain: Plain = False, lang: Lang = None, root: Root = None) -> None:
    """Keep it open beside your editor: each save is checked at once."""
    with contextlib.suppress(KeyboardInterrupt):  # Ctrl+C is how people leave
        from setu.exercises.run import warm_up

        warm_up()
        from setu.learn.session import Session

        setu = context(lang, root)
        Session(setu.catalog, setu.lang, plain=plain).run()
