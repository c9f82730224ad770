"""The course's diagrams: one ``docs/diagrams/NAME.toml`` each, drawn as one SVG a language.

The unit of every coordinate is the width of the drawing divided by 360, so that 14 units of text
stay above 12 px on a phone. A label is broken into lines by hand, in each language for itself;
in it `` `code` ``, ``**bold**`` and both together work as in Markdown.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from setu.errors import SetuError
from setu.i18n import LANGUAGES

WIDTH = 360
LINE = 20
BASELINE = 5
BADGE = 42
CORNER = 8

Point = tuple[float, float]
Anchor = Literal["start", "middle", "end"]

STYLE = """
.setu-diagram { display: block; width: 100%; max-width: 430px; height: auto; margin: 1.5em auto;
  color: var(--md-default-fg-color, #1f1f1f); font-family: inherit; font-size: 14px;
  --line: var(--md-default-fg-color--light, #666);
  --accent: var(--md-typeset-a-color, var(--md-primary-fg-color, #3949ab)); }
.setu-diagram text { fill: currentColor; }
.setu-diagram .code { font-family: var(--md-code-font-family, ui-monospace, monospace);
  font-size: 13px; }
.setu-diagram .bold { font-weight: 700; }
.setu-diagram .shape { fill: var(--md-code-bg-color, #f5f5f5); stroke: var(--line); }
.setu-diagram .accent { stroke: var(--accent); stroke-width: 2; }
.setu-diagram .frame { fill: none; stroke: var(--line); }
.setu-diagram .ghost { fill: none; stroke: var(--line); stroke-dasharray: 4 3; }
.setu-diagram .rule { stroke: var(--accent); stroke-width: 3; }
.setu-diagram .arrow { fill: none; stroke: var(--accent); stroke-width: 1.75; }
.setu-diagram .dashed { stroke-dasharray: 5 4; }
.setu-diagram .head, .setu-diagram .badge { fill: var(--accent); }
.setu-diagram .number { fill: var(--md-default-bg-color, #fff); font-weight: 700; }
""".strip()


class Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Label(Part):
    """One text in every language; ``\\n`` ends a line."""

    en: str = Field(min_length=1)
    bn: str = Field(min_length=1)
    hi: str = Field(min_length=1)

    def lines(self, lang: str) -> list[str]:
        text: str = getattr(self, lang)
        return text.strip().split("\n")


class Box(Part):
    """A shape at ``at = [x, y, width, height]`` with its label in the middle.

    ``store`` is a database, ``frame`` stands round other boxes with its label above them, ``note``
    is text beside a rule, ``text`` is text alone, ``ghost`` is drawn with a dashed edge. A box
    with a ``number`` is a step: it begins with that number, its label follows from the left.
    """

    id: str
    kind: Literal["box", "accent", "store", "frame", "ghost", "note", "text"] = "box"
    at: tuple[float, float, float, float]
    label: Label
    number: Label | None = None


class Arrow(Part):
    """An arrow between two boxes: straight through ``x``, or round the outside through ``lane``.

    ``x`` defaults to the middle of what the boxes share. ``leave`` and ``arrive`` are the heights
    at which an arrow through a lane leaves and enters, by default the middle of each box. The
    label stands on the ``side`` of the line, around the height ``label_y``.
    """

    source: str = Field(alias="from")
    target: str = Field(alias="to")
    x: float | None = None
    lane: float | None = None
    leave: float | None = None
    arrive: float | None = None
    both: bool = False
    dashed: bool = False
    label: Label | None = None
    side: Literal["left", "right"] = "right"
    label_y: float | None = None


class Diagram(Part):
    """What one ``.toml`` says; ``description`` is the text alternative, two to four sentences."""

    name: str
    height: float
    title: Label
    description: Label
    boxes: list[Box] = Field(alias="box")
    arrows: list[Arrow] = Field(alias="arrow")

    @model_validator(mode="after")
    def _names_fit(self) -> Self:
        ids = [box.id for box in self.boxes]
        for name in ids:
            if ids.count(name) > 1:
                raise ValueError(f"two boxes have the id {name!r}")
        for arrow in self.arrows:
            for end in (arrow.source, arrow.target):
                if end not in ids:
                    known = ", ".join(ids)
                    raise ValueError(
                        f"the arrow from {arrow.source!r} to {arrow.target!r} needs a box {end!r},"
                        f" but there are only {known}"
                    )
        return self


@dataclass(frozen=True)
class PlacedText:
    """Lines of text around the point (x, y); ``room`` is the width and height they may take."""

    lines: list[str]
    x: float
    y: float
    anchor: Anchor
    room: tuple[float, float] | None = None

    def baselines(self) -> Iterator[tuple[str, float]]:
        """Each line with the height at which its letters stand."""
        first = self.y - (len(self.lines) - 1) * LINE / 2 + BASELINE
        for index, line in enumerate(self.lines):
            yield line, first + index * LINE


def load(path: Path) -> Diagram:
    """Read a diagram's source; a malformed one raises ``SetuError`` that says what is wrong."""
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
        return Diagram.model_validate({**data, "name": path.stem})
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SetuError("malformed_file", path=path, detail=error) from error
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        detail = f"{where}: {first['msg']}" if where else first["msg"]
        raise SetuError("malformed_file", path=path, detail=detail) from error


def box_text(box: Box, lang: str) -> PlacedText:
    """Where a box's label stands."""
    x, y, width, height = box.at
    lines = box.label.lines(lang)
    if box.kind == "frame":
        return PlacedText(lines, x + 12, y + 18, "start", (width - 24, LINE))
    if box.kind == "note":
        return PlacedText(lines, x + 12, y + height / 2, "start", (width - 12, height))
    if box.number:
        room = (width - BADGE - 8, height - 4)
        return PlacedText(lines, x + BADGE, y + height / 2, "start", room)
    lid = 10 if box.kind == "store" else 0
    middle = (x + width / 2, y + (height + lid) / 2)
    return PlacedText(lines, *middle, "middle", (width - 8, height - lid - 4))


def arrow_points(diagram: Diagram, arrow: Arrow) -> list[Point]:
    """The corners of an arrow's line, from its source to its target."""
    source, target = (
        next(box for box in diagram.boxes if box.id == end) for end in (arrow.source, arrow.target)
    )
    x1, y1, width1, height1 = source.at
    x2, y2, width2, height2 = target.at
    if arrow.lane is None:
        left, right = max(x1, x2), min(x1 + width1, x2 + width2)
        x = arrow.x if arrow.x is not None else (left + right) / 2
        return [(x, y1 + height1), (x, y2)] if y1 < y2 else [(x, y1), (x, y2 + height2)]
    leave = arrow.leave if arrow.leave is not None else y1 + height1 / 2
    arrive = arrow.arrive if arrow.arrive is not None else y2 + height2 / 2
    out, back = (x if arrow.lane < x else x + width for x, width in ((x1, width1), (x2, width2)))
    return [(out, leave), (arrow.lane, leave), (arrow.lane, arrive), (back, arrive)]


def arrow_text(diagram: Diagram, arrow: Arrow, lang: str) -> PlacedText | None:
    """Where an arrow's label stands, beside the upright part of its line."""
    if arrow.label is None:
        return None
    points = arrow_points(diagram, arrow)
    (x, y1), (_, y2) = points if arrow.lane is None else points[1:3]
    y = arrow.label_y if arrow.label_y is not None else (y1 + y2) / 2
    lines = arrow.label.lines(lang)
    return (
        PlacedText(lines, x + 8, y, "start")
        if arrow.side == "right"
        else PlacedText(lines, x - 8, y, "end")
    )


def pieces(line: str) -> Iterator[tuple[str, str]]:
    """Split a line of a label into pieces, each with its classes: "", "code", "bold" or both."""
    weight = ""
    for part in re.findall(r"\*\*|`[^`]+`|[^`*]+", line):
        if part == "**":
            weight = "" if weight else "bold"
        elif part.startswith("`"):
            yield f"code {weight}".strip(), part.strip("`")
        else:
            yield weight, part


def render(diagram: Diagram, lang: str) -> str:
    """The diagram in one language, as an SVG element to stand in a page."""
    name = f"setu-diagram-{diagram.name}"
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" class="setu-diagram" lang="{lang}" role="img" '
        f'aria-labelledby="{name}-title" aria-describedby="{name}-desc" '
        f'viewBox="0 0 {WIDTH} {diagram.height:g}">',
        f'<title id="{name}-title">{escape(" ".join(diagram.title.lines(lang)))}</title>',
        f'<desc id="{name}-desc">{escape(" ".join(diagram.description.lines(lang)))}</desc>',
        f"<style>\n{STYLE}\n</style>",
        f'<defs><marker id="{name}-head" viewBox="0 0 10 10" refX="9" refY="5" markerWidth="9" '
        'markerHeight="9" markerUnits="userSpaceOnUse" orient="auto-start-reverse">'
        '<path class="head" d="M0 0 10 5 0 10z"/></marker></defs>',
    ]
    for box in diagram.boxes:
        lines += [_shape(box), _text(box_text(box, lang))]
        if box.number:
            lines.append(_badge(box, box.number.lines(lang)[0]))
    for arrow in diagram.arrows:
        head = f"url(#{name}-head)"
        start = f' marker-start="{head}"' if arrow.both else ""
        style = "arrow dashed" if arrow.dashed else "arrow"
        drawn = _line(arrow_points(diagram, arrow))
        lines.append(f'<path class="{style}" d="{drawn}"{start} marker-end="{head}"/>')
        if text := arrow_text(diagram, arrow, lang):
            lines.append(_text(text))
    return "\n".join([*lines, "</svg>"]) + "\n"


def write_all(root: Path) -> list[Path]:
    """Draw every diagram of the course in every language; gives the files that were written."""
    written = []
    for source in sorted((root / "docs" / "diagrams").glob("*.toml")):
        diagram = load(source)
        for lang in LANGUAGES:
            path = source.with_suffix(f".{lang}.svg")
            path.write_text(render(diagram, lang), encoding="utf-8", newline="\n")
            written.append(path)
    return written


def _shape(box: Box) -> str:
    x, y, width, height = box.at
    if box.kind == "text":
        return ""
    if box.kind == "note":
        return f'<path class="rule" d="M{x + 1.5:g} {y:g}v{height:g}"/>'
    if box.kind == "store":
        half, arc = width / 2, f"a{width / 2:g} 8 0 0"
        return (
            f'<path class="shape" d="M{x:g} {y + 8:g}{arc} 1 {width:g} 0v{height - 16:g}'
            f'{arc} 1 {-width:g} 0z"/><path class="frame" d="M{x:g} {y + 8:g}'
            f'{arc} 0 {half:g} 8{arc} 0 {half:g} -8"/>'
        )
    style = {"box": "shape", "accent": "shape accent"}.get(box.kind, box.kind)
    return (
        f'<rect class="{style}" x="{x:g}" y="{y:g}" width="{width:g}" height="{height:g}" rx="6"/>'
    )


def _badge(box: Box, number: str) -> str:
    x, y, _, height = box.at
    centre = PlacedText([number], x + 21, y + height / 2, "middle")
    circle = f'<circle class="badge" cx="{centre.x:g}" cy="{centre.y:g}" r="12"/>'
    return circle + _text(centre).replace("<text ", '<text class="number" ')


def _text(text: PlacedText) -> str:
    drawn = []
    for line, y in text.baselines():
        spans = "".join(
            f'<tspan class="{style}">{escape(piece)}</tspan>' if style else escape(piece)
            for style, piece in pieces(line)
        )
        drawn.append(f'<text x="{text.x:g}" y="{y:g}" text-anchor="{text.anchor}">{spans}</text>')
    return "\n".join(drawn)


def _line(points: list[Point]) -> str:
    """An SVG path through the points with its corners rounded."""
    (x, y), *rest = points
    drawn = f"M{x:g} {y:g}"
    for (x0, y0), (x1, y1), (x2, y2) in zip(points, rest, rest[1:], strict=False):
        before = _towards((x1, y1), (x0, y0))
        after = _towards((x1, y1), (x2, y2))
        drawn += f"L{before[0]:g} {before[1]:g}Q{x1:g} {y1:g} {after[0]:g} {after[1]:g}"
    return f"{drawn}L{rest[-1][0]:g} {rest[-1][1]:g}"


def _towards(corner: Point, end: Point) -> Point:
    """The point ``CORNER`` units from a corner towards the end of an upright or level line."""
    step_x, step_y = (max(-CORNER, min(CORNER, end[i] - corner[i])) for i in (0, 1))
    return (corner[0] + step_x, corner[1] + step_y)


if __name__ == "__main__":
    from setu.paths import find_root

    for path in write_all(find_root()):
        print(path)
