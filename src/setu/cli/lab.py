"""``setu lab``: open a chapter's lab. ``setu sync-labs``: run the labs and copy them."""

from __future__ import annotations

import importlib.util
import os
import subprocess
import sys
from importlib import resources
from typing import Annotated

import typer

from setu.cli.root import Lang, Root, context
from setu.errors import SetuError

app = typer.Typer()


@app.command()
def lab(
    chapter: Annotated[str, typer.Argument(help="ch07, 7 or ch07_create_read")],
    lang: Lang = None,
    root: Root = None,
) -> None:
    """Open a chapter's lab in JupyterLab, in the reader's language."""
    from setu.labs.notebook import lab_path

    setu = context(lang, root)
    described = setu.catalog.chapter(chapter)
    path = lab_path(setu.root, setu.lang, described)
    if not path.exists():
        path = lab_path(setu.root, "en", described)
    if not path.exists():
        raise SetuError("lab_missing", chapter=described.id)
    if importlib.util.find_spec("jupyterlab") is None:
        raise SetuError("jupyter_missing")
    typer.echo(setu.words.text("lab_opens", path=path.relative_to(setu.root).as_posix()))
    # Its announcements and its extension manager would ask other hosts.
    quiet = str(resources.files("setu.labs") / "jupyter")
    configuration = os.pathsep.join(filter(None, [quiet, os.environ.get("JUPYTER_CONFIG_PATH")]))
    child = subprocess.Popen(
        [sys.executable, "-m", "jupyterlab", "--LabApp.extension_manager=readonly", str(path)],
        cwd=setu.root,
        env=os.environ | {"JUPYTER_CONFIG_PATH": configuration},
    )
    while child.poll() is None:
        try:
            child.wait()
        except KeyboardInterrupt:  # JupyterLab asks on the terminal whether it should stop
            continue
    if child.returncode:
        raise typer.Exit(2)


@app.command("sync-labs")
def sync_labs(
    chapter: Annotated[str | None, typer.Argument(help="ch07; default: all")] = None,
    lang: Lang = None,
    root: Root = None,
) -> None:
    """Run the English labs, store their outputs, and copy code and outputs to the translations."""
    from setu.labs.notebook import lab_path, read_notebook, write_notebook
    from setu.labs.run import run_lab
    from setu.labs.sync import states, translated_cells
    from setu.translate import TRANSLATIONS

    setu = context(lang, root)
    catalog, words = setu.catalog, setu.words
    for described in [catalog.chapter(chapter)] if chapter else catalog.chapters:
        english = lab_path(setu.root, "en", described)
        if not english.exists():
            typer.echo(words.text("lab_missing", chapter=described.id), err=True)
            continue
        cells = run_lab(english, read_notebook(english)["cells"], setu.root)
        changed = write_notebook(english, cells)
        name = english.relative_to(setu.root).as_posix()
        typer.echo(words.text("lab_changed" if changed else "lab_same", path=name))
        for target in TRANSLATIONS:
            path = lab_path(setu.root, target, described)
            before = read_notebook(path)["cells"] if path.exists() else []
            changed = write_notebook(path, translated_cells(cells, before))
            counted = list(states(english, path).values())
            typer.echo(
                words.text(
                    "lab_translation_changed" if changed else "lab_translation_same",
                    path=path.relative_to(setu.root).as_posix(),
                    missing=counted.count("missing"),
                    behind=counted.count("behind"),
                )
            )
