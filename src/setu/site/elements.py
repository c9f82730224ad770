"""What ``<div data-setu="app">`` and ``<div data-setu="exercise">`` show without JavaScript.

Links to the files, the command for one's own machine, and everything as a zip.
"""

from __future__ import annotations

import io
import posixpath
import re
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING

from setu.catalog import Chapter, Exercise
from setu.errors import SetuError
from setu.site.problems import report
from setu.site.words import digits

if TYPE_CHECKING:
    from setu.site.course import Course

ELEMENT = re.compile(
    r'^<div data-setu="(?P<kind>app|exercise)" data-(?:chapter|id)="(?P<id>\w+)">\s*</div>[ \t]*$',
    re.MULTILINE,
)
BOX = '<section class="playground" lang="{lang}" data-search-exclude markdown>'
FIXED_DATE = (1980, 1, 1, 0, 0, 0)  # the same files make the same zip


def fill(course: Course, uri: str, text: str) -> str:
    """The Markdown of a page with the contents of its two elements put in.

    A chapter or exercise that the catalog lacks is reported.
    """
    up = posixpath.relpath(".", posixpath.dirname(uri) or ".")

    def element(found: re.Match[str]) -> str:
        try:
            if found["kind"] == "app":
                return _app(course, course.catalog.chapter(found["id"]), up)
            return _exercise(course, course.catalog.exercise(found["id"]), up, uri)
        except SetuError as error:
            report(SetuError("bad_element", page=uri, error=error))
            return found[0]

    return ELEMENT.sub(element, text)


def zip_of(folder: Path, inside: str) -> bytes:
    """All files of ``folder`` as a zip in which they lie in the folder ``inside``."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in files_of(folder):
            name = f"{inside}/{path.relative_to(folder).as_posix()}"
            archive.writestr(zipfile.ZipInfo(name, FIXED_DATE), path.read_bytes())
    return buffer.getvalue()


def raw_files(id_: str, folder: Path, names: list[str]) -> dict[str, bytes]:
    """The files of a chapter or starter that a page links to, by their place in the site."""
    return {f"files/{id_}/{raw_name(name)}": (folder / name).read_bytes() for name in names}


def raw_name(name: str) -> str:
    """How a file is called in the site: a browser shows ``.txt``, and saves other endings."""
    return f"{name}.txt"


def files_of(folder: Path) -> list[Path]:
    """The files of a chapter or starter that belong to it: no caches, no databases."""
    return [
        path
        for path in sorted(folder.rglob("*"))
        if path.is_file()
        and "__pycache__" not in path.parts
        and path.suffix in {".py", ".toml", ".ini", ".mako", ".json", ".md", ".txt", ".out"}
    ]


def _app(course: Course, chapter: Chapter, up: str) -> str:
    words = course.words
    run = words.text("app_run" if chapter.kind == "api" else "script_run")
    return "\n\n".join(
        [
            BOX.format(lang=course.lang),
            f'<div data-setu="app" data-chapter="{chapter.id}" markdown>',
            f"**{words.text('app_box')}**",
            run,
            f"```text\nuv run setu app {chapter.id[:4]}\n```",
            _links(words.text("files"), f"{up}/files/{chapter.id}", chapter.tabs),
            f"[{words.text('download_files')}]({up}/files/{chapter.id}.zip){{ download }}",
            "</div>",
            "</section>",
        ]
    )


def _exercise(course: Course, exercise: Exercise, up: str, uri: str) -> str:
    words = course.words
    minutes = digits(str(exercise.minutes), course.lang)
    heading = f"**{words.text('exercise')}** · {words.text('minutes', minutes=minutes)}"
    own = f"exercises/{exercise.id}.md"
    if uri != own:
        title = course.sources[own].title
        heading = f"**[{words.text('exercise_title', title=title)}]({up}/{own})**"
    return "\n\n".join(
        [
            BOX.format(lang=course.lang),
            f'<div data-setu="exercise" data-id="{exercise.id}" markdown>',
            heading,
            words.text("exercise_check", id=exercise.id),
            f"```text\nuv run setu check {exercise.id}\n```",
            _links(words.text("starter"), f"{up}/files/{exercise.id}", exercise.edit),
            f"[{words.text('download_files')}]({up}/files/{exercise.id}.zip){{ download }}",
            words.text("exercise_solution"),
            f"```text\nuv run setu solution {exercise.id}\n```",
            "</div>",
            "</section>",
        ]
    )


def _links(label: str, folder: str, names: list[str]) -> str:
    """A list of links; ``docs/assets/js/setu.js`` opens each file below its own."""
    links = "\n".join(f"    - [`{name}`]({folder}/{raw_name(name)})" for name in names)
    return f'???+ files "{label}"\n\n{links}'
