"""Readers' code that goes wrong: every call is answered, and the next one works."""

from __future__ import annotations

from typing import Any

import pytest

from .pyodide import run

Json = dict[str, Any]


@pytest.fixture(scope="module")
def found() -> Json:
    [told] = run("mishaps.py")
    return dict(told)


@pytest.mark.parametrize(
    ("name", "error"),
    [
        ("syntax", "SyntaxError: invalid syntax"),
        ("recursion", "RecursionError: maximum recursion depth exceeded"),
        ("exit", "SystemExit: 3"),
        ("os_exit", "ProcessEndedError: os._exit(4)"),
        ("interrupt", "KeyboardInterrupt"),
        ("memory", "MemoryError"),
        ("input", "EOFError: EOF when reading a line"),
        ("thread", "RuntimeError: can't start new thread"),
        ("program", "OSError: 'ls' cannot be started"),
        ("for_ever", "WaitsForEverError: this waits for ever"),
        ("bad_str", "E"),
        ("nested_run", "RuntimeError: asyncio.run() cannot be called from a running event loop"),
        ("network", "ConnectError: in the page there is no network"),
        ("start_syntax", "SyntaxError: invalid syntax"),
        ("start_import", "ModuleNotFoundError: No module named 'nothing_like_this'"),
        ("start_exit", "SystemExit: 5"),
        ("start_os_exit", "ProcessEndedError: os._exit(5)"),
        ("start_without_app", "AttributeError: module 'app.main' has no attribute 'app'"),
        ("request_without_app", "AttributeError: module 'app.main' has no attribute 'app'"),
        ("route_error", "ZeroDivisionError: division by zero"),
        ("tables_broken", "DatabaseError: file is not a database"),
    ],
)
def test_error_is_told(found: Json, name: str, error: str) -> None:
    assert found[name]["trouble"]["error"].startswith(error)


def test_lab_goes_on(found: Json) -> None:
    assert found["after"]["outputs"][0]["data"] == {"text/plain": "42"}
    assert found["after"]["number"] == 14


def test_syntax_error_looks_as_in_jupyter(found: Json) -> None:
    assert found["syntax"]["outputs"][0]["traceback"] == [
        "  Cell In[1], line 1",
        "    x = = 1",
        "        ^",
        "SyntaxError: invalid syntax",
    ]


def test_endless_output_keeps_its_start_and_end(found: Json) -> None:
    assert found["much"]["length"] < 110_000
    assert found["much"]["end"] == "end\n"


@pytest.mark.parametrize("name", ["route_error", "route_exit", "route_os_exit", "route_print"])
def test_app_answers_again(found: Json, name: str) -> None:
    assert found[name]["after"] == 200


def test_trouble_names_the_place(found: Json) -> None:
    trouble = found["route_error"]["trouble"]
    assert trouble["frames"][-1]["file"] == "app/main.py"
    assert trouble["frames"][-1]["name"] == "trial"
    assert "fastapi/" not in trouble["traceback"]
    assert "setu_page" not in str(found)


def test_answers(found: Json) -> None:
    assert found["route_print"]["printed"] == "hello\n"
    assert (found["route_binary"]["body"], found["route_binary"]["base64"]) == ("AP8=", True)


def test_database(found: Json) -> None:
    assert found["delete"]["status"] == 200
    assert found["tables_empty"]["tables"] == []
    assert found["again"]["trouble"] is None
    assert "dokan.db" in found["saved"]
    assert found["outside"] is False


def test_hostile_tables(found: Json) -> None:
    odd, empty, without = found["tables_hostile"]["tables"]
    assert odd["name"] == 'a"b; DROP'
    assert len(odd["rows"][0][0]) == 200
    assert odd["rows"][0][1] == "X'ff'"
    assert empty["total"] == 0
    assert (without["total"], len(without["rows"]), without["rows"][0]) == (150, 100, ["1", None])
