"""The diagrams: committed as drawn, whole in every language, and every text within its space."""

import re
import unicodedata
from itertools import combinations, pairwise
from pathlib import Path
from typing import NamedTuple
from xml.etree import ElementTree

import pytest

from setu.errors import SetuError
from setu.i18n import LANGUAGES
from setu.site import diagrams
from setu.site.diagrams import Diagram, PlacedText

ROOT = Path(__file__).parents[2]
SOURCES = sorted((ROOT / "docs" / "diagrams").glob("*.toml"))
NAMES = {"engine-pool", "session-states", "request-life", "migration"}
VIRAMAS = "\u09cd\u094d"
SVG = "{http://www.w3.org/2000/svg}"
each_drawing = pytest.mark.parametrize("lang", LANGUAGES)
each_source = pytest.mark.parametrize("source", SOURCES, ids=lambda path: path.stem)


class Area(NamedTuple):
    left: float
    top: float
    right: float
    bottom: float

    def meets(self, other: "Area") -> bool:
        return (
            self.left < other.right
            and other.left < self.right
            and self.top < other.bottom
            and other.top < self.bottom
        )


WIDTHS = (
    (VIRAMAS, -0.25),  # the two letters that it joins are narrower than apart
    ("োৌ", 0.65),
    ("আঞआऑओऔ", 1.05),
    ("অইউএওকজঝফअऊकखजझफ", 0.78),
    ("iljItf.,:;'()[] r", 0.34),
    ("mwMWOQ%@…", 0.92),
)


def advance(character: str) -> float:
    """About how wide a character is, in ems of Noto Sans."""
    for characters, width in WIDTHS:
        if character in characters:
            return width
    category = unicodedata.category(character)
    if category in ("Mn", "Mc"):
        return 0 if category == "Mn" else 0.33
    if "\u0900" <= character <= "\u09ff":
        return 0.62 if character < "\u0980" else 0.67
    return 0.66 if character.isupper() else 0.6


def line_width(line: str) -> float:
    """About how wide a line is drawn: between 0.93 and 1.24 of what Chromium measures."""
    return sum(
        len(text) * 0.605 * 13
        if "code" in style
        else 14 * sum(map(advance, text)) * (1.06 if style else 1)
        for style, text in diagrams.pieces(line)
    )


def area_of(text: PlacedText) -> Area:
    width = max(map(line_width, text.lines))
    left = {"start": text.x, "middle": text.x - width / 2, "end": text.x - width}[text.anchor]
    half = len(text.lines) * diagrams.LINE / 2
    return Area(left, text.y - half, left + width, text.y + half)


def lines_of(diagram: Diagram) -> list[Area]:
    """The straight pieces of all arrows, as thin areas."""
    return [
        Area(min(x1, x2) - 1, min(y1, y2) - 1, max(x1, x2) + 1, max(y1, y2) + 1)
        for arrow in diagram.arrows
        for (x1, y1), (x2, y2) in pairwise(diagrams.arrow_points(diagram, arrow))
    ]


def faults(diagram: Diagram, lang: str) -> list[str]:
    """Every text that is wider or higher than its space, or that stands on something else."""
    found = []
    texts = [(box.id, diagrams.box_text(box, lang)) for box in diagram.boxes]
    for name, placed in texts:
        area, (width, height) = area_of(placed), placed.room or (0, 0)
        if area.right - area.left > width or area.bottom - area.top > height + 0.1:
            found.append(f"{name}: {placed.lines} needs {area.right - area.left:.0f} of {width:g}")
    shapes = [Area(x, y, x + w, y + h) for x, y, w, h in (box.at for box in diagram.boxes)]
    solid = [shape for box, shape in zip(diagram.boxes, shapes, strict=True) if box.kind != "frame"]
    page = Area(0, 0, diagrams.WIDTH, diagram.height)
    for shape in shapes:
        if shape.left < 4 or shape.right > page.right - 4 or shape.bottom > page.bottom - 4:
            found.append(f"{shape} is at the edge of the drawing")
    labels = [
        text for arrow in diagram.arrows if (text := diagrams.arrow_text(diagram, arrow, lang))
    ]
    for label in labels:
        area = area_of(label)
        if area.left < 2 or area.right > page.right - 2:
            found.append(f"{label.lines} leaves the drawing: {area}")
        if any(area.meets(other) for other in [*solid, *lines_of(diagram)]):
            found.append(f"{label.lines} stands on a box or an arrow: {area}")
    standing = [area_of(text) for _, text in texts] + [area_of(label) for label in labels]
    found += [
        f"{one} and {two} overlap" for one, two in combinations(standing, 2) if one.meets(two)
    ]
    for box in diagram.boxes:
        if box.kind == "frame" and any(
            area_of(diagrams.box_text(box, lang)).meets(line) for line in lines_of(diagram)
        ):
            found.append(f"an arrow crosses the label of {box.id}")
    return found


def test_the_four_diagrams_are_there() -> None:
    assert {source.stem for source in SOURCES} == NAMES


@each_drawing
@each_source
def test_committed_drawing_is_what_its_source_says(source: Path, lang: str) -> None:
    drawn = source.with_suffix(f".{lang}.svg").read_text(encoding="utf-8")
    assert drawn == diagrams.render(diagrams.load(source), lang), (
        "the source was changed: run python -m setu.site.diagrams"
    )


def test_every_drawing_has_a_source() -> None:
    drawings = {path.name for path in (ROOT / "docs" / "diagrams").glob("*.svg")}
    assert drawings == {f"{name}.{lang}.svg" for name in NAMES for lang in LANGUAGES}


@each_drawing
@each_source
def test_texts_fit(source: Path, lang: str) -> None:
    assert faults(diagrams.load(source), lang) == []


@each_drawing
@each_source
def test_drawing_can_be_heard_and_embedded(source: Path, lang: str) -> None:
    diagram = diagrams.load(source)
    text = diagrams.render(diagram, lang)
    svg = ElementTree.fromstring(text)  # noqa: S314 (our own drawing)
    ids = [element.get("id") for element in svg.iter() if element.get("id")]
    title, desc = svg.find(f"{SVG}title"), svg.find(f"{SVG}desc")
    assert [svg.get(name) for name in ("role", "lang", "width")] == ["img", lang, None]
    assert title is not None
    assert svg.get("aria-labelledby") == title.get("id")
    assert desc is not None
    assert svg.get("aria-describedby") == desc.get("id")
    assert title.text
    assert all(source.stem in str(name) for name in ids)
    assert len(ids) == len(set(ids))
    # Bangla and Hindi tell the same in shorter sentences than English.
    assert 2 <= len(re.findall(r"[.।](?=\s|$)", desc.text or "")) <= (4 if lang == "en" else 6)
    outside = text.replace('xmlns="http://www.w3.org/2000/svg"', "")
    assert not re.search(r"http|href|<script|\son\w+=|@import", outside)


@each_source
def test_texts_are_normalised(source: Path) -> None:
    text = source.read_text(encoding="utf-8")
    assert unicodedata.normalize("NFC", text) == text
    assert not re.search("[\u200b-\u200c\u2060\ufeff]", text)


def test_style_stays_inside_the_drawing_and_is_legible_on_a_phone() -> None:
    selectors = re.findall(r"([^{}]+)\{", diagrams.STYLE)
    each = [part.strip() for selector in selectors for part in selector.split(",")]
    assert each
    assert all(selector.startswith(".setu-diagram") for selector in each)
    sizes = [float(size) for size in re.findall(r"font-size: (\d+)px", diagrams.STYLE)]
    assert sizes
    assert all(size * 340 / diagrams.WIDTH >= 12 for size in sizes)


SMALL = """
height = 200
title = {{ en = "T", bn = "ট", hi = "ट" }}
description = {{ en = "D.", bn = "ড।", hi = "ड।" }}
[[box]]
id = "one"
at = [10, 10, 100, 40]
label = {{ en = "a **`b`** <c>", bn = "ক"{hindi} }}
[[box]]
id = "two"
at = [10, 100, 100, 40]
label = {{ en = "b", bn = "খ", hi = "ख" }}
[[arrow]]
from = "one"
to = "{target}"
"""


def small(folder: Path, hindi: str = ', hi = "क"', target: str = "two") -> Diagram:
    source = folder / "small.toml"
    source.write_text(SMALL.format(hindi=hindi, target=target), encoding="utf-8")
    return diagrams.load(source)


def test_code_and_bold_are_drawn_and_markup_is_escaped(tmp_path: Path) -> None:
    drawn = diagrams.render(small(tmp_path), "en")
    assert 'a <tspan class="code bold">b</tspan> &lt;c&gt;' in drawn
    assert 'd="M60 50L60 100"' in drawn


def test_an_arrow_to_nowhere_is_named(tmp_path: Path) -> None:
    with pytest.raises(SetuError) as caught:
        small(tmp_path, target="tow")
    assert "needs a box 'tow', but there are only one, two" in str(caught.value)
    assert "small.toml" in str(caught.value)


def test_a_missing_language_is_named(tmp_path: Path) -> None:
    with pytest.raises(SetuError, match=r"box\.0\.label\.hi"):
        small(tmp_path, hindi="")


def test_a_text_that_is_too_wide_is_found(tmp_path: Path) -> None:
    assert faults(small(tmp_path), "hi") == []
    assert faults(small(tmp_path, hindi=', hi = "कनेक्शन लिया हुआ है"'), "hi") != []


def test_write_all_draws_each_language(tmp_path: Path) -> None:
    (tmp_path / "docs" / "diagrams").mkdir(parents=True)
    small(tmp_path / "docs" / "diagrams")
    written = diagrams.write_all(tmp_path)
    assert [path.name for path in written] == ["small.en.svg", "small.bn.svg", "small.hi.svg"]
    assert "ख" in written[2].read_text(encoding="utf-8")
