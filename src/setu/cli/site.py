"""``setu serve`` and ``setu build``: the course as a site."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from setu.cli.root import Context, Lang, Root, context
from setu.errors import SetuError

if TYPE_CHECKING:
    from setu.site.build import Outcome

app = typer.Typer()


@app.command()
def serve(
    port: Annotated[int, typer.Option(help="port of the address")] = 8000,
    lang: Lang = None,
    root: Root = None,
) -> None:
    """Build what changed, serve the whole site on this machine, and watch its sources."""
    _needs_mkdocs()
    from setu.site.build import Builder
    from setu.site.serve import listen, watch

    here = context(lang, root)
    with listen(port) as server:
        builder = Builder(here.root, _say(here), strict=False)
        outcomes = builder.update()
        _report(here, outcomes)
        if not all(outcome.built for outcome in outcomes):
            raise SetuError("site_not_built")
        address = f"http://127.0.0.1:{port}/" + ("" if here.lang == "en" else f"{here.lang}/")
        print(here.words.text("site_address", address=address), flush=True)
        watch(server, builder, lambda changed: _report(here, changed))


@app.command()
def build(
    out: Annotated[Path, typer.Option(help="folder to write the site to")] = Path("site"),
    offline: Annotated[bool, typer.Option(help="also a zip to hand round, beside it")] = False,
    pdf: Annotated[bool, typer.Option(help="also the course of each language as a PDF")] = False,
    lang: Lang = None,
    root: Root = None,
) -> None:
    """Build the static site, ready for any static host; any warning is an error."""
    _needs_mkdocs()
    from setu.i18n import LANGUAGES
    from setu.site import pdf as printed
    from setu.site import portable
    from setu.site.build import Builder

    here = context(lang, root)
    builder = Builder(here.root, _say(here))
    outcomes = builder.update()
    if not outcomes:
        print(here.words.text("site_unchanged"))
    _report(here, outcomes)
    if not all(outcome.built for outcome in outcomes):
        raise SetuError("site_not_built")
    builder.write(out)
    builder.close()
    print(here.words.text("site_written", path=out))
    if offline:
        target = out.with_name(f"{out.name}-offline.zip")
        portable.write(out, target)
        print(here.words.text("zip_written", path=target))
    for code in LANGUAGES if pdf else ():
        print(here.words.text("pdf_printing", lang=code), flush=True)
        target = out.with_name(f"{out.name}-{code}.pdf")
        printed.write(out, code, target)
        print(here.words.text("pdf_written", path=target))


def _needs_mkdocs() -> None:
    if importlib.util.find_spec("mkdocs") is None:
        raise SetuError("site_needs_group")


def _say(here: Context):  # type: ignore[no-untyped-def]
    def say(key: str, **params: object) -> None:
        print(here.words.text(key, **params), flush=True)

    return say


def _report(here: Context, outcomes: list[Outcome]) -> None:
    for outcome in outcomes:
        for problem in outcome.problems:
            if isinstance(problem, SetuError):
                said = here.words.text(problem.key, **problem.params)
            else:
                said = problem
            print(f"{outcome.lang}: {said}")
