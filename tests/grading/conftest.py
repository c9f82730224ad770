"""One warm grading place for the tests of a file."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from conftest import skip_or_fail
from setu.grading.bench import Bench
from setu.grading.sandbox import available_tier


@pytest.fixture(scope="module")
def bench() -> Iterator[Bench]:
    tier, reason = available_tier()
    if tier != "A":
        skip_or_fail("bwrap", reason)
    with Bench(Path(__file__).parents[2], tier="A") as bench:
        yield bench
