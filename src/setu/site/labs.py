"""A lab's notebook as Markdown: text cells as they are, code cells and outputs as blocks."""

from __future__ import annotations

import re
from html import escape
from typing import Any

from setu.labs.notebook import Cell
from setu.markdown import HEADING, lines_outside_fences
from setu.site.words import site_words

ANSI = re.compile(r"\x1b\[[0-9;]*[A-Za-z]")


def lab_title(cells: list[Cell]) -> str:
    """The first heading of the notebook, without its mark."""
    for cell in cells:
        for line in cell["source"].splitlines():
            if cell["cell_type"] == "markdown" and (found := HEADING.match(line)):
                return found["title"]
    return ""


def to_markdown(cells: list[Cell], lang: str) -> str:
    """The notebook as a page's Markdown; headings get ids from their cell, equal in all languages.

    A code cell becomes ``<div class="cell" id="…" data-cell="…" data-tags="…">`` around a fence;
    one that cannot run in a browser also has the reason, ``data-not-here``, from its metadata:
    ``{"tags": ["not-in-browser"], "setu": {"not_in_browser": {"en": …, "bn": …, "hi": …}}}``.
    """
    parts = [
        _code_cell(cell, lang) if cell["cell_type"] == "code" else _text_cell(cell, lang)
        for cell in cells
        if cell["cell_type"] in ("code", "markdown")
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


def _text_cell(cell: Cell, lang: str) -> str:
    text = cell["source"]
    lines = text.splitlines()
    count = 0
    for index, line in lines_outside_fences(text):
        if found := HEADING.match(line):
            count += 1
            anchor = cell["id"] if count == 1 else f"{cell['id']}-{count}"
            lines[index] = f"{found['level']} {found['title']} {{#{anchor}}}"
    text = "\n".join(lines)
    if cell["metadata"].get("setu", {}).get("missing"):
        notice = site_words(lang).text("cell_missing")
        return (
            f'<p class="cell-missing">{notice}</p>\n\n<div lang="en" markdown>\n\n{text}\n\n</div>'
        )
    return text


def _code_cell(cell: Cell, lang: str) -> str:
    source = cell["source"]
    if not source.strip():
        return ""
    tags = " ".join(cell["metadata"].get("tags", []))
    name = escape(cell["id"], quote=True)
    reason = cell["metadata"].get("setu", {}).get("not_in_browser", {}).get(lang)
    not_here = f' data-not-here="{escape(reason, quote=True)}"' if reason else ""
    head = (
        f'<div class="cell" id="{name}" data-cell="{name}" data-tags="{escape(tags)}"{not_here}'
        " markdown>"
    )
    outputs = [_output(each, lang) for each in cell.get("outputs", [])]
    return "\n\n".join([head, _fence(source, "python"), *filter(None, outputs), "</div>"])


def _output(output: dict[str, Any], lang: str) -> str:
    words = site_words(lang)
    kind = output["output_type"]
    if kind == "error":
        text = "\n".join(output["traceback"]) or f"{output['ename']}: {output['evalue']}"
        return _output_block(text, words.text("output_error"), "output output--error")
    if kind == "stream":
        failed = output.get("name") == "stderr"
        return _output_block(
            _text(output["text"]), words.text("output"), "output" + " output--error" * failed
        )
    data = output.get("data", {})
    if table := data.get("text/html"):
        body = re.sub(r"<(style|script)\b.*?</\1>", "", _text(table), flags=re.DOTALL)
        label = words.text("output")
        return f'<div class="output output--table" role="group" aria-label="{label}">{body}</div>'
    if plain := data.get("text/plain"):
        return _output_block(_text(plain), words.text("output"), "output")
    return ""


def _output_block(text: str, label: str, classes: str) -> str:
    text = ANSI.sub("", text).rstrip()
    if not text:
        return ""
    head = f'<div class="{classes}" role="group" aria-label="{label}" markdown>'
    return f"{head}\n\n{_fence(text, 'text')}\n\n</div>"


def _fence(text: str, language: str) -> str:
    longest = max((len(run) for run in re.findall(r"`+", text)), default=0)
    marks = "`" * max(3, longest + 1)
    return f"{marks}{language}\n{text.rstrip()}\n{marks}"


def _text(source: str | list[str]) -> str:
    return source if isinstance(source, str) else "".join(source)
