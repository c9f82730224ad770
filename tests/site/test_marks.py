"""What the course's own marks make of code and tables, so that both fit a small phone."""

from __future__ import annotations

from pathlib import Path

import markdown
import pytest

from setu.language.glossary import load_glossary
from setu.site.marks import Marks

ROOT = Path(__file__).resolve().parents[2]


def made(text: str) -> str:
    marks = Marks(ROOT, load_glossary(ROOT))
    return markdown.markdown(text, extensions=["tables", marks])


@pytest.mark.parametrize(
    ("code", "parts"),
    [
        (
            "db.query(User).filter(User.username)",
            ["db.query(User)", ".filter(", "User", ".username)"],
        ),
        (
            "Base.metadata.create_all(bind=engine)",
            ["Base", ".metadata", ".create_all(bind=engine)"],
        ),
        ("run_sync(Base.metadata.drop_all)", ["run_sync(", "Base", ".metadata", ".drop_all)"]),
        ("expire_on_commit=False", ["expire_on_commit=False"]),
        ("db.rollback()", ["db.rollback()"]),
        ("select(User).where(User.id < 7)", ["select(User)", ".where(User", ".id < 7)"]),
    ],
)
def test_long_code_breaks_before_a_dot_and_behind_a_bracket(code: str, parts: list[str]) -> None:
    escaped = [part.replace("<", "&lt;") for part in parts]
    assert made(f"See `{code}`.") == f"<p>See <code>{'<wbr />'.join(escaped)}</code>.</p>"


@pytest.mark.parametrize(
    ("row", "pairs"),
    [
        ("| list | `setu list` |", True),
        ("| `a` | what a is |", False),
        ("| list | `setu list` | more |", False),
    ],
)
def test_a_table_of_what_for_and_which_code_says_so(row: str, pairs: bool) -> None:
    columns = row.count("|") - 1
    table = "\n".join(["| x " * columns + "|", "|---" * columns + "|", row])
    assert ('data-pairs=""' in made(table)) is pairs
