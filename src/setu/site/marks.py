"""The course's own marks in a page: terms, diagrams, pictures, boxes in the page's language."""

from __future__ import annotations

import difflib
import html
import posixpath
import re
import struct
from pathlib import Path
from xml.etree.ElementTree import Element, SubElement

from markdown import Extension, Markdown
from markdown.treeprocessors import Treeprocessor
from markdown.util import AtomicString

from setu.errors import SetuError
from setu.language.glossary import Glossary
from setu.site.problems import report
from setu.site.words import site_words

TERM = "term:"
DIAGRAM = "diagram:"
PICTURE = "picture:"
PICTURES = "assets/images/guides"
PNG_SIZE = struct.Struct(">16xII")
"""Where a PNG says its width and height in pixels."""
FINENESS = 1.5
"""A picture's pixels for a pixel of CSS: docs/guides.py takes them so."""
LONGEST_UNBROKEN = 30
"""Characters of code that fit in a line of a small phone."""

LONG = 18
"""Characters of a word of code that is too long for the end of a small phone's line."""
BREAKS = re.compile(r"(?<=[\w)\]}]{4})(?=\.\w)|(?<=\w[(\[,/=])(?=[\w.'\"]{8})")
"""Where code may go on in the next line: not right at its beginning or end."""

BOXES = ("note", "tip", "warning", "danger", "example", "question", "success", "predict", "old-new")


class Marks(Extension):
    """Must know the page that is being made: set ``page`` before each conversion."""

    def __init__(self, root: Path, glossary: Glossary) -> None:
        super().__init__()
        self.root = root
        self.glossary = glossary
        self.uri = "index.md"
        self.lang = "en"
        self.home = ""

    def set_page(self, uri: str, lang: str, home: str) -> None:
        """The page that comes next, its text's language, and the way to the course's home."""
        self.uri = uri
        self.lang = lang
        self.home = home

    def extendMarkdown(self, md: Markdown) -> None:
        # Before mkdocs (priority 0) makes and checks the page's links: a term is a link as well.
        md.treeprocessors.register(_Terms(md, self), "setu-terms", 8)
        md.treeprocessors.register(_Diagrams(md, self), "setu-diagrams", 7)
        md.treeprocessors.register(_Pictures(md, self), "setu-pictures", 7)
        md.treeprocessors.register(_Boxes(md, self), "setu-boxes", 6)
        md.treeprocessors.register(_Glosses(md, self), "setu-glosses", 5)
        md.treeprocessors.register(_Corners(md, self), "setu-corners", 4)
        md.treeprocessors.register(_Options(md, self), "setu-options", 3)
        md.treeprocessors.register(_Breaks(md, self), "setu-breaks", 2)
        md.treeprocessors.register(_Pairs(md, self), "setu-pairs", 1)


class _Processor(Treeprocessor):
    def __init__(self, md: Markdown, marks: Marks) -> None:
        super().__init__(md)
        self.marks = marks


class _Terms(_Processor):
    """``[সেশনের](term:session)`` → a link to the glossary.

    On tap, focus and hover assets/js/setu.js shows the explanation, which ``terms`` has by its key.
    """

    def run(self, root: Element) -> None:
        glossary = self.marks.glossary
        for link in root.iter("a"):
            href = link.get("href", "")
            if not href.startswith(TERM):
                continue
            key = href.removeprefix(TERM)
            if key not in glossary:
                known = [term.key for term in glossary]
                nearest = difflib.get_close_matches(key, known, n=1, cutoff=0.0)
                report(SetuError("unknown_term", page=self.marks.uri, term=key, nearest=nearest[0]))
                continue
            up = posixpath.relpath("glossary.md", posixpath.dirname(self.marks.uri) or ".")
            link.set("href", f"{up}#{key}")
            link.set("class", "term")


class _Diagrams(_Processor):
    """``![](diagram:session-states)`` → the drawing itself, in the page's language."""

    def run(self, root: Element) -> None:
        for paragraph in root.iter("p"):
            image = next(iter(paragraph.iter("img")), None)
            if image is None or not image.get("src", "").startswith(DIAGRAM):
                continue
            name = image.get("src", "").removeprefix(DIAGRAM)
            path = self.marks.root / "docs" / "diagrams" / f"{name}.{self.marks.lang}.svg"
            if not path.is_file():
                where = path.relative_to(self.marks.root).as_posix()
                report(SetuError("no_diagram", page=self.marks.uri, name=name, path=where))
                continue
            drawing = path.read_text(encoding="utf-8")
            figure = f'<figure class="diagram" data-search-exclude>{drawing}</figure>'
            paragraph.clear()
            paragraph.text = self.md.htmlStash.store(figure)


class _Pictures(_Processor):
    """``![What it shows](picture:learn)`` → the PNG in the page's language; a tap shows it alone.

    It is loaded when the reader comes near, and its room is kept until then.
    """

    def run(self, root: Element) -> None:
        for paragraph in root.iter("p"):
            image = next(iter(paragraph.iter("img")), None)
            if image is None or not image.get("src", "").startswith(PICTURE):
                continue
            name = image.get("src", "").removeprefix(PICTURE)
            place = f"{PICTURES}/{name}.{self.marks.lang}.png"
            path = self.marks.root / "docs" / place
            if not path.is_file():
                where = path.relative_to(self.marks.root).as_posix()
                report(SetuError("no_diagram", page=self.marks.uri, name=name, path=where))
                continue
            pixels = PNG_SIZE.unpack(path.read_bytes()[: PNG_SIZE.size])
            width, height = (round(size / FINENESS) for size in pixels)
            address = f"{self.marks.home}{place}"
            picture = (
                f'<figure class="picture"><a href="{address}"><img src="{address}"'
                f' width="{width}" height="{height}" loading="lazy"'
                f' alt="{html.escape(image.get("alt", ""))}"></a></figure>'
            )
            paragraph.clear()
            paragraph.text = self.md.htmlStash.store(picture)


class _Boxes(_Processor):
    """A box without a title of its own gets the word of the page's language."""

    def run(self, root: Element) -> None:
        words = site_words(self.marks.lang)
        for box in root.iter():
            if box.tag not in ("div", "details") or len(box) == 0:
                continue
            title = box[0]
            if title.tag != "summary" and title.get("class") != "admonition-title":
                continue
            for kind in BOXES:
                if kind in box.get("class", "").split() and title.text == kind.capitalize():
                    title.text = words.text(f"box_{kind}")


class _Glosses(_Processor):
    """``সেশন (*session*)``: the English word says that it is English."""

    def run(self, root: Element) -> None:
        if self.marks.lang == "en":
            return
        for gloss in root.iter("em"):
            text = "".join(gloss.itertext())
            if text.isascii() and any(letter.isalpha() for letter in text):
                gloss.set("lang", "en")


class _Options(_Processor):
    """``--autogenerate`` stays on one line: browsers break after a hyphen, also in code."""

    def run(self, root: Element) -> None:
        for code in root.iter("code"):
            if "-" in (code.text or "") and len(code.text or "") <= LONGEST_UNBROKEN:
                code.set("class", "whole")


class _Breaks(_Processor):
    """Long code may break before a dot and after a bracket or comma, not in a name."""

    def run(self, root: Element) -> None:
        for code in root.iter("code"):
            text = code.text or ""
            if len(code) or code.get("class") or len(max(text.split(), key=len, default="")) < LONG:
                continue
            parts = BREAKS.sub("\n", text).split("\n")
            code.text = AtomicString(parts[0])
            for part in parts[1:]:
                SubElement(code, "wbr").tail = AtomicString(part)


class _Pairs(_Processor):
    """A table of what for and which code says so: on a phone one stands below the other."""

    def run(self, root: Element) -> None:
        for table in root.iter("table"):
            rows = list(table.iter("tr"))
            if all(len(row) == 2 for row in rows) and any(
                row.find("td[2]/code") is not None for row in rows
            ):
                table.set("data-pairs", "")


class _Corners(_Processor):
    """The empty corner of a table heads nothing: a screen reader should not announce it."""

    def run(self, root: Element) -> None:
        for cell in list(root.iter("th")):
            if not "".join(cell.itertext()).strip():
                cell.tag = "td"
