"""What the tests need from the machine, and the database that each test has for itself."""

from __future__ import annotations

import os
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from setu.catalog import DATABASES, Database
from setu.databases import reachable, servers, temporary_database

REQUIRED = set(filter(None, os.environ.get("SETU_REQUIRE", "").split(",")))
"""Marks whose thing must be there: without it their tests fail instead of being skipped."""


def skip_or_fail(mark: str, reason: str) -> None:
    """Skip a test that lacks what ``mark`` stands for; fail it where ``SETU_REQUIRE`` names it."""
    if mark in REQUIRED:
        pytest.fail(f"SETU_REQUIRE names {mark}: {reason}")
    pytest.skip(reason)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what takes an hour, unless ``-m nightly`` asks for it."""
    if "nightly" not in config.option.markexpr:
        nightly = [item for item in items if item.get_closest_marker("nightly")]
        items[:] = [item for item in items if item not in nightly]
        config.hook.pytest_deselected(items=nightly)


@cache
def _why_not(kind: Database) -> str | None:
    if kind == "sqlite":
        return None
    reason = reachable(servers()[kind])
    how = f"docker compose up -d {kind}, or set SETU_TEST_URLS"
    return reason and f"no {kind} server: {how} ({reason})"


def database_params(kinds: tuple[Database, ...] = DATABASES) -> list[object]:
    """Parameters for ``database_url``, each with the mark of its server."""
    marks = {"postgresql": [pytest.mark.postgres], "mariadb": [pytest.mark.mariadb], "sqlite": []}
    return [pytest.param(kind, marks=marks[kind], id=kind) for kind in kinds]


@pytest.fixture(params=database_params())
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The URL of an empty database of this test's own, on each of the three databases in turn."""
    kind: Database = request.param
    if reason := _why_not(kind):
        skip_or_fail("postgres" if kind == "postgresql" else kind, reason)
    with temporary_database(kind, tmp_path) as url:
        yield url
