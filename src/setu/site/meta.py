"""What other programs read of a page: its description and its structured data (schema.org)."""

from __future__ import annotations

import json
import re
from typing import Any

from setu import markdown
from setu.catalog import Chapter
from setu.site.course import Course, Source, chapter_uri, exercise_uri, lab_uri

LONGEST = 160
"""Characters of a description that search engines show."""
NO_PARAGRAPH = ("#", "<", "!", "?", "|", "-", "*", "`", ">", "[", "    ", "1.")
LICENSE = "https://creativecommons.org/licenses/by-sa/4.0/"


def description(source: Source) -> str:
    """The page's own description, else its first paragraph; at most ``LONGEST`` characters."""
    meta, body = markdown.front_matter(source.text)
    text = str(meta.get("description") or _first_paragraph(body))
    if len(text) <= LONGEST:
        return text
    return text[: LONGEST - 1].rsplit(" ", 1)[0].rstrip(",;:") + "…"


def structured(course: Course, source: Source, home: str, address: str) -> dict[str, Any] | None:
    """schema.org data of a page: the course on the home page, what is learned on the others.

    ``home`` and ``address`` are the URLs of the course's home page and of this page, empty where
    it is not known where the site will be. ``None`` for pages that teach nothing themselves.
    """
    if source.uri == "index.md":
        return _course(course, source, address)
    if (found := _kind(course, source.uri)) is None:
        return None
    kind, minutes = found
    name = course.words.text("site_name")
    return _known(
        {
            "@context": "https://schema.org",
            "@type": "LearningResource",
            "name": source.title,
            "description": description(source),
            "url": address,
            "inLanguage": source.lang,
            "learningResourceType": kind,
            "timeRequired": f"PT{minutes}M" if minutes else "",
            "teaches": _goals(source),
            "isAccessibleForFree": True,
            "license": LICENSE,
            "isPartOf": _known({"@type": "Course", "name": name, "url": home}),
        }
    )


def in_html(data: dict[str, Any] | None) -> str:
    """``data`` as JSON that can stand in a ``<script>``; nothing for ``None``."""
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":")) if data else ""
    return text.replace("<", "\\u003c")


def _kind(course: Course, uri: str) -> tuple[str, int] | None:
    """What a page is for its learner, and its minutes, 0 where nobody has said how many."""
    for chapter in course.catalog.chapters:
        if uri == chapter_uri(chapter):
            return "chapter", chapter.minutes
        if uri == lab_uri(chapter):
            return "lab", 0
    for exercise in course.catalog.exercises:
        if uri == exercise_uri(exercise):
            return "exercise", exercise.minutes
    return None


def _course(course: Course, source: Source, address: str) -> dict[str, Any]:
    chapters = [each for each in course.catalog.chapters if chapter_uri(each) in course.sources]
    return _known(
        {
            "@context": "https://schema.org",
            "@type": "Course",
            "name": source.title,
            "description": description(source),
            "url": address,
            "inLanguage": source.lang,
            "isAccessibleForFree": True,
            "license": LICENSE,
            "provider": {"@type": "Organization", "name": course.words.text("site_name")},
            "hasCourseInstance": {
                "@type": "CourseInstance",
                "courseMode": "Online",
                "courseWorkload": f"PT{sum(each.minutes for each in chapters)}M",
                "inLanguage": source.lang,
            },
            "hasPart": [_part(course, chapter, address) for chapter in chapters],
        }
    )


def _part(course: Course, chapter: Chapter, home: str) -> dict[str, Any]:
    title = course.sources[chapter_uri(chapter)].title
    url = home and f"{home}chapters/{chapter.id}/"
    return _known(
        {
            "@type": "LearningResource",
            "name": title,
            "url": url,
            "timeRequired": f"PT{chapter.minutes}M",
        }
    )


def _known(data: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in data.items() if value not in ("", [])}


def _goals(source: Source) -> list[str]:
    _, body = markdown.front_matter(source.text)
    for section in markdown.sections(body):
        if section.id == "goals":
            return [
                markdown.plain(line[2:])
                for line in section.text.splitlines()
                if line.startswith("- ")
            ]
    return []


def _first_paragraph(body: str) -> str:
    """The first lines of prose outside of lists, boxes, code and ``<div>``s, without marks."""
    found: list[str] = []
    inside = 0
    for _, line in markdown.lines_outside_fences(body):
        inside += len(re.findall(r"<div\b", line)) - len(re.findall(r"</div>", line))
        prose = line.strip() and not inside and not line.startswith((*NO_PARAGRAPH, "</"))
        if prose:
            found.append(line.strip())
        elif found:
            break
    return markdown.plain(" ".join(found))
