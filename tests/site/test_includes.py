"""``--8<--`` lines: code by name, indented as the line is, and a sentence for what is missing."""

from pathlib import Path

import pytest

from setu.errors import SetuError
from setu.site import includes

PAGE = "docs/en/chapters/ch01.md"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "app.py").write_text(
        "LIMIT = 20\n\n\nclass Shop:\n"
        "    @property\n    def name(self) -> str:\n        return 'Dokan'\n",
        encoding="utf-8",
    )
    (tmp_path / "broken.py").write_text("def (:\n", encoding="utf-8")
    (tmp_path / "sale.out").write_text("চা ৳১২০\n", encoding="utf-8")
    return tmp_path


def test_a_name_becomes_its_source(root: Path) -> None:
    text = includes.resolve('```python\n--8<-- "app.py:LIMIT"\n```\n', root, PAGE)
    assert text == "```python\nLIMIT = 20\n```\n"


def test_a_method_comes_with_its_decorator_and_without_its_indentation(root: Path) -> None:
    text = includes.resolve('--8<-- "app.py:Shop.name"', root, PAGE)
    assert text == "@property\ndef name(self) -> str:\n    return 'Dokan'\n"


def test_every_line_is_indented_as_the_include(root: Path) -> None:
    text = includes.resolve('    --8<-- "app.py:Shop.name"', root, PAGE)
    assert text.splitlines()[:2] == ["    @property", "    def name(self) -> str:"]


def test_without_a_name_the_whole_file_comes(root: Path) -> None:
    assert includes.resolve('--8<-- "sale.out"', root, PAGE) == "চা ৳১২০\n"


def test_other_lines_stay(root: Path) -> None:
    text = 'Write `--8<-- "app.py"` to show code.\n'
    assert includes.resolve(text, root, PAGE) == text


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ('--8<-- "none.py:get"', "ch01.md:12 shows none.py"),
        ('--8<-- "app.py:Shop.price"', "ch01.md:12 shows Shop.price of app.py"),
        ('--8<-- "broken.py:get"', "ch01.md:12 shows a piece of broken.py"),
        ('--8<-- "../secret.py"', "ch01.md:12 shows ../secret.py"),
    ],
)
def test_what_is_missing_is_named_with_page_and_line(
    root: Path, line: str, said: str, caplog: pytest.LogCaptureFixture
) -> None:
    includes.resolve(f"One.\n\n{line}\n", root, PAGE, first_line=10)
    assert said in caplog.messages[0]


def test_source_raises_for_whoever_asks_directly(root: Path) -> None:
    with pytest.raises(SetuError):
        includes.source(root, "app.py", "none", "here")
