"""What all commands share: the options ``--lang`` and ``--root``, and how an error is shown."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Annotated, Any

import typer

from setu.catalog import Catalog, load_catalog
from setu.errors import SetuError
from setu.i18n import Words, asked_language, choose_language, known_language
from setu.paths import find_root

Lang = Annotated[str | None, typer.Option("--lang", help="en, bn or hi")]
Root = Annotated[Path | None, typer.Option("--root", help="folder of the course")]
AS_JSON = "setu.as_json"
"""Where a run keeps that its errors, too, are for other programs."""


def _remember_json(ctx: typer.Context, as_json: bool) -> bool:
    ctx.meta[AS_JSON] = as_json
    return as_json


Json = Annotated[bool, typer.Option("--json", help="for other programs", callback=_remember_json)]


@dataclass
class Context:
    """The reader's language and the course, found only when a command asks for them."""

    lang: str
    asked_root: Path | None

    @property
    def words(self) -> Words:
        return Words(self.lang)

    @property
    def root(self) -> Path:
        return find_root(self.asked_root)

    @property
    def catalog(self) -> Catalog:
        return load_catalog(self.root)


class _Command(typer.core.TyperGroup):
    """Shows a ``SetuError`` as its one sentence and leaves with 2."""

    def invoke(self, ctx: Any) -> Any:
        try:
            return super().invoke(ctx)
        except SetuError as error:
            words = Words(choose_language(asked_language(sys.argv[1:])))
            show_error(error, words, as_json=ctx.meta.get(AS_JSON, False))
            sys.exit(2)


def context(lang: str | None, root: Path | None) -> Context:
    """The context of one command from its two common options."""
    if lang is not None and not known_language(lang):
        raise SetuError("unknown_language", lang=lang)
    return Context(choose_language(lang), root)


def show_error(error: SetuError, words: Words, *, as_json: bool) -> None:
    """Print the error's sentence; as JSON on stdout, where another program reads."""
    message = words.text(error.key, **error.params)
    if as_json:
        print_json({"error": error.key, "message": message})
    else:
        typer.echo(message, err=True)


def print_json(data: object) -> None:
    """Print data for other programs."""
    typer.echo(json.dumps(data, ensure_ascii=False, indent=2))


def build(modules: Sequence[ModuleType]) -> typer.Typer:
    """One typer application with the commands of ``modules``."""
    app = typer.Typer(
        cls=_Command, no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False
    )
    for module in modules:
        app.registered_commands += module.app.registered_commands
        app.registered_groups += module.app.registered_groups
    app.callback()(_setu)
    return app


def _setu() -> None:
    """Setu: learn database work with FastAPI and async SQLAlchemy."""
