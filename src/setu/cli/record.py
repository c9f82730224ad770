"""``setu record``: run the demos of chapters and rewrite what they printed."""

from __future__ import annotations

from typing import Annotated

import typer

from setu.chapters.record import demos, outputs_without_demo, run_demos
from setu.cli.root import Lang, Root, context

app = typer.Typer()


@app.command()
def record(
    chapter: Annotated[str | None, typer.Argument(help="ch07, 7 or ch07_create_read")] = None,
    lang: Lang = None,
    root: Root = None,
) -> None:
    """Run the demos of one chapter, or of all, and store their output."""
    setu = context(lang, root)
    catalog = setu.catalog
    chapters = [catalog.chapter(chapter)] if chapter else catalog.chapters
    failed = False
    for each in chapters:
        ran = demos(each.folder)
        changed = 0
        for recorded in run_demos(ran, setu.root):
            name = recorded.demo.stem
            if name.startswith("right_") and recorded.exit_code:
                failed = True
                path = recorded.demo.relative_to(setu.root).as_posix()
                typer.echo(setu.words.text("demo_right_failed", path=path), err=True)
            if recorded.output == recorded.stored:
                continue
            out = recorded.demo.with_suffix(".out")
            key = "demo_recorded" if recorded.stored is None else "demo_changed"
            out.write_text(recorded.output, encoding="utf-8", newline="\n")
            typer.echo(setu.words.text(key, path=out.relative_to(setu.root).as_posix()))
            changed += 1
        for orphan in outputs_without_demo(each.folder):
            orphan.unlink()
            path = orphan.relative_to(setu.root).as_posix()
            typer.echo(setu.words.text("demo_removed", path=path))
            changed += 1
        typer.echo(setu.words.text("demos_done", chapter=each.id, count=len(ran), changed=changed))
    if failed:
        raise typer.Exit(1)
