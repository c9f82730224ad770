"""Attacks that lie, look around and break out: none passes, none harms, honest work passes."""

from __future__ import annotations

import pytest

from setu.grading.bench import Task
from tests.grading.attacked import Class, attacks, no_harm, places, solution

__all__ = ["places", "solution"]
ATTACKS = attacks("deceive")
pytestmark = pytest.mark.bwrap


def test_there_are_many() -> None:
    assert len(ATTACKS) >= 25


@pytest.mark.parametrize("name", ATTACKS)
def test_no_attack_passes_or_harms(name: str, places: Class, solution: Task) -> None:
    no_harm(ATTACKS[name], places, solution)
