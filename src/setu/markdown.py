"""Sections of a Markdown page by their heading ids, and the page's front matter."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import yaml

from setu.errors import SetuError

HEADING = re.compile(
    r"^(?P<level>#{1,6})\s+(?P<title>.*?)\s*(?:\{[^}]*#(?P<id>[\w-]+)[^}]*\})?\s*$"
)
FRONT_MATTER = re.compile(r"\A---[ \t]*\n(?P<yaml>.*?)^---[ \t]*\n", re.DOTALL | re.MULTILINE)
# Of the C library where it is there: the same, ten times faster. It keeps a hash like "123456"
# a string.
_LOADER = getattr(yaml, "CBaseLoader", yaml.BaseLoader)
_FENCE = re.compile(r"^\s*(?P<fence>`{3,}|~{3,})")


@dataclass(frozen=True)
class Section:
    """One heading with what follows it until the next heading; ``line`` counts from 1."""

    id: str
    level: int
    title: str
    text: str
    line: int


def front_matter(page: str) -> tuple[dict[str, Any], str]:
    """The front matter of a page and the Markdown after it.

    Raises ``SetuError`` naming the line when the front matter is no YAML.
    """
    found = FRONT_MATTER.match(page)
    if not found:
        return {}, page
    try:
        meta = yaml.load(found["yaml"], _LOADER) or {}  # noqa: S506
    except yaml.MarkedYAMLError as error:
        number = error.problem_mark.line if error.problem_mark else 0
        raise SetuError("bad_front_matter", line=found["yaml"].splitlines()[number]) from error
    return meta, page[found.end() :]


def lines_outside_fences(markdown: str) -> Iterator[tuple[int, str]]:
    """Each line that is not code, with its index from 0."""
    fence = ""
    for index, line in enumerate(markdown.splitlines()):
        found = _FENCE.match(line)
        if fence:
            if found and found["fence"].startswith(fence) and line.strip() == found["fence"]:
                fence = ""
        elif found:
            fence = found["fence"]
        else:
            yield index, line


def sections(markdown: str) -> list[Section]:
    """The sections of a page without its front matter, in order; text before the first is left."""
    lines = markdown.splitlines()
    starts = [
        (index, found)
        for index, line in lines_outside_fences(markdown)
        if (found := HEADING.match(line))
    ]
    ends = [index for index, _ in starts[1:]] + [len(lines)]
    return [
        Section(
            id=found["id"] or "",
            level=len(found["level"]),
            title=found["title"],
            text="\n".join(lines[index:end]),
            line=index + 1,
        )
        for (index, found), end in zip(starts, ends, strict=True)
    ]


def title(page: str) -> str:
    """What a page is called: ``title`` of its front matter, else its first heading."""
    meta, markdown = front_matter(page)
    if "title" in meta:
        return str(meta["title"])
    found = sections(markdown)
    return plain(found[0].title) if found else ""


def plain(inline: str) -> str:
    """Inline Markdown without its links, code marks and emphasis."""
    return re.sub(r"\[([^]]*)\]\([^)]*\)", r"\1", inline).replace("`", "").replace("*", "")
