"""Pages that are made from other pages: old → new, glossary, errors, and the labs' frame."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, get_args

from setu import markdown
from setu.catalog import Chapter
from setu.labs.notebook import Cell
from setu.language.glossary import Group, Term
from setu.site import labs
from setu.site.includes import INCLUDE

if TYPE_CHECKING:
    from setu.site.course import Course, Source

OLD_NEW = re.compile(r'^!!! old-new(?:\s+"(?P<title>[^"]*)")?\s*$')
LINK = re.compile(r"\]\((?!\w+:)(?P<target>[^)\s]*)")
WRONG_OUTPUT = re.compile(r"demos/wrong_\w+\.out$")
TRACEBACK = "Traceback (most recent call last):"
SQL = re.compile(r"^\[SQL:.*?\]$", re.MULTILINE | re.DOTALL)
TRAILERS = ("(Background on this error at:", "[parameters:", "(This Session's transaction")
"""What SQLAlchemy prints below a message: true, but not what anybody would look for."""
Chapters = Sequence[tuple[Chapter, "Source"]]


def old_new(course: Course, chapters: Chapters) -> str:
    """All ``!!! old-new`` boxes of the chapters, in order, each with a link to its section."""
    parts = [_head(course, "old_new", "old_new_description"), course.words.text("old_new_intro")]
    for chapter, source in chapters:
        boxes = list(_boxes(source))
        if boxes:
            title = course.chapter_title(chapter, source.title)
            parts.append(f"## {title} {{#{chapter.id[:4]}}}")
        for box, section in boxes:
            link = f"[{markdown.plain(section.title)}]({source.uri}#{section.id})"
            parts += [relocate(box, source.uri), course.words.text("in_chapter", link=link)]
    return _page(course, parts)


def glossary_page(course: Course) -> str:
    """Every term of the glossary by group, with its English word and its explanation."""
    parts = [_head(course, "glossary", "glossary_intro"), course.words.text("glossary_intro")]
    for group in get_args(Group):
        terms = [term for term in course.glossary if term.group == group]
        if terms:
            parts.append(f"## {course.words.text(f'group_{group}')} {{#group-{group}}}")
        for term in terms:
            parts.append(f"### {term.name(course.lang)} {{#{term.key}}}")
            if beside := _beside(course, term):
                parts.append(f'<p class="beside">{beside}</p>')
            parts.append(getattr(term.explain, course.lang))
    return _page(course, parts)


def errors_index(course: Course, chapters: Chapters) -> str:
    """The last line of each recorded failure that a chapter shows, with a link to its section."""
    parts = [_head(course, "errors", "errors_description"), course.words.text("errors_intro")]
    for chapter, source in chapters:
        found = list(_failures(course, source))
        if found:
            title = course.chapter_title(chapter, source.title)
            parts.append(f"## {title} {{#{chapter.id[:4]}}}")
        for message, section in found:
            link = f"[{markdown.plain(section.title)}]({source.uri}#{section.id})"
            parts.append(
                f'<div class="error" markdown>\n\n```text\n{message}\n```\n\n{link}\n\n</div>'
            )
    return _page(course, parts)


def lab_page(course: Course, chapter: Chapter, cells: list[Cell], lang: str) -> str:
    """A lab's page: the notebook below a line that says how to run it; not in the search."""
    words = course.words
    title = labs.lab_title(cells)
    body = labs.to_markdown(cells, lang)
    page = course.root / "docs" / course.lang / f"chapters/{chapter.id}.md"
    if not page.exists():
        page = course.root / "docs" / "en" / f"chapters/{chapter.id}.md"
    name = markdown.title(page.read_text(encoding="utf-8")) if page.exists() else chapter.id
    link = f"[{course.chapter_title(chapter, name)}](../chapters/{chapter.id}.md)"
    frame = "\n\n".join(
        [
            f'<div class="lab" lang="{course.lang}" data-lab="{chapter.id}" markdown>',
            words.text("lab_intro", chapter=link),
            f"```text\nuv run setu lab {chapter.id[:4]}\n```",
            f"[{words.text('lab_download')}](../files/{chapter.id}.ipynb){{ download }}",
            "</div>",
        ]
    )
    first, _, rest = body.partition("\n")
    head = f"---\ntitle: {_quoted(title)}\nsearch: {{exclude: true}}\n---\n"
    return f"{head}\n{first}\n\n{frame}\n\n{rest}"


def relocate(text: str, uri: str) -> str:
    """Markdown of the page ``uri`` with its links as they must be on a page at the top."""

    def move(found: re.Match[str]) -> str:
        path, mark, anchor = found["target"].partition("#")
        folder = posixpath.dirname(uri)
        path = posixpath.normpath(posixpath.join(folder, path)) if path else uri
        return f"]({path}{mark}{anchor}"

    return LINK.sub(move, text)


def _beside(course: Course, term: Term) -> str:
    """The term in the other languages: English, or on English pages Bangla and Hindi."""
    others = ("bn", "hi") if course.lang == "en" else ("en",)
    names = [
        f'<span lang="{lang}">{term.name(lang)}</span>'
        for lang in others
        if term.name(lang) != term.name(course.lang)
    ]
    return " · ".join([*names, *filter(None, [term.gloss(course.lang)])])


def _boxes(source: Source) -> Iterable[tuple[str, markdown.Section]]:
    _, body = markdown.front_matter(source.text)
    for section in markdown.sections(body):
        # A box at the end of a ``##`` section sums it up, whatever ``###`` stands before it.
        if section.level <= 2:
            above = section
        lines = section.text.splitlines()
        for index, line in enumerate(lines):
            if OLD_NEW.match(line):
                end = index + 1
                while end < len(lines) and (not lines[end].strip() or lines[end][0] in " \t"):
                    end += 1
                yield "\n".join(lines[index:end]).rstrip(), above


def _failures(course: Course, source: Source) -> Iterable[tuple[str, markdown.Section]]:
    _, body = markdown.front_matter(source.text)
    for section in markdown.sections(body):
        for line in section.text.splitlines():
            found = INCLUDE.match(line)
            if not found or not WRONG_OUTPUT.search(found["path"]):
                continue
            recorded = course.root / found["path"]
            if recorded.is_file():  # the chapter's own page says so when it is not
                printed = SQL.sub("", recorded.read_text(encoding="utf-8")).splitlines()
                if TRACEBACK in printed:  # what follows an exception's own line is set in
                    printed = [line for line in printed if not line.startswith(" ")]
                if last := [line.strip() for line in printed if _says_something(line)][-1:]:
                    yield last[0], section


def _says_something(line: str) -> bool:
    return bool(line.strip()) and not line.lstrip().startswith(TRAILERS)


def _head(course: Course, title: str, description: str) -> str:
    words = course.words
    return (
        f"---\ntitle: {_quoted(words.text(title))}\n"
        f"description: {_quoted(words.text(description))}\n---\n"
    )


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _page(course: Course, parts: list[str]) -> str:
    head, intro, *rest = parts
    title = markdown.title(head)
    rest = rest or [course.words.text("nothing_yet")]
    return "\n\n".join([head, f"# {title} {{#top}}", intro, *rest]) + "\n"
