"""Chapters, labs and exercises in the playground's Python: what they do there and in a terminal."""

from __future__ import annotations

from typing import Any

import pytest

from setu.chapters.normalise import normalise

from .pyodide import ROOT, run

Json = dict[str, Any]


def test_script_chapters_print_what_they_print_in_a_terminal() -> None:
    for ran in run("walk.py", "scripts"):
        recorded = ROOT / "chapters" / ran["id"] / "demos" / "right_run_app.out"
        assert ran["trouble"] is None
        printed = f"$ python -m app\n{ran['printed']}"
        assert normalise(printed, [ROOT]) == recorded.read_text(encoding="utf-8")
        assert "INSERT" in str(ran["sql"])


def test_chapter_apps_start_and_answer() -> None:
    walked = run("walk.py", "apps")
    assert len(walked) == 4
    for app in walked:
        assert app["started"]["trouble"] is None, app["started"]["trouble"]
        assert "/users" in app["started"]["openapi"]["paths"]
        assert (app["listed"]["status"], app["wrong"]["status"]) == (200, 404)
        [group] = app["listed"]["sql"]
        assert group["title"] == "GET /users → 200"
        assert [each["sql"] for each in group["sent"] if each["kind"] == "boundary"] == [
            "BEGIN",
            "ROLLBACK",
        ]


def test_labs_print_what_is_stored() -> None:
    cells = run("walk.py", "labs")
    assert len({cell["lab"] for cell in cells}) == 6
    different = [cell for cell in cells if cell["got"] != cell["wanted"]]
    assert different == []


def test_exercises_give_the_verdicts_of_the_terminal() -> None:
    _right(run("walk.py", "exercises"))


@pytest.mark.nightly
def test_whole_bank() -> None:
    _right(run("walk.py", "bank"))


def _right(cases: list[Json]) -> None:
    assert len(cases) >= 12
    wrong = [case for case in cases if case["got"] != case["wanted"]]
    assert wrong == []
    for case in cases:
        passed = case["wanted"] is None or case["verdict"]["outcome"] == "passed"
        assert case["verdict"]["passed"] is passed, case["case"]


def test_alembic_walk() -> None:
    steps = run("walk.py", "alembic")
    told = dict(enumerate(steps))
    assert [step["ok"] for step in steps] == [
        *(True, True, False, True, True, True, True, True, True),
        *(False, False),
    ]
    assert "Running upgrade  -> ef707905bfd8" in told[0]["printed"]
    assert "New upgrade operations detected" in told[2]["printed"]
    [made] = told[3]["files"]
    assert made.startswith("migrations/versions/0005_")
    assert "origin" in [column["name"] for column in _table(told[4], "products")["columns"]]
    assert "No new upgrade operations detected." in told[5]["printed"]
    assert "origin" not in [column["name"] for column in _table(told[6], "products")["columns"]]
    assert "0005" in told[7]["printed"]
    assert "invalid choice" in told[9]["printed"]
    assert told[10]["trouble"]["error"] == "ValueError: No closing quotation"


def _table(step: Json, name: str) -> Json:
    return next(table for table in step["tables"] if table["name"] == name)
