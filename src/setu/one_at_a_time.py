"""One process at a time in a cache folder, on every system."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

PATIENCE = 600
"""Seconds to wait for the other process."""


@contextmanager
def alone(cache: Path) -> Iterator[None]:
    """Wait until no other process works in ``cache``: what it makes is likely what is needed.

    The lock goes with the process that holds it, however that ends.
    """
    cache.mkdir(parents=True, exist_ok=True)
    with closing(sqlite3.connect(cache / "lock.db", PATIENCE, isolation_level=None)) as lock:
        lock.execute("BEGIN EXCLUSIVE")
        yield
