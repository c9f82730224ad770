import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import inspect, text
from sqlalchemy.exc import NoSuchTableError
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

CHAPTER = Path(__file__).parents[1]
Alembic = Callable[[str], str]


@pytest.fixture
def alembic(database_url: str) -> Alembic:
    """Run ``alembic COMMAND`` in the chapter's folder; gives what it printed."""

    def run(command: str) -> str:
        done = subprocess.run(
            [sys.executable, "-m", "alembic", *command.split()],
            cwd=CHAPTER,
            env={**os.environ, "DATABASE_URL": database_url},
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    return run


async def tables(url: str) -> set[str]:
    engine = create_async_engine(url, poolclass=NullPool)
    async with engine.connect() as connection:
        return set(await connection.run_sync(lambda sync: inspect(sync).get_table_names()))


async def run_sql(url: str, *statements: str) -> list[tuple[object, ...]]:
    """The rows of the last statement."""
    engine = create_async_engine(url, poolclass=NullPool)
    async with engine.begin() as connection:
        for statement in statements:
            result = await connection.execute(text(statement))
        return [tuple(row) for row in result] if result.returns_rows else []


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.mark.anyio
async def test_upgrade_makes_the_tables_of_the_models_and_downgrade_removes_them(
    alembic: Alembic, database_url: str
) -> None:
    alembic("upgrade head")
    assert await tables(database_url) == {"users", "products", "alembic_version"}
    assert "No new upgrade operations detected." in alembic("check")
    alembic("downgrade base")
    assert await tables(database_url) == {"alembic_version"}


@pytest.mark.anyio
async def test_rows_survive_the_migrations_there_and_back(
    alembic: Alembic, database_url: str
) -> None:
    alembic("upgrade b858424145d1")
    await run_sql(
        database_url,
        "INSERT INTO users (username, email, hashed_password, is_active) "
        "VALUES ('রহিম', 'rahim@example.com', 'x', true)",
        "INSERT INTO products (title, price, stock_quantity) VALUES ('नोटबुक', 45.50, 3)",
    )
    alembic("upgrade head")
    assert await run_sql(database_url, "SELECT username, display_name FROM users") == [
        ("রহিম", "রহিম")
    ]
    assert await run_sql(database_url, "SELECT name, stock_quantity FROM products") == [
        ("नोटबुक", 3)
    ]
    alembic("downgrade b858424145d1")
    assert await run_sql(database_url, "SELECT title FROM products") == [("नोटबुक",)]
    assert await run_sql(database_url, "SELECT username FROM users") == [("রহিম",)]


def test_the_app_works_on_a_migrated_database(alembic: Alembic, app_main: ModuleType) -> None:
    alembic("upgrade head")
    with TestClient(app_main.app) as client:
        user = {
            "username": "nadia",
            "display_name": "নাদিয়া",
            "email": "nadia@example.com",
            "password": "two cups of tea",
        }
        assert client.post("/users", json=user).status_code == 201
        assert client.post("/users", json=user).status_code == 409
        assert [user["display_name"] for user in client.get("/users").json()] == ["নাদিয়া"]
        tea = {"name": "দার্জিলিং চা", "price": "120.50"}
        assert client.post("/products", json=tea).json()["price"] == "120.50"
        assert [product["name"] for product in client.get("/products").json()] == ["দার্জিলিং চা"]


def test_the_app_does_not_start_without_its_tables(app_main: ModuleType) -> None:
    with pytest.raises(NoSuchTableError), TestClient(app_main.app):
        pass


def test_the_app_does_not_start_on_tables_of_an_older_revision(
    alembic: Alembic, app_main: ModuleType
) -> None:
    alembic("upgrade b858424145d1")
    with (
        pytest.raises(RuntimeError, match="change it with a migration"),
        TestClient(app_main.app),
    ):
        pass


def test_database_module_is_the_same_as_in_chapter_7() -> None:
    there = CHAPTER.parent / "ch07_create_read/app/database.py"
    assert (CHAPTER / "app/database.py").read_bytes() == there.read_bytes()
