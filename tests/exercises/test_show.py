"""How a verdict and a text look in the terminal, and which sentence is chosen for a run's end."""

from __future__ import annotations

import re

import pytest

from setu.catalog import Exercise
from setu.checks.subject import Frame
from setu.checks.verdict import Declared, Outcome, Result, Verdict, judge, outcome_key
from setu.exercises.show import LONGEST_LINE, SHOWN_OUTPUT, Line, show, verdict_lines
from setu.exercises.show_text import show_markdown
from setu.exercises.text import read_text
from setu.exercises.wrapping import cells, wrap
from setu.i18n import LANGUAGES, Words, read_messages

DECLARED = [Declared("route", 0), Declared("found", 5), Declared("select", 0, advisory=True)]
PASSED = [Result(each.id, "pass") for each in DECLARED]
BANGLA = "কোনো লুপ হয়তো থামছেই না, কিংবা কিছু একটা অপেক্ষায় আটকে আছে। সেটি খুঁজুন।"
WIDTH = 50


@pytest.fixture
def terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    """A window that is narrow."""
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("COLUMNS", str(WIDTH))


def ended(outcome: Outcome, error: str = "", *results: Result) -> Verdict:
    return judge("ch07_get_user", DECLARED, results, seed=1, outcome=outcome, error=error)


def lines(exercise: Exercise, verdict: Verdict, *, plain: bool = True) -> list[str]:
    words = Words("en", read_messages(exercise.folder / "messages.toml"))
    return [line.text for line in verdict_lines(verdict, exercise, words, plain=plain)]


def without_colours(printed: str) -> list[str]:
    return re.sub(r"\x1b\[[\d;]*m", "", printed).splitlines()


@pytest.mark.parametrize(
    ("outcome", "error", "key"),
    [
        ("import_error", "SyntaxError: '(' was never closed", "import_error"),
        ("import_error", "NameError: name 'Query' is not defined", "import_error"),
        ("import_error", "ModuleNotFoundError: No module named 'app.shop'", "import_error"),
        ("import_error", "the submission is too large", "import_error"),
        ("import_error", "", "import_error"),
        ("import_error", "SystemExit: None", "import_error_raised"),
        ("import_error", "EOFError", "import_error_raised"),
        ("import_error", "sqlalchemy.exc.ArgumentError: Mapper …", "import_error_raised"),
        (
            "import_error",
            "AttributeError: module 'app.main' has no attribute 'app'",
            "import_error_no_app",
        ),
        (
            "import_error",
            "SyntaxError: source code string cannot contain null bytes",
            "import_error_encoding",
        ),
        (
            "import_error",
            "SyntaxError: (unicode error) 'utf-8' codec can't decode byte 0xe9",
            "import_error_encoding",
        ),
        ("start_error", "RuntimeError: Table users has other columns", "start_error"),
        ("start_error", "OperationalError: no column x [SQL: CREATE TABLE y]", "start_error_table"),
        ("memory_limit", "", "memory_limit"),
    ],
)
def test_how_a_run_ended_is_told_by_its_error(outcome: Outcome, error: str, key: str) -> None:
    assert outcome_key(ended(outcome, error)) == key


def test_a_run_whose_time_was_up_before_any_check_never_got_ready() -> None:
    assert outcome_key(ended("time_limit")) == "time_limit_start"
    assert outcome_key(ended("time_limit", "", PASSED[0])) == "time_limit"


def test_a_check_that_ran_out_of_time_does_not_say_it_again(exercise: Exercise) -> None:
    told = lines(exercise, ended("time_limit", "", Result("route", "fail", "time_limit")))
    assert told[1:] == ["", "fail: route"]


def test_all_checks_that_pass_share_a_line(exercise: Exercise) -> None:
    verdict = judge(exercise.id, DECLARED, PASSED, seed=1)
    assert lines(exercise, verdict)[2:] == ["pass: route, found, select (advice, no points)"]
    assert lines(exercise, verdict, plain=False)[2].startswith("✓ route, found")


def test_a_ready_file_that_broke_is_the_last_place(exercise: Exercise) -> None:
    mine, ready = (
        Frame(file=f"app/{name}.py", line=line, name="<module>")
        for name, line in (("main", 12), ("passwords", 3))
    )
    broken: Verdict = {**ended("import_error", "SyntaxError: x"), "frames": [mine, ready]}
    places = ["  app/main.py, line 12, in <module>", "  app/passwords.py, line 3, in <module>"]
    assert lines(exercise, broken)[2:] == places
    refused: Verdict = {**broken, "outcome": "start_error", "error": "CREATE TABLE products"}
    assert lines(exercise, refused)[2:] == places[:1]


def test_a_flood_of_output_is_shortened_and_says_so(exercise: Exercise) -> None:
    verdict: Verdict = {**ended("failed"), "log": "one\ntwo\n"}
    assert "Output while your code ran:" in lines(exercise, verdict)
    for flood in ("x" * 5000, "x\n" * 100):
        told = lines(exercise, {**verdict, "log": flood})
        at = told.index("Output while your code ran, shortened:")
        assert len(told[at + 1 :]) <= SHOWN_OUTPUT
        assert all(len(line) <= LONGEST_LINE + 2 for line in told[at:])


def test_what_would_command_the_terminal_is_shown_as_a_sign(
    capsys: pytest.CaptureFixture[str],
) -> None:
    show([Line("\x1b[2J\a\x9b চা ক্‌ষ \ud800")], plain=True)
    assert capsys.readouterr().out == "␛[2J␇� চা ক্‌ষ �\n"


@pytest.mark.usefixtures("terminal")
def test_sentences_are_broken_at_spaces_and_places_are_not(
    capsys: pytest.CaptureFixture[str],
) -> None:
    show([Line(f"  {BANGLA}"), Line("a place " * 10, "cyan", whole=True)], plain=False)
    *told, place = without_colours(capsys.readouterr().out)
    assert " ".join(line.strip() for line in told) == BANGLA
    assert all(line.startswith("  ") and cells(line) <= WIDTH for line in told)
    assert place == "a place " * 10


@pytest.mark.usefixtures("terminal")
@pytest.mark.parametrize("lang", LANGUAGES)
def test_no_line_of_a_task_is_wider_than_the_window(
    exercise: Exercise, capsys: pytest.CaptureFixture[str], lang: str
) -> None:
    show_markdown(read_text(exercise, lang).task, plain=False)
    told = without_colours(capsys.readouterr().out)
    assert len(told) > 10
    assert max(map(cells, told)) <= WIDTH
    assert [line for line in told if line != line.rstrip()] == []


def test_lines_after_the_first_are_set_in_below_its_words() -> None:
    assert [*wrap("✓ route, found, right_user", 14)] == ["✓ route,", "  found,", "  right_user"]
    assert [*wrap("  one two", 6)] == ["  one", "  two"]
    assert [*wrap("", 6)] == [""]


def test_a_vowel_sign_beside_its_letter_takes_a_column() -> None:
    assert [cells(text) for text in ("চা", "कि", "tea", "茶")] == [2, 2, 3, 2]
