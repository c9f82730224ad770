"""The navigation: made from the catalog and the pages that there are, in the language's words."""

from __future__ import annotations

from typing import Any

from setu.site.course import Course, chapter_uri, exercise_uri, lab_uri

GUIDES = ("start.md", "browser.md", "learn.md")
LAST = ("instructors.md",)
REFERENCE = ("cheatsheet.md", "old-new.md", "glossary.md", "errors.md")

Nav = list[dict[str, Any]]


def navigation(course: Course) -> Nav:
    """mkdocs' ``nav``: home, guides, chapters with lab and exercises, reference pages."""
    sources = course.sources
    words = course.words
    home = sources["index.md"]
    nav: Nav = [{words.text("home"): home.uri}]
    nav += [{sources[uri].title: uri} for uri in GUIDES if uri in sources]
    nav += [
        {source.title: uri}
        for uri, source in sources.items()
        if "/" not in uri and uri not in ("index.md", *GUIDES, *REFERENCE, *LAST)
    ]
    chapters = [_chapter(course, chapter) for chapter in course.catalog.chapters]
    nav.append({words.text("chapters"): [entry for entry in chapters if entry]})
    reference = [{sources[uri].title: uri} for uri in REFERENCE if uri in sources]
    nav.append({words.text("reference"): reference})
    nav += [{sources[uri].title: uri} for uri in LAST if uri in sources]
    return nav


def _chapter(course: Course, chapter: Any) -> dict[str, Any]:
    sources = course.sources
    page = sources.get(chapter_uri(chapter))
    if page is None:
        return {}
    name = course.chapter_title(chapter, page.title)
    below: list[dict[str, str]] = []
    if lab_uri(chapter) in sources:
        below.append({course.words.text("lab"): lab_uri(chapter)})
    for exercise in course.catalog.exercises_of(chapter):
        uri = exercise_uri(exercise)
        if uri in sources:
            title = course.words.text("exercise_title", title=sources[uri].title)
            below.append({title: uri})
    if not below:
        return {name: page.uri}
    return {name: [{name: page.uri}, *below]}
