"""``setu learn`` without a terminal, and how it notices saves."""

from __future__ import annotations

import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from setu.learn.watch import Watch, snapshot
from tests.learn.conftest import FIRST, PATIENCE, wait_until


def command(course: Path, *words: str) -> list[str]:
    return [sys.executable, "-m", "setu", "learn", "--root", str(course), *words]


def test_letters_come_as_lines(course: Path, environment: dict[str, str]) -> None:
    done = subprocess.run(
        command(course, "--plain"),
        input="h\n\nLIST\nq\n",
        env=environment,
        capture_output=True,
        encoding="utf-8",
        timeout=PATIENCE,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert "Type a letter and press Enter: h hint" in done.stdout
    assert "Hint 1 of 3" in done.stdout
    assert f"{FIRST}  One user by id  (begun, 25 min)" in done.stdout
    assert "\x1b" not in done.stdout


def test_input_that_ends_means_quit(course: Path, environment: dict[str, str]) -> None:
    done = subprocess.run(
        command(course, "--lang", "hi"),
        input="h",
        env=environment,
        capture_output=True,
        encoding="utf-8",
        timeout=PATIENCE,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert "संकेत 1 / 3" in done.stdout


@pytest.mark.skipif(sys.platform == "win32", reason="an interrupt is sent as on POSIX")
def test_without_any_input_it_goes_on_watching(
    course: Path, environment: dict[str, str], tmp_path: Path
) -> None:
    output = tmp_path / "output.txt"
    with output.open("wb") as file:
        process = subprocess.Popen(
            command(course),
            stdin=subprocess.DEVNULL,
            stdout=file,
            stderr=subprocess.STDOUT,
            env=environment,
        )
    try:
        wait_until(lambda: "h hint" in output.read_text(encoding="utf-8"))
        (course / "work" / FIRST / "app/main.py").touch()
        wait_until(lambda: "Not yet: " in output.read_text(encoding="utf-8"))
        process.send_signal(signal.SIGINT)
        assert process.wait(PATIENCE) == 0
    finally:
        process.kill()
        process.wait()
    assert "Traceback" not in output.read_text(encoding="utf-8")


def test_a_course_without_exercises_is_named(course: Path, environment: dict[str, str]) -> None:
    for path in (course / "exercises").rglob("exercise.toml"):
        path.unlink()
    done = subprocess.run(
        command(course),
        env=environment,
        capture_output=True,
        encoding="utf-8",
        timeout=PATIENCE,
        check=False,
    )
    assert done.returncode == 2
    assert done.stderr.startswith(f"There are no exercises in {course / 'exercises'}")


@pytest.mark.parametrize("polls", [False, True], ids=["notified", "polling"])
def test_a_save_is_told_of(tmp_path: Path, polls: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SETU_POLL", "1" if polls else "")
    told = threading.Event()
    with Watch(tmp_path, {".py"}, told.set) as watch:
        assert watch.polls is polls
        time.sleep(1)
        (tmp_path / "progress.json").write_text("{}", encoding="utf-8")
        (tmp_path / "__pycache__").mkdir()
        (tmp_path / "__pycache__/main.cpython-311.pyc").write_bytes(b"")
        assert not told.wait(1)
        (tmp_path / "main.py").write_text("app = 1\n", encoding="utf-8")
        assert told.wait(PATIENCE)


def test_two_saves_that_nobody_told_of_begin_polling(tmp_path: Path) -> None:
    with Watch(tmp_path, {".py"}, lambda: None) as watch:
        watch.found(told=False)
        watch.found(told=True)
        watch.found(told=False)
        assert not watch.polls
        watch.found(told=False)
        assert watch.polls


def test_a_snapshot_sees_each_save_and_nothing_else(tmp_path: Path) -> None:
    file = tmp_path / "app/main.py"
    file.parent.mkdir()
    file.write_text("one\n", encoding="utf-8")
    before = snapshot(tmp_path, {".py"})
    assert list(before) == [str(file)]
    (tmp_path / "app/dokan.db").write_bytes(b"")
    assert snapshot(tmp_path, {".py"}) == before
    time.sleep(0.02)
    file.write_text("two\n", encoding="utf-8")
    assert snapshot(tmp_path, {".py"}) != before
