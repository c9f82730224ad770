"""``setu app``: run a chapter's app."""

from __future__ import annotations

from typing import Annotated

import typer

from setu.cli.root import Lang, Root, context

app = typer.Typer()


@app.command("app")
def run_app(  # noqa: PLR0913, PLR0917 (one parameter an option)
    chapter: Annotated[str, typer.Argument(help="ch07, 7 or ch07_create_read")],
    database_url: Annotated[
        str | None,
        typer.Option(envvar="DATABASE_URL", help="SQLite in the chapter's folder if none"),
    ] = None,
    port: Annotated[int, typer.Option(min=1, max=65535)] = 8000,
    sql: Annotated[bool, typer.Option("--sql", help="show the SQL of each request")] = False,
    reset: Annotated[bool, typer.Option("--reset", help="begin with an empty database")] = False,
    lang: Lang = None,
    root: Root = None,
) -> None:
    """Run a chapter's app; an API has its interactive documentation at /docs."""
    from setu.chapters.app import (
        DEFAULT_URL,
        check_port,
        check_source,
        parse_url,
        plain_commands,
        prepare_server,
        run,
        set_aside,
        sqlite_file,
    )

    setu = context(lang, root)
    described = setu.catalog.chapter(chapter)
    check_source(described)
    if described.kind == "api":
        check_port(port)
    url = parse_url(database_url or DEFAULT_URL)
    file = sqlite_file(described, url)
    if url.get_backend_name() != "sqlite":
        url = prepare_server(described, url, reset=reset)
    elif reset and file and (backup := set_aside(file)):
        typer.echo(setu.words.text("app_reset", path=backup))
    typer.echo(setu.words.text("app_plain_commands"))
    for command in plain_commands(described, url, port):
        typer.echo(f"    {command}")
    if described.kind == "api":
        typer.echo(setu.words.text("app_address", url=f"http://127.0.0.1:{port}/docs"))
    raise typer.Exit(1 if run(described, url, port, sql=sql, lang=setu.lang) else 0)
