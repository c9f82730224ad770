"""``setu learn``: saves, verdicts and keys in a real terminal."""

from __future__ import annotations

import json
import shutil
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.learn.conftest import FIRST, SECOND, Terminal, wait_until

if sys.platform == "win32":
    pytest.skip("pseudo-terminals are a thing of POSIX", allow_module_level=True)

Learn = Callable[..., Terminal]


def main_of(course: Path, id: str = FIRST) -> Path:
    return course / "work" / id / "app/main.py"


def solve(course: Path, id: str = FIRST) -> None:
    """Save the solution in the learner's copy."""
    shutil.copytree(course / "solutions" / id, course / "work" / id, dirs_exist_ok=True)


def record(course: Path, id: str = FIRST) -> Any:
    text = (course / "work/progress.json").read_text(encoding="utf-8")
    return json.loads(text)["exercises"][id]


def modes(terminal: Terminal) -> list[Any]:
    import termios

    return termios.tcgetattr(terminal.theirs)


def test_it_opens_the_first_exercise_and_checks_each_save(learn: Learn, course: Path) -> None:
    terminal = learn()
    assert f"{FIRST}: One user by id" in terminal.printed
    assert "GET /users/{user_id}" in terminal.printed
    assert f"save: {main_of(course)}" in terminal.printed.replace("\n", " ")
    assert "Checking" not in terminal.printed
    with main_of(course).open("a", encoding="utf-8") as file:
        file.write("\n# mine\n")
    told = terminal.wait_for("Not yet: ", "passed: 0 of 2", "h hint")
    assert "What I did: GET /" in told
    assert "FastAPI knows no route GET /users/{user_id}" in told
    solve(course)
    terminal.wait_for("Passed: 10 of 10", "Press s to compare", "passed: 1 of 2", "h hint")
    assert record(course)["passed"]
    assert record(course)["attempts"] == 2
    terminal.press("s")
    terminal.wait_for("app/main.py", "def get_user")
    assert record(course)["solution_seen"]
    terminal.press("n")
    terminal.wait_for(f"{SECOND}: ", "passed: 1 of 2", "h hint")
    solve(course, SECOND)
    terminal.wait_for("Passed: 10 of 10", "h hint", "Every exercise of the course is passed")
    terminal.press("n")
    terminal.wait_for(f"{FIRST}: ", "Passed: 10 of 10", "h hint")
    terminal.press("q")
    assert terminal.left() == 0
    assert str(course / "work") in terminal.printed.replace("\n", "")


def test_a_half_edited_file_is_an_import_error_with_its_line(learn: Learn, course: Path) -> None:
    terminal = learn()
    source = main_of(course).read_text(encoding="utf-8") + "\n\n@app.get('/users/{user_id}'\n"
    main_of(course).write_text(source, encoding="utf-8")
    line = len(source.splitlines())
    told = terminal.wait_for(f"app/main.py, line {line}, in <module>", "h hint")
    assert "Python could not import app/main.py" in told
    assert "SyntaxError: '(' was never closed" in told
    assert record(course)["outcome"] == "import_error"


def test_it_begins_where_the_learner_left(learn: Learn, course: Path) -> None:
    shutil.copytree(course / "exercises" / FIRST / "starter", course / "work" / FIRST)
    solve(course)
    first = learn()
    assert f"{FIRST}: " in first.printed
    assert "passed: 1 of 2" in first.printed
    first.press("q")
    assert first.left() == 0
    second = learn()
    assert f"{SECOND}: " in second.printed


def test_hints_list_task_and_an_early_solution(learn: Learn, course: Path) -> None:
    terminal = learn()
    terminal.press("h")
    terminal.wait_for("Hint 1 of 3", "look for one row by its primary key")
    terminal.press("H")
    terminal.wait_for("Hint 2 of 3")
    terminal.press("h")
    terminal.wait_for("Hint 3 of 3", "This was the last hint")
    terminal.press("h")
    terminal.wait_for("Hint 1 of 3")
    terminal.press("l")
    terminal.wait_for(f"{FIRST}  One user by id", SECOND, "passed: 0 of 2")
    terminal.press("t")
    terminal.wait_for(f"{FIRST}: One user by id", "Nobody has this id")
    terminal.press("s")
    terminal.wait_for("The solution waits until you pass. Press h for the next hint")
    terminal.press("\x1b[Bx")  # an arrow, then a letter that means nothing: the keys are told
    terminal.wait_for("h hint")
    assert record(course)["hints"] == 3
    assert not record(course)["solution_seen"]
    terminal.press("\x04")
    assert terminal.left() == 0


def test_the_language_changes_while_it_runs(learn: Learn, course: Path) -> None:
    terminal = learn()
    terminal.press("g")
    terminal.wait_for("ভাষা: বাংলা", "আইডি ধরে একজন ইউজার", "h হিন্ট")
    main_of(course).touch()
    terminal.wait_for("এখনো হয়নি", "h হিন্ট")
    terminal.press("g")
    terminal.wait_for("भाषा: हिन्दी", "अभी बाकी है", "h संकेत")
    terminal.press("g")
    terminal.wait_for("Language: English", "Not yet: ", "h hint")
    assert record(course)["attempts"] == 1


def test_reset_asks_and_keeps_a_numbered_copy(learn: Learn, course: Path) -> None:
    terminal = learn()
    starter = main_of(course).read_text(encoding="utf-8")
    solve(course)
    mine = main_of(course).read_text(encoding="utf-8")
    terminal.wait_for("Passed: 10 of 10", "h hint")
    terminal.press("r")
    terminal.wait_for("Press y for yes")
    terminal.press("n")
    terminal.wait_for("Nothing was changed")
    assert main_of(course).read_text(encoding="utf-8") == mine
    terminal.press("r")
    terminal.wait_for("Press y for yes")
    terminal.press("y")
    terminal.wait_for("Your copy is kept in", "The starter is now in")
    terminal.press("f")
    terminal.wait_for("Nothing has been checked yet")
    assert main_of(course).read_text(encoding="utf-8") == starter
    kept = course / "work" / f"{FIRST}.backup-1" / "app/main.py"
    assert kept.read_text(encoding="utf-8") == mine
    time.sleep(1.5)
    assert record(course)["attempts"] == 1, "the fresh copy is no save of the learner's"
    solve(course)
    terminal.wait_for("Passed: 10 of 10", "h hint")
    terminal.press("ry")
    terminal.wait_for("The starter is now in")
    assert (course / "work" / f"{FIRST}.backup-2").is_dir()


def test_a_crash_shows_ones_own_places_and_f_shows_all(learn: Learn, course: Path) -> None:
    terminal = learn()
    solve(course)
    terminal.wait_for("Passed: 10 of 10", "h hint")
    source = main_of(course).read_text(encoding="utf-8")
    broken = source.replace("await db.get(User, user_id)", "await db.get(None, user_id)")
    main_of(course).write_text(broken, encoding="utf-8")
    line = broken[: broken.index("db.get(None")].count("\n") + 1
    told = terminal.wait_for("Not yet: ", "Output while your code ran", "h hint")
    assert f"app/main.py, line {line}, in get_user" in told
    assert f'File "app/main.py", line {line}, in get_user' in told
    assert "sqlalchemy/" not in told
    terminal.press("f")
    told = terminal.wait_for("Output while your code ran", "NoInspectionAvailable: ")
    assert "sqlalchemy/" in told


def loop_for_ever(course: Path, tmp_path: Path, id: str = FIRST) -> None:
    """Save an endless loop and wait until it runs."""
    runs = tmp_path / "runs"
    endless = f"import pathlib\npathlib.Path({str(runs)!r}).touch()\nwhile True:\n    pass\n"
    main_of(course, id).write_text(endless, encoding="utf-8")
    wait_until(runs.exists)
    runs.unlink()


def test_a_save_during_a_run_ends_it_and_is_checked(
    learn: Learn, course: Path, tmp_path: Path
) -> None:
    terminal = learn()
    loop_for_ever(course, tmp_path)
    solve(course)
    told = terminal.wait_for(f"Checking {FIRST}", f"Checking {FIRST}", "Passed: 10 of 10", "h hint")
    assert "did not end in time" not in told
    assert record(course)["attempts"] == 1
    time.sleep(1.5)
    terminal.press("x")
    assert "Checking" not in terminal.wait_for("h hint"), "one check for one save"


def test_nobody_waits_for_an_endless_loop_to_leave(
    learn: Learn, course: Path, tmp_path: Path
) -> None:
    terminal = learn()
    before = modes(terminal)
    loop_for_ever(course, tmp_path)
    terminal.press("q")
    assert terminal.left() == 0
    assert "did not end in time" not in terminal.printed
    assert "To go on later" in " ".join(terminal.printed.split())
    assert modes(terminal) != before
    assert "Traceback" not in terminal.printed


def test_the_next_exercise_does_not_wait_for_an_endless_loop(
    learn: Learn, course: Path, tmp_path: Path
) -> None:
    terminal = learn()
    loop_for_ever(course, tmp_path)
    terminal.press("n")
    assert "did not end in time" not in terminal.wait_for(f"{SECOND}: ", "h hint")


def test_an_exercise_is_opened_by_its_name_also_when_it_is_passed(
    learn: Learn, course: Path
) -> None:
    shutil.copytree(course / "exercises" / SECOND / "starter", course / "work" / SECOND)
    solve(course, SECOND)
    first = learn("ch08")
    assert f"{SECOND}: " in first.printed
    assert "passed: 1 of 2" in first.printed
    first.press("q")
    assert first.left() == 0
    assert f"{SECOND}: " in learn(SECOND).printed


def test_it_begins_with_what_was_changed_last(learn: Learn, course: Path) -> None:
    for id in (SECOND, FIRST):
        shutil.copytree(course / "exercises" / id / "starter", course / "work" / id)
    main_of(course, SECOND).touch()
    assert f"{SECOND}: " in learn().printed


def test_a_save_in_another_exercise_says_how_to_open_it(learn: Learn, course: Path) -> None:
    shutil.copytree(course / "exercises" / SECOND / "starter", course / "work" / SECOND)
    terminal = learn(FIRST)
    main_of(course, SECOND).touch()
    terminal.wait_for(f"You saved a file of {SECOND}, but {FIRST} is open here", "setu learn ")


def test_a_question_ends_with_the_next_check(learn: Learn, course: Path) -> None:
    terminal = learn()
    terminal.press("r")
    terminal.wait_for("Press y for yes")
    solve(course)
    terminal.wait_for("Passed: 10 of 10", "h hint")
    terminal.press("h")
    terminal.wait_for("Hint 1 of 3")


def test_a_file_that_is_gone_comes_back_with_r(learn: Learn, course: Path) -> None:
    terminal = learn()
    main_of(course).unlink()
    terminal.wait_for("is gone. Press r: ")
    terminal.press("ry")
    terminal.wait_for("The starter is now in")
    assert main_of(course).is_file()


def test_letters_of_another_keyboard(learn: Learn) -> None:
    terminal = learn()
    terminal.press("হ")
    terminal.wait_for("Switch the keyboard to English letters: h hint")


def test_it_runs_on_where_nothing_can_be_written(learn: Learn, course: Path) -> None:
    full = (
        "import pathlib, setu.exercises.work as w;"
        "pathlib.Path.write_text = lambda *a, **k: (_ for _ in ()).throw(OSError(28, 'No space'));"
        "from setu.cli import main; main()"
    )
    terminal = learn(program=("-c", full))
    solve(course)
    terminal.wait_for("Passed: 10 of 10", "cannot be written: No space. Make room", "h hint")
    terminal.press("h")
    terminal.wait_for("cannot be written: No space. Make room")
    terminal.press("q")
    assert terminal.left() == 0


@pytest.mark.parametrize("leave", ["q", "\x03", signal.SIGTERM], ids=["q", "Ctrl+C", "kill"])
def test_leaving_is_quiet_and_gives_the_terminal_back(
    learn: Learn, leave: str | signal.Signals
) -> None:
    import termios

    terminal = learn()
    in_use = modes(terminal)[3]
    assert not in_use & termios.ECHO
    assert not in_use & termios.ICANON
    if isinstance(leave, str):
        terminal.press(leave)
    else:
        terminal.process.send_signal(leave)
    assert terminal.left() == 0
    after = modes(terminal)[3]
    assert after & termios.ECHO
    assert after & termios.ICANON
    assert "Traceback" not in terminal.printed
    assert "Aborted" not in terminal.printed


def test_a_drive_without_notifications(learn: Learn, course: Path) -> None:
    silent = (
        "import setu.learn.watch as w; run = w.Watch._run;"
        "w.Watch._run = lambda self, stop: run(self, stop) if self.polls else None;"
        "from setu.cli import main; main()"
    )
    terminal = learn(program=("-c", silent))
    main_of(course).touch()
    terminal.wait_for("Not yet: ", "h hint")
    with main_of(course).open("a", encoding="utf-8") as file:
        file.write("\n# mine\n")
    terminal.wait_for("Not yet: ", "h hint")
    solve(course)
    terminal.wait_for("Passed: 10 of 10")


def test_plain_has_words_in_place_of_signs_and_colours(learn: Learn, course: Path) -> None:
    terminal = learn("--plain")
    main_of(course).touch()
    told = terminal.wait_for("fail: ", "pass: ", "h hint")
    assert not set(told) & set("✓✗–─│╭")
