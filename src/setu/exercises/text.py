"""An exercise's own text, the one file that page and terminal read."""

from __future__ import annotations

import re
from dataclasses import dataclass

from setu import markdown
from setu.catalog import Exercise
from setu.errors import SetuError

HINT = re.compile(r"hint-\d+")


@dataclass(frozen=True)
class Text:
    """Title, task and hints in one language; task and hints are Markdown without headings."""

    title: str
    task: str
    hints: list[str]


def read_text(exercise: Exercise, lang: str) -> Text:
    """The text in ``lang``, in English where that language has none yet."""
    path = exercise.folder / f"{lang}.md"
    if not path.is_file():
        path = exercise.folder / "en.md"
    try:
        page = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise SetuError("exercise_file_missing", path=path) from error
    _, body = markdown.front_matter(page)
    sections = markdown.sections(body)
    return Text(
        title=markdown.title(page),
        task="\n".join(_body(each) for each in sections if not HINT.fullmatch(each.id)),
        hints=[_body(each) for each in sections if HINT.fullmatch(each.id)],
    )


def _body(section: markdown.Section) -> str:
    return "\n".join(section.text.splitlines()[1:]).strip()
