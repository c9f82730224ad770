"""Databases that come and go: one for each test, exercise run or chapter app, on any server."""

from __future__ import annotations

import asyncio
import os
import uuid
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path

from sqlalchemy import URL, make_url, text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection, create_async_engine
from sqlalchemy.pool import NullPool

from setu.catalog import Database

LOCAL_SERVERS: dict[Database, str] = {
    "postgresql": "postgresql+asyncpg://postgres@127.0.0.1:5432/postgres",
    "mariadb": "mariadb+aiomysql://root@127.0.0.1:3306/mysql",
}
"""Where the tests look for a server unless ``SETU_TEST_URLS`` (URLs, commas between) says else."""


def kind_of(url: str | URL) -> Database:
    """Which of the three databases a SQLAlchemy URL speaks to."""
    backend = make_url(url).get_backend_name()
    kinds: dict[str, Database] = {"sqlite": "sqlite", "postgresql": "postgresql"}
    return kinds.get(backend, "mariadb")


def servers() -> dict[Database, str]:
    """The servers of the tests: ``LOCAL_SERVERS`` with what ``SETU_TEST_URLS`` names instead."""
    named = [url.strip() for url in os.environ.get("SETU_TEST_URLS", "").split(",") if url.strip()]
    return {**LOCAL_SERVERS, **{kind_of(url): url for url in named}}


def reachable(url: str) -> str | None:
    """``None`` when the server answers, else its reason in one line."""

    async def ask() -> None:
        async with _administering(url) as connection:
            await connection.execute(text("SELECT 1"))

    try:
        asyncio.run(ask())
    except (SQLAlchemyError, OSError) as error:
        return str(error).splitlines()[0]
    return None


def create_database(server: str | URL, name: str) -> str:
    """Make the database ``name`` on the server of ``server`` unless it is there; give its URL."""
    url = make_url(server)

    async def create() -> None:
        async with _administering(url) as connection:
            if name not in await _names(connection):
                charset = "" if kind_of(url) == "postgresql" else " CHARACTER SET utf8mb4"
                await connection.execute(text(f"CREATE DATABASE {name}{charset}"))

    asyncio.run(create())
    return url.set(database=name).render_as_string(hide_password=False)


def drop_database(url: str | URL) -> None:
    """Drop the database that the URL names, also while somebody is still connected to it."""
    gone = make_url(url)

    async def drop() -> None:
        async with _administering(gone.set(database=None)) as connection:
            force = " WITH (FORCE)" if kind_of(gone) == "postgresql" else ""
            await connection.execute(text(f"DROP DATABASE IF EXISTS {gone.database}{force}"))

    asyncio.run(drop())


@contextmanager
def temporary_database(kind: Database, folder: Path) -> Iterator[str]:
    """The URL of an empty database that is gone afterwards; SQLite's lies in ``folder``."""
    name = f"setu_test_{uuid.uuid4().hex[:12]}"
    if kind == "sqlite":
        yield f"sqlite+aiosqlite:///{(folder / name).as_posix()}.db"
        return
    url = create_database(servers()[kind], name)
    try:
        yield url
    finally:
        drop_database(url)


@asynccontextmanager
async def _administering(server: str | URL) -> AsyncIterator[AsyncConnection]:
    url = make_url(server)
    if kind_of(url) == "postgresql":  # PostgreSQL has no connection without a database
        url = url.set(database="postgres")
    else:
        url = url.set(database="mysql")
    engine = create_async_engine(url, isolation_level="AUTOCOMMIT", poolclass=NullPool)
    async with engine.connect() as connection:
        yield connection


async def _names(connection: AsyncConnection) -> list[str]:
    query = "SHOW DATABASES"
    if connection.dialect.name == "postgresql":
        query = "SELECT datname FROM pg_database"
    return list(await connection.scalars(text(query)))
