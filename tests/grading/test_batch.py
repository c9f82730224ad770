"""A batch goes on where it was, grades only what changed, and is void when the grader moves."""

from __future__ import annotations

import csv
import io
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from setu.errors import SetuError
from setu.grading.journal import Journal
from tests.grading.a_class import FIRST, SECOND, AClass, a_class

__all__ = ["a_class"]
PATIENCE = 60.0


def wait_until(there: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not there():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def table(a_class: AClass) -> dict[str, dict[str, str]]:
    text = a_class.out.read_text(encoding="utf-8-sig")
    return {row["student"]: row for row in csv.DictReader(io.StringIO(text, newline=""))}


def entry(key: str) -> dict[str, object]:
    told = {"outcome": "passed", "tier": "A", "score": 1, "max_score": 1, "log": "", "key": key}
    check = {"id": "route", "status": "pass", "points": 1, "params": {}}
    return {**told, "checks": [check]}


def test_a_journal_keeps_what_was_graded_and_the_seed(tmp_path: Path) -> None:
    path = tmp_path / "journal"
    with Journal(path) as journal:
        journal.begin(7)
        journal.graded("a", entry("a"))
    with Journal(path) as journal:
        assert (journal.seed, journal.verdicts) == (7, {"a": entry("a")})


@pytest.mark.parametrize("cut", [1, 5, 20])
def test_a_line_that_was_cut_off_is_taken_away(tmp_path: Path, cut: int) -> None:
    path = tmp_path / "journal"
    with Journal(path) as journal:
        journal.begin(7)
        journal.graded("a", entry("a"))
        journal.graded("b", entry("b"))
    path.write_bytes(path.read_bytes()[:-cut])
    with Journal(path) as journal:
        assert set(journal.verdicts) == {"a"}
        journal.graded("c", entry("c"))
    with Journal(path) as journal:
        assert set(journal.verdicts) == {"a", "c"}
    assert all(json.loads(line) for line in path.read_text().splitlines())


@pytest.mark.parametrize(
    "wrong",
    [{"outcome": None}, {"score": "1"}, {"checks": None}, {"checks": [{"id": "route"}]}],
    ids=str,
)
def test_a_verdict_of_another_shape_is_graded_again(
    tmp_path: Path, wrong: dict[str, object]
) -> None:
    path = tmp_path / "journal"
    with Journal(path) as journal:
        journal.graded("a", entry("a"))
        journal.graded("b", {**entry("b"), **wrong})
    with Journal(path) as journal:
        assert set(journal.verdicts) == {"a"}


def test_a_line_that_is_no_json_costs_only_itself(tmp_path: Path) -> None:
    path = tmp_path / "journal"
    with Journal(path) as journal:
        journal.graded("a", entry("a"))
    path.write_bytes(b'\xff\xfe\n[]\n{"graded": "x"}\n' + path.read_bytes())
    with Journal(path) as journal:
        assert set(journal.verdicts) == {"a"}


def test_a_void_batch_takes_back_what_it_graded_and_no_more(tmp_path: Path) -> None:
    path = tmp_path / "journal"
    with Journal(path) as journal:
        journal.graded("a", entry("old"))
        journal.end(["a"])
        journal.graded("a", entry("new"))
        journal.graded("b", entry("b"))
        journal.void("moved")
        assert journal.verdicts == {"a": entry("old")}
    with Journal(path) as journal:
        assert journal.verdicts == {"a": entry("old")}


def test_a_good_batch_leaves_what_it_did_not_vouch_for_unsure(tmp_path: Path) -> None:
    path = tmp_path / "journal"
    with Journal(path) as journal:
        journal.graded("a", entry("a"))
        journal.graded("b", entry("b"))
        journal.end(["b"])
        assert set(journal.unsure) == {"a"}
    with Journal(path) as journal:
        assert set(journal.unsure) == {"a"}
        journal.void("moved")
        assert set(journal.verdicts) == {"b"}


@pytest.mark.skipif(sys.platform == "win32", reason="no lock there")
def test_two_runs_do_not_write_one_journal(tmp_path: Path) -> None:
    with Journal(tmp_path / "journal"), pytest.raises(SetuError) as raised:
        Journal(tmp_path / "journal")
    assert raised.value.key == "grade_already_runs"


def test_only_what_changed_is_graded_again(a_class: AClass) -> None:
    for student in ("নাদিয়া", "Rahim"):
        a_class.hand_in(student, "pass", FIRST)
        a_class.hand_in(student, "no", SECOND)
    assert a_class.grade().returncode == 0
    assert len(a_class.graded()) == 4
    assert a_class.grade().returncode == 0
    assert len(a_class.graded()) == 4
    a_class.hand_in("Rahim", "pass", SECOND)
    done = a_class.grade()
    assert a_class.graded()[4:] == [f"Rahim {SECOND}"]
    assert "Graded now: 1, known from before: 3" in done.stdout
    assert table(a_class)["Rahim"][f"{SECOND} outcome"] == "passed"
    checks = a_class.root / "exercises" / FIRST / "checks.py"
    checks.write_text(checks.read_text(encoding="utf-8") + "\n# new\n", encoding="utf-8")
    a_class.grade()
    assert sorted(a_class.graded()[5:]) == [f"Rahim {FIRST}", f"নাদিয়া {FIRST}"]
    lent = a_class.root / "exercises" / FIRST / "starter" / "app" / "database.py"
    lent.write_text(lent.read_text(encoding="utf-8") + "\n# new\n", encoding="utf-8")
    a_class.grade()
    assert sorted(a_class.graded()[7:]) == [f"Rahim {FIRST}", f"নাদিয়া {FIRST}"]


def test_the_seed_is_kept_and_another_one_grades_anew(a_class: AClass) -> None:
    a_class.hand_in("Nadia", "pass", FIRST)
    a_class.grade("--seed", "41")
    a_class.grade()
    assert len(a_class.graded()) == 1
    a_class.grade("--seed", "42")
    verdicts = [line["verdict"]["seed"] for line in a_class.journal() if "graded" in line]
    assert verdicts == [41, 42]


def test_known_submissions_are_graded_before_and_after(a_class: AClass) -> None:
    a_class.hand_in("Nadia", "pass", FIRST)
    a_class.grade()
    lines = a_class.journal()
    kinds = [line.get("when") or next(iter(line)) for line in lines]
    assert kinds == ["seed", "before", "before", "graded", "after", "after", "end"]


def stop_after_the_last_verdict(a_class: AClass) -> None:
    """Leave the journal as a run does that was killed before it graded the known ones again."""
    path = a_class.out.with_name("gradebook.csv.journal.jsonl")
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    last = max(number for number, line in enumerate(lines) if line.startswith('{"graded"'))
    path.write_text("".join(lines[: last + 1]), encoding="utf-8")


def test_a_run_stopped_after_the_last_verdict_grades_the_known_ones_once_more(
    a_class: AClass,
) -> None:
    a_class.hand_in("Nadia", "pass", FIRST)
    a_class.grade()
    stop_after_the_last_verdict(a_class)
    done = a_class.grade()
    assert "Graded now: 0, known from before: 1" in done.stdout
    assert a_class.graded() == [f"Nadia {FIRST}"]
    kinds = [line.get("when") or next(iter(line)) for line in a_class.journal()]
    assert kinds[3:] == ["graded", "before", "before", "after", "after", "end"]
    a_class.grade()
    assert len(a_class.journal()) == len(kinds), "and then it is sure"


def test_what_a_stopped_run_graded_is_void_if_the_known_ones_move(a_class: AClass) -> None:
    a_class.hand_in("Nadia", "pass", FIRST)
    a_class.grade()
    stop_after_the_last_verdict(a_class)
    (a_class.room / "moves").touch()
    assert a_class.grade().returncode == 2
    (a_class.room / "moves").unlink()
    a_class.grade()
    assert a_class.graded() == [f"Nadia {FIRST}"] * 2


def test_a_batch_of_another_exercise_does_not_vouch_for_a_stopped_one(a_class: AClass) -> None:
    a_class.hand_in("Nadia", "pass")
    a_class.grade("--exercise", FIRST)
    stop_after_the_last_verdict(a_class)
    a_class.grade("--exercise", SECOND)
    a_class.grade("--exercise", FIRST)
    after = [line["control"] for line in a_class.journal() if line.get("when") == "after"]
    assert [known.split()[-1] for known in after] == [SECOND, SECOND, FIRST, FIRST]


def test_a_batch_in_which_the_known_ones_move_is_void(a_class: AClass) -> None:
    a_class.hand_in("Nadia", "pass", FIRST)
    (a_class.room / "moves").touch()
    done = a_class.grade()
    assert done.returncode == 2
    assert "void" in done.stderr
    assert f"known good {FIRST}" in done.stderr
    assert not a_class.out.exists()
    (a_class.room / "moves").unlink()
    assert a_class.grade().returncode == 0
    assert a_class.graded() == [f"Nadia {FIRST}"] * 2


def test_a_worker_that_dies_is_replaced_and_its_task_tried_once_more(a_class: AClass) -> None:
    a_class.hand_in("Once", "pass, crash once", FIRST)
    for n in range(4):
        a_class.hand_in(f"Honest {n}", "pass", FIRST)
    done = a_class.grade()
    assert done.returncode == 0
    assert {row[f"{FIRST} outcome"] for row in table(a_class).values()} == {"passed"}
    assert len(a_class.graded()) == 5


def test_a_task_that_kills_twice_is_a_fault_of_its_own_and_tried_again(a_class: AClass) -> None:
    crash = a_class.hand_in("Crash", "crash", FIRST)
    a_class.hand_in("Fault", "fault", FIRST)
    a_class.hand_in("Honest", "pass", FIRST)
    done = a_class.grade()
    assert done.returncode == 1
    assert "Without a verdict: 2" in done.stderr
    assert f"Fault: no verdict on {FIRST}" in done.stdout
    assert "the bench broke" in done.stdout
    rows = table(a_class)
    assert rows["Crash"][f"{FIRST} outcome"] == rows["Fault"][f"{FIRST} outcome"] == "checker_fault"
    assert rows["Crash"][FIRST] == rows["Crash"]["percent"] == ""
    assert rows["Crash"]["notes"] == "checker_fault"
    assert rows["Honest"]["percent"] == "100.0"
    crash.write_text("pass")
    (a_class.folder / "Fault" / FIRST / "app" / "main.py").write_text("pass")
    assert a_class.grade().returncode == 0
    assert a_class.graded().count(f"Honest {FIRST}") == 1


@pytest.mark.skipif(sys.platform == "win32", reason="signals are different there")
@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGINT, signal.SIGTERM])
def test_a_run_that_was_ended_goes_on(a_class: AClass, how: signal.Signals) -> None:
    students = [f"Student {n:02}" for n in range(12)]
    for student in students:
        a_class.hand_in(student, "pass, wait", FIRST)
    run = subprocess.Popen(
        a_class.command("--workers", "2"),
        env=a_class.environment,
        cwd=a_class.base,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        start_new_session=True,
    )
    wait_until(lambda: len(a_class.graded()) >= 3)
    os.killpg(run.pid, how)
    _, said = run.communicate(timeout=PATIENCE)
    assert not a_class.out.exists()
    if how != signal.SIGKILL:
        assert run.returncode == 2
        assert b"run the same command again" in said
        assert b"Traceback" not in said
    before = [line["graded"] for line in a_class.journal() if "graded" in line]
    assert 0 < len(before) < len(students)
    assert a_class.grade().returncode == 0
    after = [line["graded"] for line in a_class.journal() if "graded" in line]
    assert after[: len(before)] == before
    assert len(after) == len(set(after)) == len(students)
    assert [row["percent"] for row in table(a_class).values()] == ["100.0"] * len(students)
