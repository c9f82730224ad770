"""``setu record``: a demo is run as the page will show it, and its output kept."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from setu.chapters import record
from setu.cli import record as command
from setu.cli.root import build
from setu.errors import SetuError

CHAPTER = 'id = "ch01_tea"\nkind = "script"\nminutes = 5\ntabs = []\ncovers = {}\n'

DEMO = """\
import os, pathlib, subprocess, sys
print("to stdout", flush=True)
print("to stderr", file=sys.stderr)
subprocess.run([sys.executable, "-c", "print('from a child')"])
print(os.environ["DATABASE_URL"], os.environ.get("SETU_LANG"), sys.stdin.read() == "")
print(list(pathlib.Path().iterdir()), "চা")
raise SystemExit("the end")
"""


@pytest.fixture
def course(tmp_path: Path) -> Path:
    demos = tmp_path / "chapters" / "ch01_tea" / "demos"
    demos.mkdir(parents=True)
    (tmp_path / "exercises").mkdir()
    (demos.parent / "chapter.toml").write_text(CHAPTER, encoding="utf-8")
    (demos / "wrong_tea.py").write_text(DEMO, encoding="utf-8")
    return tmp_path


def run(course: Path, *arguments: str) -> tuple[int, str]:
    """Exit code and printed text of ``setu record``."""
    result = CliRunner().invoke(
        build([command]), ["record", *arguments, "--root", str(course), "--lang", "en"]
    )
    return result.exit_code, result.output


def test_output_is_stored_in_the_order_it_was_printed(
    course: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SETU_LANG", "hi")
    code, said = run(course)
    assert code == 0
    assert "new      chapters/ch01_tea/demos/wrong_tea.out" in said
    stored = (course / "chapters" / "ch01_tea" / "demos" / "wrong_tea.out").read_bytes()
    assert stored.decode() == (
        "to stdout\nto stderr\nfrom a child\n"
        "sqlite+aiosqlite:///./dokan.db None True\n[] চা\nthe end\n"
    )


def test_a_second_run_changes_nothing_and_says_what_did_change(course: Path) -> None:
    run(course)
    assert "outputs changed: 0" in run(course, "ch01")[1]
    demos = course / "chapters" / "ch01_tea" / "demos"
    (demos / "wrong_tea.py").write_text("print('coffee')", encoding="utf-8")
    assert "changed  chapters/ch01_tea/demos/wrong_tea.out" in run(course)[1]
    (demos / "wrong_tea.py").rename(demos / "wrong_mango.py")
    said = run(course)[1]
    assert "removed  chapters/ch01_tea/demos/wrong_tea.out" in said
    assert [path.name for path in sorted(demos.glob("*.out"))] == ["wrong_mango.out"]


def test_a_right_demo_that_fails_is_reported(course: Path) -> None:
    demo = course / "chapters" / "ch01_tea" / "demos" / "right_tea.py"
    demo.write_text("1 / 0", encoding="utf-8")
    code, said = run(course)
    assert code == 1
    assert "right_tea.py shows the right way, but it ended in an error" in said


def test_a_demo_that_never_ends_is_stopped(course: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(record, "TIME_LIMIT", 1.0)
    demo = course / "chapters" / "ch01_tea" / "demos" / "wrong_tea.py"
    demo.write_text("while True: pass", encoding="utf-8")
    with pytest.raises(SetuError) as raised:
        record.run_demo(demo, course)
    assert raised.value.key == "demo_time_limit"


def test_unknown_chapter(course: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "argv", ["setu", "record", "--lang", "en"])
    code, said = run(course, "ch99")
    assert code == 2
    assert "There is no chapter ch99. Did you mean ch01_tea?" in said
