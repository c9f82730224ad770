"""Which sections of an English page a translation follows."""

import subprocess
from pathlib import Path

import pytest
from typer.testing import CliRunner

from setu import translate
from setu.cli.root import build
from setu.errors import SetuError

from .conftest import write

ENGLISH = """---
title: Start
---

# Start {#start}

Hello.

## Needs {#needs}

```python
# not a heading
--8<-- "app.py:get"
```

## Next {#next}

Go on.
"""


@pytest.fixture
def root(tmp_path: Path) -> Path:
    for folder in ("chapters", "exercises"):
        (tmp_path / folder).mkdir()
    write(tmp_path / "docs/en/start.md", ENGLISH)
    write(tmp_path / "docs/en/chapters/ch07_create_read.md", "# Seven {#ch07}\n")
    write(tmp_path / "docs/bn/start.md", "---\ntitle: শুরু\n---\n\n# শুরু {#start}\n")
    write(tmp_path / "exercises/ch07_get_user/en.md", "# One {#one}\n\n## Hint {#hint-1}\n")
    return tmp_path


def state(root: Path) -> translate.State:
    return translate.state(
        (root / "docs/en/start.md").read_text(encoding="utf-8"),
        (root / "docs/bn/start.md").read_text(encoding="utf-8"),
    )


def test_a_section_has_one_hash_however_its_lines_are_broken() -> None:
    assert translate.section_hash("## A\n\none two") == translate.section_hash("## A one\n  two\n")


def test_composed_letters_make_no_difference() -> None:
    assert translate.section_hash("cafe\u0301") == translate.section_hash("caf\u00e9")


def test_sections_are_the_headings_outside_code() -> None:
    assert list(translate.section_hashes(ENGLISH)) == ["start", "needs", "next"]


def test_a_page_nobody_accepted_is_behind_everywhere(root: Path) -> None:
    assert state(root) == translate.State("behind", ("start", "needs", "next"))


def test_accepting_everything_brings_it_in_sync_and_keeps_the_front_matter(root: Path) -> None:
    translate.accept(root, "bn", translate.find_page(root, "start"))
    text = (root / "docs/bn/start.md").read_text(encoding="utf-8")
    assert state(root) == translate.State("in sync")
    assert text.startswith('---\ntitle: শুরু\nfollows:\n  start: "')
    assert text.endswith("---\n\n# শুরু {#start}\n")


def test_a_changed_code_name_is_a_change(root: Path) -> None:
    translate.accept(root, "bn", translate.find_page(root, "start"))
    write(root / "docs/en/start.md", ENGLISH.replace("app.py:get", "app.py:post"))
    assert state(root) == translate.State("behind", ("needs",))


def test_accepting_one_section_leaves_the_others(root: Path) -> None:
    page = translate.find_page(root, "start")
    accepted = translate.accept(root, "bn", page, ["needs"])
    assert [each.section for each in accepted] == ["needs"]
    assert state(root) == translate.State("behind", ("start", "next"))
    translate.accept(root, "bn", page, ["next"])
    assert state(root) == translate.State("behind", ("start",))


def test_the_difference_comes_from_the_git_history(root: Path) -> None:
    def git(*words: str) -> None:
        name = ["-c", "user.name=Nadia", "-c", "user.email=nadia@example.com"]
        subprocess.run(["git", *name, *words], cwd=root, check=True, capture_output=True)

    git("init")
    git("add", "docs")
    git("commit", "-m", "one")
    page = translate.find_page(root, "start")
    translate.accept(root, "bn", page)
    write(root / "docs/en/start.md", ENGLISH.replace("Go on.", "Go on to chapter 2."))
    (change,) = translate.accept(root, "bn", page)
    assert change.section == "next"
    assert change.difference is not None
    assert "-Go on.\n+Go on to chapter 2." in change.difference


def test_a_text_that_is_not_in_the_history_is_said_to_be_unknown(root: Path) -> None:
    page = translate.find_page(root, "start")
    translate.accept(root, "bn", page)
    write(root / "docs/en/start.md", ENGLISH.replace("Go on.", "Stop."))
    (change,) = translate.accept(root, "bn", page)
    assert change.difference is None


@pytest.mark.parametrize("wanted", ["ch07", "ch07_create_read", "chapters/ch07_create_read"])
def test_a_chapter_is_found_by_number_or_name(root: Path, wanted: str) -> None:
    assert translate.find_page(root, wanted).name == "chapters/ch07_create_read"


def test_an_exercise_is_found_by_its_id(root: Path) -> None:
    page = translate.find_page(root, "ch07_get_user")
    assert page.files["bn"] == root / "exercises/ch07_get_user/bn.md"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["bn", "strat"], "Did you mean start?"),
        (["bn", "start", "need"], "Did you mean needs?"),
        (["hi", "start"], "does not exist yet"),
    ],
)
def test_what_is_unknown_is_said_with_the_nearest(root: Path, words: list[str], said: str) -> None:
    lang, name, *sections = words
    with pytest.raises(SetuError, match=said.replace("?", r"\?")):
        translate.accept(root, lang, translate.find_page(root, name), sections)


def test_the_command_says_the_state_and_leaves_with_1(root: Path) -> None:
    from setu.cli import translate as module

    done = CliRunner().invoke(
        build([module]), ["translate", "status", "--root", str(root), "--lang", "en"]
    )
    assert done.exit_code == 1
    assert "bn  start                             behind: start, needs, next" in done.stdout
    assert "hi  ch07_get_user                     missing" in done.stdout


def test_the_command_accepts_and_shows(root: Path) -> None:
    from setu.cli import translate as module

    words = ["translate", "accept", "bn", "start", "--root", str(root), "--lang", "en"]
    done = CliRunner().invoke(build([module]), words)
    assert done.exit_code == 0, done.output
    assert "start #needs: accepted" in done.stdout
    assert "+## Needs {#needs}" in done.stdout
