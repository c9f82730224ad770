"""The contract of the checks, on an app that is nothing but a dictionary: no FastAPI, no SQL."""

from __future__ import annotations

import ast
import json
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import MappingProxyType

import pytest

from setu.checks import Call, Refused, Reply, Row, Unexpected, expect
from setu.checks.expect import LONGEST
from setu.checks.guard import Guarded
from setu.checks.run import CheckerFault, run_checks
from setu.checks.subject import Column, Statement
from setu.checks.verdict import Declared, Result, first_failure, judge

PACKAGE = Path(__file__).parents[2] / "src/setu/checks"


class Shop:
    """An app and a store in one: answers from the rows that were inserted."""

    def __init__(self, *, inside: bool = True) -> None:
        self.rows_by_table: dict[str, list[Row]] = {}
        self.starts = 1
        self.statements: list[Statement] | None = [] if inside else None

    def send(self, call: Call) -> Reply:
        if self.statements is not None:
            self.statements.append(Statement("SELECT 1", ()))
        status = {"/boom": 500, "/text": 200}.get(call.path, 200)
        body = b"plain" if call.path == "/text" else json.dumps(self.rows_by_table).encode()
        return Reply(status, {}, body, call.did)

    def parallel(self, calls: Sequence[Call]) -> list[Reply]:
        return [self.send(call) for call in calls]

    def restart(self) -> None:
        self.starts += 1

    def empty(self) -> None:
        self.rows_by_table = {}

    def insert(self, table: str, rows: list[Row]) -> None:
        self.rows_by_table.setdefault(table, []).extend(rows)

    def delete(self, table: str, id: int) -> None:
        self.rows_by_table[table] = [row for row in self.rows_by_table[table] if row["id"] != id]

    def rows(self, table: str) -> list[Row]:
        return self.rows_by_table.get(table, [])

    def columns(self, table: str) -> list[Column]:
        return []


def run(
    tmp_path: Path,
    checks: str,
    shop: Shop | None = None,
    seed: int = 1,
    needs: Mapping[str, tuple[str, ...]] = MappingProxyType({}),
) -> dict[str, Result]:
    """Run the source of some checks, every other one of which may be advisory by its name."""
    shop = shop or Shop()
    file = tmp_path / "checks.py"
    file.write_text(f"from setu.checks import *\n\n{checks}", encoding="utf-8")
    names = [node.name for node in ast.parse(checks).body if isinstance(node, ast.FunctionDef)]
    declared = [
        Declared(id, 1, advisory="advisory" in id, needs=needs.get(id, ()))
        for id in (name.removeprefix("test_") for name in names)
    ]
    results = run_checks(file, declared, Guarded(shop, shop), seed=seed)
    return {result.id: result for result in results}


def test_a_check_fails_by_expect_alone(tmp_path: Path) -> None:
    results = run(
        tmp_path,
        "def test_good(subject):\n    expect(True, 'key')\n"
        "def test_bad(subject):\n"
        "    expect(False, 'key', subject.request('GET', '/'), expected=404, name='চা')\n"
        "def test_fault(subject):\n    assert 1 == 2\n"
        "def test_error(subject):\n    subject.request('GET', '/').json()['users']\n",
    )
    assert results["good"].status == "pass"
    bad = results["bad"]
    assert (bad.status, bad.key, bad.fault) == ("fail", "key", False)
    assert bad.params == {"did": "GET /", "expected": "404", "got": "200 {}", "name": "চা"}
    assert results["fault"].fault
    assert results["error"].fault
    assert "KeyError" in results["error"].params["error"]


def test_rules_that_hold_everywhere(tmp_path: Path) -> None:
    results = run(
        tmp_path,
        "def test_crash(subject):\n    subject.request('GET', '/boom')\n"
        "def test_named_crash(subject):\n"
        "    reply = subject.request('GET', '/boom')\n"
        "    expect(reply.status == 200, 'wrong', reply, crash='boom')\n"
        "def test_unnamed_crash(subject):\n"
        "    reply = subject.request('GET', '/boom')\n"
        "    expect(reply.status == 200, 'wrong', reply)\n"
        "def test_stumbled(subject):\n    subject.request('GET', '/boom').json()['id']\n"
        "def test_parallel_crash(subject):\n    subject.parallel([Call('GET', '/boom')])\n"
        "def test_leak(subject, rng):\n"
        "    subject.insert('users', make_users(rng))\n"
        "    subject.request('GET', '/users')\n"
        "def test_text(subject):\n    subject.request('GET', '/text').json()\n",
    )
    assert {id: result.key for id, result in results.items()} == {
        "crash": "server_error",
        "named_crash": "boom",
        "unnamed_crash": "server_error",
        "stumbled": "server_error",
        "parallel_crash": "server_error",
        "leak": "hash_leaked",
        "text": "not_json",
    }
    assert not any(result.fault for result in results.values())


def test_each_check_begins_with_empty_tables_and_no_statements(tmp_path: Path) -> None:
    results = run(
        tmp_path,
        "def test_one(subject):\n    subject.insert('users', [{'id': 1}])\n"
        "    subject.request('GET', '/')\n    expect(len(subject.statements) == 1, 'key')\n"
        "def test_two(subject):\n    expect(subject.rows('users') == [], 'rows')\n"
        "    expect(subject.statements == [], 'statements')\n",
    )
    assert [result.status for result in results.values()] == ["pass", "pass"]


def test_an_app_that_crashed_is_restarted_before_the_next_check(tmp_path: Path) -> None:
    shop = Shop()
    run(
        tmp_path,
        "def test_one(subject):\n    subject.request('GET', '/boom')\n"
        "def test_two(subject):\n    pass\n"
        "def test_three(subject):\n    pass\n",
        shop,
    )
    assert shop.starts == 2


def test_advice_is_skipped_where_the_inside_cannot_be_seen(tmp_path: Path) -> None:
    checks = "def test_advisory(subject):\n    expect(False, 'key')\ndef test_b(subject): pass\n"
    seen = run(tmp_path, checks)
    unseen = run(tmp_path, checks, Shop(inside=False))
    assert [result.status for result in seen.values()] == ["fail", "pass"]
    assert [result.status for result in unseen.values()] == ["skip", "pass"]


def test_what_needs_a_check_that_failed_is_not_tried(tmp_path: Path) -> None:
    shop = Shop()
    results = run(
        tmp_path,
        "def test_route(subject):\n    expect(False, 'route_missing')\n"
        "def test_saved(subject):\n    subject.insert('users', [{'id': 1}])\n"
        "def test_kept(subject):\n    subject.insert('users', [{'id': 2}])\n"
        "def test_alone(subject):\n    pass\n"
        "def test_after(subject):\n    pass\n",
        shop,
        needs={"saved": ("route",), "kept": ("saved",), "after": ("alone",)},
    )
    told = {id: (each.status, each.key, each.params) for id, each in results.items()}
    assert told == {
        "route": ("fail", "route_missing", {}),
        "saved": ("skip", None, {"needs": "route"}),
        "kept": ("skip", None, {"needs": "route"}),
        "alone": ("pass", None, {}),
        "after": ("pass", None, {}),
    }
    assert shop.rows_by_table == {}


def test_a_row_that_is_refused_fails_with_the_checks_own_key(tmp_path: Path) -> None:
    class Strict(Shop):
        def insert(self, table: str, rows: list[Row]) -> None:
            raise Refused("CHECK constraint failed: ck_products_price")

    results = run(
        tmp_path,
        "def test_own(subject):\n"
        "    subject.insert('products', [{'price': 1}], key='good_row_refused')\n"
        "def test_bare(subject):\n    subject.insert('products', [{'price': 1}])\n"
        "def test_asked(subject):\n"
        "    try:\n        subject.insert('products', [{'price': 1}])\n"
        "    except Refused as refused:\n"
        "        expect(str(refused).startswith('CHECK constraint failed'), 'key')\n",
        Strict(),
    )
    assert (results["own"].key, results["own"].fault) == ("good_row_refused", False)
    assert results["own"].params == {
        "did": 'INSERT INTO products [{"price": 1}]',
        "expected": "INSERT OK",
        "got": "CHECK constraint failed: ck_products_price",
    }
    assert (results["bare"].key, results["bare"].fault) == ("table_differs", False)
    assert results["bare"].params == {"table": "products", **results["own"].params}
    assert results["asked"].status == "pass"


def test_the_seed_and_the_check_make_the_data(tmp_path: Path) -> None:
    show = "    expect(False, 'key', got=[rng.random(), rng.random()])\n"
    one = f"def test_one(subject, rng):\n{show}"
    two = f"def test_two(subject, rng):\n{show}"
    first = run(tmp_path, one + two)
    again = run(tmp_path, two + one)
    assert first["one"].params == again["one"].params
    assert first["one"].params != first["two"].params
    assert first["one"].params != run(tmp_path, one, seed=2)["one"].params


def test_checks_and_their_declaration_must_agree(tmp_path: Path) -> None:
    file = tmp_path / "checks.py"
    file.write_text("def test_one(subject): pass\ndef test_two(subject): pass\n", encoding="utf-8")
    shop = Shop()
    with pytest.raises(CheckerFault, match="differ: two"):
        run_checks(file, [Declared("one", 1)], Guarded(shop, shop), seed=1)


def test_long_values_are_shortened() -> None:
    with pytest.raises(Unexpected) as error:
        expect(False, "key", Reply(200, {}, b"x" * 5000, "GET /"), expected=["চা"] * 500)
    assert all(len(value) <= LONGEST for value in error.value.params.values())
    assert error.value.params["got"].endswith("…")


def test_a_call_is_shown_as_it_is_written_and_sent_quoted() -> None:
    call = Call("PUT", "/users/7' OR '1'='1", json={"name": "চা"}, params={"page": "2"})
    assert call.did == "PUT /users/7' OR '1'='1?page=2 {\"name\": \"চা\"}"
    assert call.target == "/users/7%27%20OR%20%271%27%3D%271"
    assert call.all_headers == {"content-type": "application/json"}
    assert Call("PUT", "/", json=None).body == b"null"
    assert Call("GET", "/").body is None


def test_a_check_may_send_whatever_an_app_gave_it() -> None:
    call = Call("PUT", "/users/\ud800", json={"email": b"\xff", "id": "\ud800", "price": 1e999})
    assert call.target == "/users/%3F"
    assert call.body == b'{"email": "b\'\\\\xff\'", "id": "?", "price": Infinity}'


def test_half_a_character_is_shown_as_a_question_mark() -> None:
    with pytest.raises(Unexpected) as error:
        expect(False, "key", Reply(200, {}, b"", "GET /users/\ud800"), expected=["\ud800"])
    assert error.value.params == {"did": "GET /users/?", "expected": '["?"]', "got": "200"}


DECLARED = [Declared("a", 2), Declared("b", 3), Declared("c", 0, advisory=True)]


@pytest.mark.parametrize(
    ("statuses", "outcome", "score"),
    [
        ("pass pass pass", "passed", 5),
        ("pass pass fail", "passed", 5),
        ("pass pass skip", "passed", 5),
        ("fail pass pass", "failed", 3),
        ("pass skip pass", "failed", 2),
    ],
)
def test_the_outcome_follows_from_what_counts(statuses: str, outcome: str, score: int) -> None:
    results = [
        Result(check.id, status, "key" if status == "fail" else None)  # type: ignore[arg-type]
        for check, status in zip(DECLARED, statuses.split(), strict=True)
    ]
    verdict = judge("ch01_x", DECLARED, results, seed=1)
    assert (verdict["outcome"], verdict["score"], verdict["max_score"]) == (outcome, score, 5)
    assert verdict["passed"] is (outcome == "passed")


def test_a_run_that_broke_off_never_passes() -> None:
    results = [Result("a", "pass"), Result("b", "pass"), Result("c", "pass")]
    verdict = judge("ch01_x", DECLARED, results, seed=1, outcome="time_limit")
    assert not verdict["passed"]
    assert first_failure(verdict) == "time_limit"
    fault = judge("ch01_x", DECLARED, [*results[:2], Result("c", "fail", fault=True)], seed=1)
    assert (fault["outcome"], fault["passed"]) == ("checker_fault", False)


def test_checks_import_only_the_standard_library_and_pytest() -> None:
    allowed = {*sys.stdlib_module_names, "pytest"}
    for file in PACKAGE.glob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            names = []
            if isinstance(node, ast.Import):
                names = [alias.name for alias in node.names]
            elif isinstance(node, ast.ImportFrom):
                names = [node.module or ""]
            for name in names:
                own = name == "setu.checks" or name.startswith("setu.checks.")
                assert own or name.split(".")[0] in allowed, f"{file.name}: {name}"
