"""A small course of one's own for tests of the commands: its exercise is the real one."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from setu import cli
from setu.catalog import Exercise, load_catalog

COURSE = Path(__file__).parents[2]
ID = "ch07_get_user"
Done = subprocess.CompletedProcess[str]


@pytest.fixture
def course(tmp_path: Path) -> Path:
    """The root of a course with one exercise and no work yet."""
    root = tmp_path / "course"
    for part in (f"exercises/{ID}", f"solutions/{ID}"):
        shutil.copytree(COURSE / part, root / part)
    chapter = "chapters/ch07_create_read/chapter.toml"
    (root / chapter).parent.mkdir(parents=True)
    shutil.copy(COURSE / chapter, root / chapter)
    return root


@pytest.fixture
def exercise(course: Path) -> Exercise:
    return load_catalog(course).exercise(ID)


@pytest.fixture
def setu(
    course: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Callable[..., Done]:
    """Run ``setu`` with these words in an empty folder, in English unless told otherwise."""
    folder = tmp_path / "somewhere"
    folder.mkdir()
    monkeypatch.chdir(folder)
    monkeypatch.setenv("SETU_LANG", "en")

    def run(*words: str) -> Done:
        monkeypatch.setattr(sys, "argv", ["setu", *words, "--root", str(course)])
        with pytest.raises(SystemExit) as left:
            cli.main()
        code = left.value.code or 0
        assert isinstance(code, int)
        return Done(sys.argv, code, *capsys.readouterr())

    return run
