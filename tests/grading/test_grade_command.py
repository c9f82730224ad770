"""``setu grade`` as an instructor runs it."""

from __future__ import annotations

import csv
import io
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from conftest import skip_or_fail
from setu.grading.sandbox import available_tier
from tests.grading.a_class import FIRST, SECOND, AClass, a_class

__all__ = ["a_class"]


def test_everything_that_it_writes(a_class: AClass) -> None:
    a_class.hand_in("নাদিয়া রহমান", "pass")
    a_class.hand_in("आरव", "no", FIRST)
    (a_class.folder / "Broken.zip").write_bytes(b"no zip")
    roster = a_class.base / "roster.csv"
    roster.write_text("student,email\nনাদিয়া রহমান,n@example.com\nRahim,=1+1\n", encoding="utf-8")
    done = a_class.grade(
        *("--json", "verdicts", "--feedback", "feedback", "--roster", str(roster)),
        *("--due", "2026-01-01"),
    )
    assert done.returncode == 1, done.stderr
    assert "Broken: the zip is damaged" in done.stdout
    assert "Rahim: nothing was handed in" in done.stdout
    assert "आरव: late: " in done.stdout
    assert "Traceback" not in done.stderr
    text = a_class.out.read_text(encoding="utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text, newline="")))
    assert [row["student"] for row in rows] == ["Broken", "Rahim", "आरव", "নাদিয়া রহমান"]
    assert [row["email"] for row in rows] == ["", "'=1+1", "", "n@example.com"]
    assert "not_in_roster" in rows[2]["notes"]
    verdicts = sorted(
        path.relative_to(a_class.base).as_posix() for path in a_class.base.glob("verdicts/*/*")
    )
    assert verdicts == [f"verdicts/आरव/{FIRST}.json", f"verdicts/নাদিয়া রহমান/{FIRST}.json"]
    stored = json.loads((a_class.base / verdicts[0]).read_text(encoding="utf-8"))
    assert (stored["student"], stored["tier"], stored["passed"]) == ("आरव", "A", False)
    assert len(list(a_class.base.glob("feedback/*.html"))) == 4
    assert a_class.out.with_suffix(".html").exists()


def test_what_is_gone_or_unreadable_now_keeps_no_old_verdict(a_class: AClass) -> None:
    for student in ("Nadia", "Rahim"):
        a_class.hand_in(student, "pass", FIRST)
    places = ("--json", "verdicts", "--feedback", "feedback")
    assert a_class.grade(*places).returncode == 0
    verdicts, feedback = a_class.base / "verdicts", a_class.base / "feedback"
    (verdicts / "Rahim" / f"{SECOND}.json").write_text('{"mine": true}')
    (feedback / "mine.html").write_text("<!doctype html>")
    shutil.rmtree(a_class.folder / "Nadia")
    shutil.rmtree(a_class.folder / "Rahim")
    (a_class.folder / "Rahim.zip").write_bytes(b"no zip")
    done = a_class.grade(*places, "--exercise", FIRST, "--exercise", SECOND)
    assert "could not be read" in (feedback / "Rahim.html").read_text("utf-8")
    left = [path.name for path in (verdicts / "Rahim").iterdir()]
    assert left == [f"{SECOND}.json"], "and no file of others is taken away"
    told = done.stdout.splitlines()[-1]
    assert "not here any more (2)" in told
    assert "mine" not in told
    assert (feedback / "Nadia.html").exists()
    assert (verdicts / "Nadia" / f"{FIRST}.json").exists()


def test_a_student_of_whom_no_verdict_is_left_keeps_no_empty_folder(a_class: AClass) -> None:
    a_class.hand_in("Nadia", "pass", FIRST)
    a_class.hand_in("Rahim", "pass", FIRST)
    assert a_class.grade("--json", "verdicts").returncode == 0
    shutil.rmtree(a_class.folder / "Rahim")
    (a_class.folder / "Rahim.zip").write_bytes(b"no zip")
    assert a_class.grade("--json", "verdicts").returncode == 1
    assert [path.name for path in (a_class.base / "verdicts").iterdir()] == ["Nadia"]


def test_the_exercises_are_those_handed_in_or_asked_for(a_class: AClass) -> None:
    a_class.hand_in("Nadia", "pass", SECOND)
    a_class.hand_in("Rahim", "pass")
    a_class.grade()
    assert sorted(a_class.graded()) == [f"Nadia {SECOND}", f"Rahim {SECOND}"]
    a_class.grade("--exercise", FIRST, "--exercise", SECOND)
    assert a_class.graded()[2:] == [f"Rahim {FIRST}"]


def test_an_exercise_that_is_named_twice_counts_once(a_class: AClass) -> None:
    a_class.hand_in("Nadia", "pass", FIRST)
    assert a_class.grade("--exercise", "ch07", "--exercise", FIRST).returncode == 0
    header, row = list(csv.reader(a_class.out.read_text(encoding="utf-8-sig").splitlines()))
    assert header.count(FIRST) == 1
    assert row[header.index("percent")] == "100.0"


def test_a_page_that_is_the_instructors_own_stays(a_class: AClass) -> None:
    a_class.hand_in("Nadia", "pass", FIRST)
    page = a_class.out.with_suffix(".html")
    page.parent.mkdir()
    page.write_text("<!doctype html>")
    done = a_class.grade()
    assert (done.returncode, done.stderr.count("\n")) == (2, 1)
    assert "is another file" in done.stderr
    assert page.read_text() == "<!doctype html>"
    page.unlink()
    assert [a_class.grade().returncode for _ in range(2)] == [0, 0], "our own is replaced"


def test_a_name_of_four_bytes_a_letter_has_its_page(a_class: AClass) -> None:
    name = "\U00011107" * 60
    a_class.hand_in(name, "pass", FIRST)
    assert a_class.grade("--feedback", "feedback", "--json", "verdicts").returncode == 0
    (page,) = (a_class.base / "feedback").iterdir()
    assert page.stem == name[:50]


def test_without_a_sandbox_nothing_runs_unless_the_files_are_trusted(a_class: AClass) -> None:
    a_class.hand_in("Nadia", "pass", FIRST)
    (a_class.room / "tier").write_text("B")
    done = a_class.grade()
    assert done.returncode == 2
    assert "--i-trust-these-files" in done.stderr
    assert "no bwrap here" in done.stderr
    assert not a_class.out.exists()
    assert a_class.graded() == []
    done = a_class.grade("--i-trust-these-files")
    assert done.returncode == 0
    assert "all your rights" in done.stderr
    tiers = [line["verdict"]["tier"] for line in a_class.journal() if "graded" in line]
    assert tiers == ["B"]
    (a_class.room / "tier").write_text("A")
    a_class.grade()
    tiers = [line["verdict"]["tier"] for line in a_class.journal() if "graded" in line]
    assert tiers == ["B", "A"], "what ran without walls does not count where there are some"


@pytest.mark.parametrize(("limit", "code"), [("100", 1), ("5", 0), (None, 0)])
def test_a_low_score_is_an_error_only_when_asked(
    a_class: AClass, limit: str | None, code: int
) -> None:
    a_class.hand_in("Nadia", "pass", FIRST)
    a_class.hand_in("Rahim", "pass" if limit == "5" else "no", FIRST)
    done = a_class.grade(*(("--fail-under", limit) if limit else ()))
    assert done.returncode == code
    assert ("Below 100 percent: 1" in done.stderr) is (code == 1)


def test_an_instructors_own_checks_count_as_other_checks(a_class: AClass) -> None:
    a_class.hand_in("Nadia", "pass", FIRST)
    a_class.grade()
    own = a_class.base / "own" / FIRST / "checks.py"
    own.parent.mkdir(parents=True)
    own.write_text("# private\n", encoding="utf-8")
    done = a_class.grade("--checks", str(own.parent.parent))
    assert a_class.graded() == [f"Nadia {FIRST}"] * 2
    assert f"Your own checks are used for: {FIRST}\n" in done.stdout


def test_a_void_batch_names_the_checks_of_ones_own(a_class: AClass) -> None:
    a_class.hand_in("Nadia", "pass", FIRST)
    own = a_class.base / "own" / FIRST / "checks.py"
    own.parent.mkdir(parents=True)
    own.write_text("# private\n", encoding="utf-8")
    (a_class.room / "moves").touch()
    done = a_class.grade("--checks", "own")
    assert done.returncode == 2
    assert f"in your own checks, {Path('own', FIRST, 'checks.py')}" in done.stderr


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--exercise", "ch07_get_usr"), "Did you mean ch07_get_user?"),
        (("--due", "tomorrow"), "tomorrow is not a time"),
        (("--roster", "nowhere.csv"), "nowhere.csv is not a file that can be read"),
        (("--due", "20261130"), "20261130 is not a time"),
        (("--due", "2026-W49"), "2026-W49 is not a time"),
        (("--due", "2026-11-20T23"), "2026-11-20T23 is not a time"),
        (("--checks", "nowhere"), "nowhere is not a folder"),
        (("--checks", "submissions"), "No checks of your own"),
        (("--checks", "broken"), "checks.py, line 2 is not Python"),
        (("--scheduler", "tcp://127.0.0.1:9"), "No Dask scheduler answers"),
        (("--scheduler", "nonsense"), "No Dask scheduler answers"),
    ],
)
def test_bad_input_is_one_sentence(a_class: AClass, words: tuple[str, ...], said: str) -> None:
    a_class.hand_in("Nadia", "pass", FIRST)
    broken = a_class.base / "broken" / FIRST / "checks.py"
    broken.parent.mkdir(parents=True)
    broken.write_text("\ndef test_route(:\n", encoding="utf-8")
    done = a_class.grade(*words)
    assert done.returncode == 2
    assert said in done.stderr
    assert "Traceback" not in done.stderr
    assert done.stderr.count("\n") == 1


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--out", "folder"), "named folder, so no file"),
        (("--out", ""), "so no file can be written there"),
        (("--out", "."), "so no file can be written there"),
        (("--out", ".."), "so no file can be written there"),
        (("--out", "/"), "so no file can be written there"),
        (("--out", "new/.."), "so no file can be written there"),
        (("--out", "a" * 300), "cannot be written"),
        (("--out", "file/book.csv"), "file is a file"),
        (("--out", "book.html"), "--out book.csv"),
        (("--out", "taken.csv"), "named taken.html"),
        (("--feedback", "file"), "another folder with --feedback"),
        (("--json", "file"), "another folder with --json"),
        (("--json", "file/deeper"), "cannot be written"),
        (("--json", "submissions/json"), "outside of"),
        (("--feedback", "submissions"), "outside of"),
        (("--out", "submissions/results/book.csv"), "outside of"),
    ],
)
def test_a_place_that_nothing_can_be_written_to_is_refused_before_anything_is_graded(
    a_class: AClass, words: tuple[str, ...], said: str
) -> None:
    a_class.hand_in("Nadia", "pass", FIRST)
    (a_class.base / "folder").mkdir()
    (a_class.base / "taken.html").mkdir()
    (a_class.base / "file").write_text("kept")
    done = a_class.grade(*words)
    assert (done.returncode, done.stderr.count("\n")) == (2, 1)
    assert said in done.stderr
    assert a_class.graded() == []
    assert (a_class.base / "file").read_text() == "kept"
    assert not list(a_class.base.rglob("*.jsonl"))


def test_a_gradebook_beside_the_submissions_is_no_student(a_class: AClass) -> None:
    a_class.hand_in("Nadia", "pass", FIRST)
    for _ in range(2):
        done = a_class.grade("--out", str(a_class.folder / "book.csv"))
        assert (done.returncode, "Students: 1." in done.stdout) == (0, True)


def test_a_folder_with_nothing_in_it_is_one_sentence(a_class: AClass) -> None:
    done = a_class.grade()
    assert (done.returncode, done.stderr.count("\n")) == (2, 1)
    assert "no submission of an exercise" in done.stderr


def test_a_stop_while_submissions_are_read_is_one_sentence(a_class: AClass) -> None:
    a_class.hand_in("Nadia", "pass", FIRST)
    command = a_class.command()
    command[2] = f"""
import signal
from setu.grading import handed_in
handed_in.open_source = lambda path: signal.raise_signal(signal.SIGINT)
{command[2]}"""
    done = subprocess.run(
        command, env=a_class.environment, capture_output=True, encoding="utf-8", check=False
    )
    assert done.returncode == 2
    assert done.stderr.startswith("Stopped before anything was graded.")
    assert done.stderr.count("\n") == 1


def test_a_day_alone_is_the_end_of_it(a_class: AClass) -> None:
    os.utime(a_class.hand_in("Nadia", "pass", FIRST), (1_796_083_200, 1_796_083_200))
    for due, late in (("2026-11-30", "yes"), ("2026-12-01", "no"), ("2026-12-01T23:00Z", "no")):
        a_class.grade("--due", due)
        text = a_class.out.read_text(encoding="utf-8-sig")
        [row] = csv.DictReader(io.StringIO(text, newline=""))
        assert (due, row["late"]) == (due, late)


@pytest.mark.parametrize(("lang", "said"), [("bn", "শিক্ষার্থী: 1"), ("hi", "विद्यार्थी: 1")])
def test_it_speaks_the_instructors_language(a_class: AClass, lang: str, said: str) -> None:
    a_class.hand_in("Nadia", "pass", FIRST)
    assert said in a_class.grade("--lang", lang).stdout


@pytest.mark.bwrap
def test_real_submissions_in_the_real_sandbox(a_class: AClass) -> None:
    tier, why = available_tier()
    if tier != "A":
        skip_or_fail("bwrap", why)
    solution = a_class.root / "solutions" / FIRST / "app"
    shutil.copytree(solution, a_class.folder / "নাদিয়া" / "work" / FIRST / "app")
    starter = a_class.root / "exercises" / FIRST / "starter" / "app"
    shutil.copytree(starter, a_class.folder / "आरव" / "app")
    own = a_class.base / "own" / FIRST / "checks.py"
    own.parent.mkdir(parents=True)
    checks = (a_class.root / "exercises" / FIRST / "checks.py").read_text(encoding="utf-8")
    own.write_text(checks.replace('"route_missing"', '"a_key_without_words"'), encoding="utf-8")
    for extra in ((), ("--checks", str(own.parent.parent))):
        command = [sys.executable, "-m", "setu", "grade", str(a_class.folder), "--seed", "5"]
        done = subprocess.run(
            [*command, "--out", str(a_class.out), "--root", str(a_class.root), *extra],
            env=a_class.environment,
            capture_output=True,
            encoding="utf-8",
            timeout=300,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        text = a_class.out.read_text(encoding="utf-8-sig")
        rows = {row["student"]: row for row in csv.DictReader(io.StringIO(text, newline=""))}
        assert rows["নাদিয়া"]["percent"] == "100.0"
        assert rows["आरव"][f"{FIRST} outcome"] == "failed"
        page = a_class.out.with_suffix(".html").read_text(encoding="utf-8")
        assert ("a_key_without_words" in page) is bool(extra)
