"""``setu list``, ``check``, ``hint``, ``solution``, ``reset``, ``pack``, as a learner runs them."""

from __future__ import annotations

import errno
import io
import json
import os
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import typer

from setu.catalog import Exercise
from setu.checks.subject import Frame
from setu.checks.verdict import Declared, Result, Verdict, judge
from setu.exercises import run
from setu.exercises.show import verdict_lines
from setu.exercises.work import Work
from setu.i18n import Words, read_messages

ID = "ch07_get_user"
Done = subprocess.CompletedProcess[str]
Setu = Callable[..., Done]


def passing(course: Path) -> None:
    """Put the solution into the learner's copy."""
    shutil.copytree(course / "exercises" / ID / "starter", course / "work" / ID)
    shutil.copytree(course / "solutions" / ID, course / "work" / ID, dirs_exist_ok=True)


def progress(course: Path) -> Any:
    return json.loads((course / "work/progress.json").read_text(encoding="utf-8"))


def no_room(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let every file that is made as a whole fail, as on a full disk."""

    def full(*_: Any, **__: Any) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(Path, "replace", full)


def test_check_copies_the_starter_once_and_fails_it(setu: Setu, course: Path) -> None:
    first = setu("check", ID)
    copy = course / "work" / ID / "app/main.py"
    assert first.returncode == 1, first.stderr
    assert f"The starter is now in {course / 'work' / ID}" in first.stdout
    assert "GET /users/" in first.stdout
    assert "FastAPI knows no route GET /users/{user_id}" in first.stdout
    copy.write_text(copy.read_text(encoding="utf-8") + "\n# mine\n", encoding="utf-8")
    assert "The starter is now" not in setu("check", ID).stdout
    assert copy.read_text(encoding="utf-8").endswith("# mine\n")
    assert progress(course)["exercises"][ID]["attempts"] == 2
    assert not list(copy.parent.rglob("__pycache__"))


def test_check_as_a_program(course: Path, tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "setu", "check", ID, "--root", str(course)],
        cwd=tmp_path,
        capture_output=True,
        encoding="utf-8",
        env={**os.environ, "SETU_LANG": "bn"},
        check=False,
        timeout=60,
    )
    assert (done.returncode, done.stderr) == (1, "")
    assert "এখনো হয়নি" in done.stdout


def test_check_passes_the_solution(setu: Setu, course: Path) -> None:
    passing(course)
    done = setu("check", ID)
    assert (done.returncode, done.stderr) == (0, "")
    assert "Passed: 10 of 10 points." in done.stdout
    assert progress(course) == {
        "schema": 1,
        "exercises": {
            ID: {
                "attempts": 1,
                "outcome": "passed",
                "score": 10,
                "max_score": 10,
                "passed": True,
                "hints": 0,
                "solution_seen": False,
            }
        },
    }


def test_check_as_json_is_nothing_but_the_verdict(setu: Setu) -> None:
    done = setu("check", ID, "--json", "--seed", "7")
    verdict = json.loads(done.stdout)
    assert done.returncode == 1
    assert list(verdict) == [
        "schema",
        "exercise",
        "outcome",
        "passed",
        "score",
        "max_score",
        "checks",
        "frames",
        "log",
        "seed",
        "versions",
    ]
    assert verdict["checks"][0]["key"] == "route_missing"
    assert json.loads(setu("check", ID, "--json", "--seed", "7").stdout) == verdict
    other = json.loads(setu("check", ID, "--json", "--seed", "8").stdout)
    assert (other["seed"], other["checks"]) == (8, verdict["checks"])


@pytest.mark.parametrize(
    ("lang", "told"), [("bn", "এখনো হয়নি: 10-এর মধ্যে"), ("hi", "अभी बाकी है: 10 में से")]
)
def test_check_speaks_the_learners_language(setu: Setu, lang: str, told: str) -> None:
    assert told in setu("check", ID, "--lang", lang).stdout


def test_plain_has_words_in_place_of_signs_and_colours(setu: Setu) -> None:
    told = setu("check", ID, "--plain").stdout
    assert "fail: route" in told
    assert "pass: list_users" in told
    assert "Not tried yet, because route comes first: found, right_user, many_requests" in told
    assert not set(told) & set("✓✗–─│╭\x1b")


def test_a_crash_is_shown_with_the_learners_own_line(setu: Setu, course: Path) -> None:
    passing(course)
    main = course / "work" / ID / "app/main.py"
    source = main.read_text(encoding="utf-8").replace(
        "    user = await db.get(User, user_id)\n", "    user = 1 / 0\n"
    )
    main.write_text(source, encoding="utf-8")
    line = source.splitlines().index("    user = 1 / 0") + 1
    told = setu("check", ID).stdout
    assert "What came: 500 ZeroDivisionError: division by zero" in told
    assert f"app/main.py, line {line}, in get_user" in told


def test_a_place_is_told_only_in_what_the_learner_writes(exercise: Exercise) -> None:
    frames: list[Frame] = [
        {"file": "app/schemas.py", "line": 1, "name": "ready"},
        *(Frame(file="app/main.py", line=line, name="mine") for line in range(2, 7)),
        {"file": "app/users.py", "line": 9, "name": "new"},
    ]
    declared = [Declared("route", 1)]
    failed = judge(exercise.id, declared, [Result("route", "fail", "route_missing")], seed=1)
    ended = judge(exercise.id, declared, [], seed=1, outcome="import_error")

    def places(verdict: Verdict, frames: list[Frame]) -> list[str]:
        words = Words("en", read_messages(exercise.folder / "messages.toml"))
        lines = verdict_lines({**verdict, "frames": frames}, exercise, words, plain=True)
        return [line.text.strip() for line in lines if ", line " in line.text]

    assert places(failed, frames) == [
        "app/main.py, line 5, in mine",
        "app/main.py, line 6, in mine",
        "app/users.py, line 9, in new",
    ]
    assert places(failed, frames[:1]) == []
    assert places(ended, frames[:1]) == ["app/schemas.py, line 1, in ready"]


def test_a_half_edited_file_is_an_import_error_with_its_line(setu: Setu, course: Path) -> None:
    passing(course)
    main = course / "work" / ID / "app/main.py"
    source = main.read_text(encoding="utf-8") + "\n\n@app.get('/users/{user_id}'\n"
    main.write_text(source, encoding="utf-8")
    done = setu("check", ID)
    line = len(source.splitlines())
    assert done.returncode == 1
    assert "SyntaxError: '(' was never closed" in done.stdout
    assert f"app/main.py, line {line}, in <module>" in done.stdout
    assert main.read_text(encoding="utf-8") == source


def test_list_shows_every_state(setu: Setu, course: Path) -> None:
    def state() -> str:
        return str(json.loads(setu("list", "--json").stdout)[0]["state"])

    assert state() == "new"
    setu("reset", ID)
    assert state() == "started"
    setu("check", ID)
    assert state() == "failed"
    setu("reset", ID)
    assert state() == "started"
    assert progress(course)["exercises"][ID]["attempts"] == 1
    setu("check", ID)
    shutil.rmtree(course / "work" / ID)
    passing(course)
    setu("check", ID)
    assert state() == "passed"
    assert setu("list").stdout == f"{ID}  One user by id  (passed, 25 min)\n"
    assert "পাস, 25 মিনিট" in setu("list", "--lang", "bn").stdout


def test_hint_goes_one_level_deeper_each_time(setu: Setu, course: Path) -> None:
    first = setu("hint", ID, "--plain")
    assert first.returncode == 0
    assert first.stdout.startswith("Hint 1 of 3\n\nA session can look for one row")
    second = setu("hint", ID).stdout
    assert "Hint 2 of 3" in second
    assert "last hint" not in first.stdout + second
    third = json.loads(setu("hint", ID, "--json").stdout)
    assert (third["level"], third["levels"]) == (3, 3)
    assert "db.get(User, user_id)" in third["text"]
    again = setu("hint", ID, "--plain").stdout
    assert "Hint 3 of 3" in again
    assert again.rstrip().endswith(f"`uv run setu solution {ID} --yes` shows the solution.")
    assert "Hint 1 of 3" in setu("hint", ID, "--level", "1").stdout
    assert "Hint 3 of 3" in setu("hint", ID, "--level", "9").stdout
    assert "Hint 1 of 3" in setu("hint", ID, "--level", "0").stdout
    assert progress(course)["exercises"][ID]["hints"] == 3


def test_solution_waits_until_the_learner_passed_or_insists(setu: Setu, course: Path) -> None:
    kept = setu("solution", ID)
    assert (kept.returncode, kept.stdout) == (1, "")
    assert f"setu solution {ID} --yes" in kept.stderr
    shown = setu("solution", ID, "--yes", "--plain")
    source = (course / "solutions" / ID / "app/main.py").read_text(encoding="utf-8")
    assert shown.stdout == f"app/main.py\n{source}\n"
    assert set(source.splitlines()) <= set(setu("solution", ID, "--yes").stdout.splitlines())
    assert progress(course)["exercises"][ID]["solution_seen"] is True


def test_solution_after_passing(setu: Setu, course: Path) -> None:
    passing(course)
    setu("check", ID)
    files = json.loads(setu("solution", ID, "--json").stdout)["files"]
    assert list(files) == ["app/main.py"]


@pytest.mark.parametrize(
    ("answer", "shown"),
    [("y", True), ("হ্যাঁ", True), ("हाँ", True), ("", False), ("না", False), ("maybe", False)],
)
def test_solution_takes_yes_in_three_languages_and_all_else_as_no(
    setu: Setu, monkeypatch: pytest.MonkeyPatch, answer: str, shown: bool
) -> None:
    terminal = io.StringIO(f"{answer}\n")
    terminal.isatty = lambda: True  # type: ignore[method-assign]
    monkeypatch.setattr(sys, "stdin", terminal)
    done = setu("solution", ID, "--plain", "--lang", "bn")
    assert done.stdout.startswith("অনুশীলনটি এখনো পাস হয়নি।")
    assert ("def get_user" in done.stdout) is shown
    assert done.returncode == (0 if shown else 1)


def test_what_another_terminal_noted_during_a_check_stays(
    setu: Setu, course: Path, exercise: Exercise, monkeypatch: pytest.MonkeyPatch
) -> None:
    def meanwhile(*args: Any, **options: Any) -> Verdict:
        Work(course).take_hint(exercise, 3)
        return check_folder(*args, **options)

    check_folder = run.check_folder
    monkeypatch.setattr(run, "check_folder", meanwhile)
    setu("check", ID)
    told = progress(course)["exercises"][ID]
    assert (told["hints"], told["attempts"]) == (1, 1)


def test_what_another_terminal_noted_during_the_question_of_solution_stays(
    setu: Setu, course: Path, exercise: Exercise, monkeypatch: pytest.MonkeyPatch
) -> None:
    def meanwhile(*_: Any, **options: Any) -> str:
        Work(course).take_hint(exercise, 3)
        return "y"

    monkeypatch.setattr(sys.stdin, "isatty", lambda: True, raising=False)
    monkeypatch.setattr(typer, "prompt", meanwhile)
    setu("solution", ID)
    told = progress(course)["exercises"][ID]
    assert (told["hints"], told["solution_seen"]) == (1, True)


def test_a_verdict_that_cannot_be_noted_is_shown_all_the_same(
    setu: Setu, course: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    passing(course)
    no_room(monkeypatch)
    for words in ([], ["--json"]):
        done = setu("check", ID, *words)
        assert done.returncode == 2
        assert "10 of 10" in done.stdout or json.loads(done.stdout)["passed"]
        assert done.stderr.startswith(f"{course / 'work/progress.json'} cannot be written: ")


@pytest.mark.parametrize(
    "words",
    [
        ["check", ID],
        ["hint", ID],
        ["reset", ID],
        ["solution", ID, "--yes"],
        ["check", ID, "--json"],
    ],
    ids=" ".join,
)
@pytest.mark.parametrize("odd", ["file", "dangling link"])
def test_a_work_that_is_no_folder_is_one_sentence(
    setu: Setu, course: Path, odd: str, words: list[str]
) -> None:
    if odd == "file":
        (course / "work").write_text("", encoding="utf-8")
    else:
        (course / "work").symlink_to(course / "nowhere")
    done = setu(*words)
    assert done.returncode == 2
    assert str(course / "work") in done.stderr + done.stdout
    assert "Your code is untouched." in done.stderr + done.stdout


def test_pack_where_nothing_can_be_written_is_one_sentence_and_leaves_nothing(
    setu: Setu, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: Any, **__: Any) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    setu("reset", ID)
    monkeypatch.setattr(zipfile.ZipFile, "writestr", full)
    done = setu("pack", "--name", "NADIA")
    assert done.returncode == 2
    packed = tmp_path / "somewhere/NADIA.zip"
    assert done.stderr.startswith(f"{packed} cannot be written: No space left on device.")
    assert list(packed.parent.iterdir()) == []


def test_pack_takes_files_older_than_any_zip(setu: Setu, course: Path) -> None:
    setu("reset", ID)
    os.utime(course / "work" / ID / "app/main.py", (157_766_400, 157_766_400))
    assert setu("pack", "--name", "NADIA").returncode == 0


def test_reset_keeps_every_copy_under_a_number(setu: Setu, course: Path) -> None:
    setu("check", ID)
    copy = course / "work" / ID
    for number in (1, 2):
        (copy / "app/main.py").write_text(f"mine = {number}\n", encoding="utf-8")
        done = setu("reset", ID)
        backup = course / "work" / f"{ID}.backup-{number}"
        assert f"Your copy is kept in {backup}" in done.stdout
        assert (backup / "app/main.py").read_text(encoding="utf-8") == f"mine = {number}\n"
    starter = course / "exercises" / ID / "starter/app/main.py"
    assert (copy / "app/main.py").read_bytes() == starter.read_bytes()


def test_pack_holds_progress_and_apps_and_nothing_else(
    setu: Setu, course: Path, tmp_path: Path
) -> None:
    setu("check", ID)
    setu("reset", ID)
    app = course / "work" / ID / "app"
    (app / "__pycache__").mkdir()
    (app / "__pycache__/main.cpython-311.pyc").write_bytes(b"")
    (app / "users.py").write_text("", encoding="utf-8")
    (app / "secret.py").symlink_to("/etc/hostname")
    (course / "work" / ID / "dokan.db").write_bytes(b"")
    done = setu("pack", "--name", "NADIA")
    packed = tmp_path / "somewhere/NADIA.zip"
    assert str(packed) in done.stdout
    with zipfile.ZipFile(packed) as archive:
        assert sorted(archive.namelist()) == [
            *(
                f"{ID}/app/{name}.py"
                for name in ("__init__", "database", "main", "models", "passwords", "schemas")
            ),
            f"{ID}/app/users.py",
            "progress.json",
        ]
        assert json.loads(archive.read("progress.json"))["schema"] == 1


@pytest.mark.parametrize(
    ("name", "file"),
    [
        ("NADIA", "NADIA"),
        ("নাদিয়া আক্তার", "নাদিয়া আক্তার"),
        ("प्रिया", "प्रिया"),
        ("../../etc/passwd", "etc-passwd"),
        ("a:b*c?", "a-b-c"),
        ("con", "con-1"),
    ],
)
def test_pack_makes_any_name_a_file_name(setu: Setu, tmp_path: Path, name: str, file: str) -> None:
    setu("reset", ID)
    for ending in ("", "-2", "-3"):
        packed = Path(json.loads(setu("pack", "--name", name, "--json").stdout)["file"])
        assert packed == tmp_path / "somewhere" / f"{file}{ending}.zip"
        assert packed.is_file()


def test_pack_without_work_or_name(setu: Setu) -> None:
    empty = setu("pack", "--name", "NADIA")
    assert (empty.returncode, empty.stdout) == (2, "")
    assert "There is no work in" in empty.stderr
    setu("hint", ID)
    assert "There is no work in" in setu("pack", "--name", "NADIA").stderr
    setu("reset", ID)
    assert setu("pack", "--name", "///").returncode == 2
    assert "“”" in setu("pack", "--name", "").stderr


@pytest.mark.parametrize("command", ["check", "hint", "solution", "reset"])
def test_unknown_exercise_names_the_nearest(setu: Setu, course: Path, command: str) -> None:
    done = setu(command, "ch07_get_usr", "--lang", "hi")
    assert (done.returncode, done.stdout) == (2, "")
    assert "ch07_get_usr" in done.stderr
    assert f"क्या आपका मतलब {ID} से था?" in done.stderr
    assert not (course / "work").exists()


@pytest.mark.parametrize(
    "wanted",
    ["ch07", "7", "ch07_get", f"{ID}/", ID.upper(), f"work/{ID}/"],
)
def test_a_short_or_completed_name_finds_the_exercise(setu: Setu, wanted: str) -> None:
    assert json.loads(setu("hint", wanted, "--json").stdout)["exercise"] == ID


def test_a_beginning_of_several_names_tells_them(setu: Setu, course: Path) -> None:
    for part in ("exercises", "solutions"):
        shutil.copytree(course / part / ID, course / part / "ch07_get_users")
    told = course / "exercises/ch07_get_users/exercise.toml"
    source = told.read_text(encoding="utf-8").replace(ID, "ch07_get_users")
    told.write_text(source, encoding="utf-8")
    assert f"{ID}, ch07_get_users" in setu("hint", "ch07").stderr
    assert setu("hint", ID).returncode == 0


def test_a_name_like_none_has_no_nearest(setu: Setu) -> None:
    said = setu("hint", "xyz").stderr
    assert said == "There is no exercise xyz. `uv run setu list` shows all of them.\n"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["check"], "কোন অনুশীলন, সেটাও লিখুন"),
        (["hint"], "কোন অনুশীলন, সেটাও লিখুন"),
        (["pack"], "নিজের নামও লিখুন"),
    ],
)
def test_what_was_not_said_is_asked_for_in_the_learners_language(
    setu: Setu, words: list[str], said: str
) -> None:
    done = setu(*words, "--lang", "bn")
    assert done.returncode == 2
    assert done.stderr.startswith(said)
    assert done.stderr.count("\n") == 1


@pytest.mark.parametrize(
    ("words", "code", "key"),
    [
        (["check", "xyz"], 2, "no_such_exercise"),
        (["solution", ID], 1, "solution_kept"),
        (["pack", "--name", "NADIA"], 2, "nothing_to_pack"),
    ],
)
def test_an_error_as_json(setu: Setu, words: list[str], code: int, key: str) -> None:
    done = setu(*words, "--json")
    assert (done.returncode, done.stderr) == (code, "")
    told = json.loads(done.stdout)
    assert list(told) == ["error", "message"]
    assert told["error"] == key
    assert told["message"].startswith("The" if code == 1 else "There is no ")


BROKEN = {
    "exercise.toml": ("minutes = 25", "minutes = soon", "cannot be read"),
    "checks.py": (None, None, "is missing or cannot be read"),
    "messages.toml": ("[route_missing]", "[route_missing", "cannot be read"),
    "starter": (None, None, "is missing or cannot be read"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_exercise_is_one_sentence(setu: Setu, course: Path, name: str) -> None:
    path = course / "exercises" / ID / name
    old, new, told = BROKEN[name]
    if old and new:
        path.write_text(path.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")
    else:
        path.rename(path.with_name("away"))
    done = setu("check", ID)
    assert done.returncode == 2
    assert told in done.stderr
    assert str(path) in done.stderr
    assert len(done.stderr.splitlines()) == 1


@pytest.mark.parametrize(
    "needs", ['["rout"]', '["right_user"]', '["one_select"]'], ids=["unknown", "itself", "later"]
)
def test_a_check_needs_only_what_comes_before_it(setu: Setu, course: Path, needs: str) -> None:
    path = course / "exercises" / ID / "exercise.toml"
    old = 'id = "right_user", points = 1, needs = ["found"]'
    source = path.read_text(encoding="utf-8")
    assert old in source
    path.write_text(source.replace(old, old.replace('["found"]', needs)), encoding="utf-8")
    done = setu("list")
    assert done.returncode == 2
    assert f"right_user needs {needs[2:-2]}, no check with points before it" in done.stderr


@pytest.mark.parametrize(
    "content",
    [
        "{half",
        "[]",
        '{"schema": 2, "exercises": {}}',
        '{"schema": 1, "exercises": {"a": {"hints": "x"}}}',
    ],
)
def test_broken_progress_is_set_aside_and_told(setu: Setu, course: Path, content: str) -> None:
    passing(course)
    broken = course / "work/progress.json"
    for number in (1, 2):
        broken.write_text(content, encoding="utf-8")
        done = setu("list", "--json")
        kept = course / f"work/progress.json.broken-{number}"
        assert done.returncode == 0
        assert kept.read_text(encoding="utf-8") == content
        assert str(kept) in done.stderr
        assert json.loads(done.stdout)[0]["state"] == "started"


def test_a_byte_order_mark_and_a_newer_field_spoil_no_progress(setu: Setu, course: Path) -> None:
    records = {ID: {"attempts": 2, "passed": True, "stars": 5}}
    text = json.dumps({"schema": 1, "since": "2026", "exercises": records})
    (course / "work").mkdir()
    (course / "work/progress.json").write_text(text, encoding="utf-8-sig")
    done = setu("list", "--json")
    assert done.stderr == ""
    assert json.loads(done.stdout)[0]["state"] == "passed"


def test_a_progress_that_is_a_folder_is_one_sentence(setu: Setu, course: Path) -> None:
    (course / "work/progress.json").mkdir(parents=True)
    done = setu("list")
    assert done.returncode == 2
    assert done.stderr.startswith(f"{course / 'work/progress.json'} cannot be read: ")


def test_a_file_of_the_learner_that_is_gone(setu: Setu, course: Path) -> None:
    passing(course)
    (course / "work" / ID / "app/main.py").unlink()
    done = setu("check", ID)
    assert done.returncode == 2
    assert f"setu reset {ID}" in done.stderr
    assert (course / "work" / ID / "app/models.py").exists()
