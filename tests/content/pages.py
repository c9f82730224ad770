"""The pages of the course as the content checks see them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
TRANSLATIONS = ("bn", "hi")
FENCE = re.compile(r"^(\s*)(`{3,}|~{3,})")
HEADING = re.compile(r"^(#{1,6}) .*?(?:\{#([a-z0-9-]+)\})?\s*$")
BOX = re.compile(r"^\s*(!!!|\?\?\?\+?) ([a-z-]+)")
LINK = re.compile(r"\]\(([^)\s]+)\)")
INCLUDE = re.compile(r'^\s*--8<-- "([^"]+)"')
ELEMENT = re.compile(r"<div (data-setu=[^>]*)>")


@dataclass(frozen=True)
class Page:
    """One source text in one language; ``name`` is what ties its translations together."""

    name: str
    lang: str
    path: Path

    @property
    def text(self) -> str:
        return self.path.read_text(encoding="utf-8")

    def __str__(self) -> str:
        return f"{self.lang}/{self.name}"


@dataclass(frozen=True)
class Structure:
    """What must be the same in every language, in the order of the page."""

    headings: list[tuple[int, str | None]]
    boxes: list[str]
    includes: list[str]
    links: list[str]
    elements: list[str]


def pages(*langs: str) -> list[Page]:
    """Every page and exercise text in ``langs``, sorted."""
    found = []
    for lang in langs:
        folder = ROOT / "docs" / lang
        found += [
            Page(path.relative_to(folder).as_posix(), lang, path) for path in folder.rglob("*.md")
        ]
        found += [
            Page(f"exercises/{path.parent.name}.md", lang, path)
            for path in ROOT.glob(f"exercises/*/{lang}.md")
        ]
    return sorted(found, key=str)


def structure(text: str) -> Structure:
    """Read a page's structure; headings and boxes inside code fences do not count."""
    found = Structure([], [], [], [], [])
    fence = ""
    for line in text.splitlines():
        if include := INCLUDE.match(line):
            found.includes.append(include[1])
        if mark := FENCE.match(line):
            if not fence:
                fence = mark[2]
            elif mark[2].startswith(fence):
                fence = ""
            continue
        if fence:
            continue
        if heading := HEADING.match(line):
            found.headings.append((len(heading[1]), heading[2]))
        if box := BOX.match(line):
            found.boxes.append(f"{box[1]} {box[2]}")
        found.elements.extend(ELEMENT.findall(line))
        found.links.extend(
            target for target in LINK.findall(line) if not target.startswith("term:")
        )
    return found
