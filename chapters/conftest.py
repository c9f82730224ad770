"""Fixtures for the tests of all chapters: the chapter's app on a database of the test's own."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest
from fastapi.testclient import TestClient


@pytest.fixture
def app_package(
    request: pytest.FixtureRequest, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> Iterator[str]:
    """The name of the chapter's package (``chapters.ch07_create_read.app``), to be imported anew.

    The engine is made when ``database.py`` is imported, so each test imports its own.
    """
    chapter = request.path.relative_to(Path(__file__).parent).parts[0]
    package = f"chapters.{chapter}.app"
    monkeypatch.setenv("DATABASE_URL", database_url)
    _forget(package)
    yield package
    _forget(package)


@pytest.fixture
def app_main(app_package: str) -> ModuleType:
    """The chapter's ``app/main.py``."""
    return importlib.import_module(f"{app_package}.main")


@pytest.fixture
def client(app_main: ModuleType) -> Iterator[TestClient]:
    """A client of the chapter's app, started and with empty tables."""
    with TestClient(app_main.app) as client:
        yield client


def _forget(package: str) -> None:
    for name in [name for name in sys.modules if name == package or name.startswith(f"{package}.")]:
        del sys.modules[name]
