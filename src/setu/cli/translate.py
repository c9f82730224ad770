"""``setu translate status`` and ``accept``: which translations follow the English text."""

from __future__ import annotations

from typing import Annotated

import typer

from setu import translate
from setu.cli.root import Lang, Root, context
from setu.errors import SetuError

app = typer.Typer()
commands = typer.Typer(no_args_is_help=True, help="The state of each page in each language.")
app.add_typer(commands, name="translate")

Language = Annotated[str, typer.Argument(metavar="bn|hi", help="the language that was translated")]
Page = Annotated[str, typer.Argument(help="start, ch07, or the id of an exercise")]
Sections = Annotated[list[str] | None, typer.Argument(help="heading ids; none means all")]


@commands.command()
def status(lang: Lang = None, root: Root = None) -> None:
    """Say of each page and language whether it is in sync, behind (and where) or missing."""
    here = context(lang, root)
    good = True
    for page in translate.all_pages(here.root):
        english = page.files[translate.SOURCE].read_text(encoding="utf-8")
        for target in translate.TRANSLATIONS:
            path = page.files[target]
            text = path.read_text(encoding="utf-8") if path.exists() else None
            state = translate.state(english, text)
            good = good and state.kind == "in sync"
            said = here.words.text(f"translation_{state.kind.replace(' ', '_')}")
            print(f"{target}  {page.name:32}  {said} {', '.join(state.behind)}".rstrip())
    if not good:
        raise typer.Exit(1)


@commands.command()
def accept(
    target: Language, page: Page, sections: Sections = None, lang: Lang = None, root: Root = None
) -> None:
    """Note that a translation follows the English sections as they are; show what changed."""
    here = context(lang, root)
    if target not in translate.TRANSLATIONS:
        raise SetuError("unknown_target", id=target)
    found = translate.find_page(here.root, page)
    accepted = translate.accept(here.root, target, found, sections or ())
    if not accepted:
        print(here.words.text("translation_unchanged", page=found.name))
    for each in accepted:
        print(here.words.text("translation_accepted", page=found.name, section=each.section))
        print(
            here.words.text("translation_no_history")
            if each.difference is None
            else each.difference
        )
