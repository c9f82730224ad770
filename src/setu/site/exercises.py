"""An exercise's text as a page: the task, the element of the playground, folded hints."""

from __future__ import annotations

import re

from setu import markdown
from setu.catalog import Exercise

HINT = re.compile(r"hint-\d+")


def page(exercise: Exercise, text: str) -> str:
    """The Markdown of the exercise's page from its text (``<lang>.md``).

    Each section with the id ``hint-1`` to ``hint-3`` becomes a ``<details>``; before the first one
    stands the element of the exercise, unless the author put it somewhere else.
    """
    _, body = markdown.front_matter(text)
    head = text[: len(text) - len(body)]
    lines = body.splitlines()
    hints = [section for section in markdown.sections(body) if HINT.fullmatch(section.id)]
    task = "\n".join(lines[: hints[0].line - 1] if hints else lines).rstrip()
    if 'data-setu="exercise"' not in task:
        task += f'\n\n<div data-setu="exercise" data-id="{exercise.id}"></div>'
    return f"{head}{task}\n\n" + "\n\n".join(map(_folded, hints)) + "\n"


def _folded(section: markdown.Section) -> str:
    body = "\n".join(section.text.splitlines()[1:]).strip()
    return (
        f'<details class="hint" id="{section.id}" data-search-exclude markdown>\n'
        f"<summary>{section.title}</summary>\n\n{body}\n\n</details>"
    )
