"""Running a chapter's app as its reader would: in its folder, on its own database."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
from pathlib import Path

from sqlalchemy import URL, make_url
from sqlalchemy.exc import ArgumentError, NoSuchModuleError, SQLAlchemyError

from setu.catalog import Chapter
from setu.chapters.serving import SHOW_SQL
from setu.databases import create_database, drop_database
from setu.errors import SetuError

DEFAULT_URL = "sqlite+aiosqlite:///./dokan.db"
DEFAULT_PORT = 8000
DRIVERS = {
    "sqlite": "sqlite+aiosqlite",
    "postgresql": "postgresql+asyncpg",
    "mysql": "mysql+aiomysql",
    "mariadb": "mariadb+aiomysql",
}
"""Backend → the async driver that the course installs."""


def check_source(chapter: Chapter) -> None:
    """Raise ``SetuError`` for a file of the chapter's app that is not Python."""
    for path in sorted(chapter.folder.glob("app/**/*.py")):
        try:
            compile(path.read_bytes(), str(path), "exec")
        except (SyntaxError, ValueError) as error:
            line = getattr(error, "lineno", None) or 1
            detail = getattr(error, "msg", None) or str(error)
            raise SetuError("app_broken", path=path, line=line, detail=detail) from error


def check_port(port: int) -> None:
    """Raise ``SetuError`` when something listens on the port already."""
    if not _is_free(port):
        free = next((other for other in range(port + 1, 65536) if _is_free(other)), DEFAULT_PORT)
        raise SetuError("port_in_use", port=port, free=free)


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        if os.name == "posix":  # elsewhere this option lets two programs share a port
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def sqlite_file(chapter: Chapter, url: URL) -> Path | None:
    """The file that an SQLite URL names, seen from the chapter's folder; ``None`` for a server."""
    if url.get_backend_name() != "sqlite" or url.database in (None, "", ":memory:"):
        return None
    return chapter.folder / str(url.database)


def prepare_server(chapter: Chapter, url: URL, *, reset: bool) -> URL:
    """The URL of the chapter's own database on the server of ``url``, made when it is not there.

    ``reset`` drops it first: it can only be one with the chapter's number at the end of its name.
    Raises ``SetuError`` when the server does not answer.
    """
    name = database_name(url, chapter)
    try:
        if reset:
            drop_database(url.set(database=name))
        return make_url(create_database(url, name))
    except (SQLAlchemyError, OSError) as error:
        reason = str(error).splitlines()[0]
        raise SetuError("database_unreachable", url=url, detail=reason) from error


def parse_url(asked: str) -> URL:
    """The URL; one whose driver cannot be used raises ``SetuError`` with a driver that can."""
    try:
        url = make_url(asked)
    except ArgumentError as error:
        raise SetuError("database_url_malformed", url=asked, example=DEFAULT_URL) from error
    wanted = DRIVERS.get(url.get_backend_name(), "sqlite+aiosqlite")
    try:
        dialect = url.get_dialect()
        dialect.import_dbapi()
        usable = dialect.is_async and url.get_backend_name() in DRIVERS
    except (NoSuchModuleError, ImportError):
        usable = False
    if not usable:
        raise SetuError("database_driver", driver=url.drivername, wanted=wanted)
    return url


def database_name(url: URL, chapter: Chapter) -> str:
    """``<name>_ch07`` for the name in the URL, or for ``dokan`` when it has none."""
    ending = f"_{chapter.id[:4]}"
    name = re.sub(r"\W", "_", (url.database or "dokan").lower(), flags=re.ASCII)
    return f"{name.removesuffix(ending)[: 63 - len(ending)]}{ending}"


def set_aside(file: Path) -> Path | None:
    """Rename ``dokan.db`` to ``dokan.1.db`` (or the next free number), if there is such a file."""
    if not file.exists():
        return None
    number = 1
    while (backup := file.with_name(f"{file.stem}.{number}{file.suffix}")).exists():
        number += 1
    for ending in ("", "-wal", "-shm", "-journal"):
        part = Path(f"{file}{ending}")
        if part.exists():
            part.rename(f"{backup}{ending}")
    return backup


def has_migrations(chapter: Chapter) -> bool:
    """Whether the chapter's tables are made by Alembic and not by its app."""
    return (chapter.folder / "alembic.ini").exists()


def plain_commands(chapter: Chapter, url: URL, port: int) -> list[str]:
    """What to type to get the same without ``setu``, as the reader's terminal takes it."""
    commands = [f"cd chapters/{chapter.id}"]
    if str(url) != DEFAULT_URL:
        shown = url.render_as_string()
        windows = os.name == "nt"
        commands.append(
            f'$env:DATABASE_URL = "{shown}"' if windows else f"export DATABASE_URL='{shown}'"
        )
    if chapter.kind == "script":
        return [*commands, "python -m app"]
    if has_migrations(chapter):
        commands.append("alembic upgrade head")
    option = f" --port {port}" if port != DEFAULT_PORT else ""
    return [*commands, f"fastapi dev app/main.py{option}"]


def run(chapter: Chapter, url: URL, port: int, *, sql: bool, lang: str) -> int:
    """Run the chapter's app until it ends or the reader stops it; its exit code."""
    environment = os.environ | {
        "DATABASE_URL": url.render_as_string(hide_password=False),
        "PYTHONUTF8": "1",
        "SETU_LANG": lang,
    }
    if has_migrations(chapter):
        upgrade = [sys.executable, "-m", "alembic", "upgrade", "head"]
        if code := subprocess.run(
            upgrade, cwd=chapter.folder, env=environment, check=False
        ).returncode:
            return code
    if sql:
        environment[SHOW_SQL] = "1"
    if chapter.kind == "script":
        arguments = ["-m", "setu.chapters.serving" if sql else "app"]
    else:
        arguments = ["-m", "uvicorn", "--factory", "setu.chapters.serving:application"]
        arguments += ["--reload", "--reload-dir", "app", "--port", str(port)]
    child = subprocess.Popen([sys.executable, *arguments], cwd=chapter.folder, env=environment)
    signal.signal(signal.SIGTERM, lambda number, frame: child.terminate())
    try:
        return child.wait()
    except KeyboardInterrupt:
        try:  # the terminal has told the child too
            child.wait(timeout=5)
        except subprocess.TimeoutExpired:
            child.terminate()
            child.wait()
        return 0
