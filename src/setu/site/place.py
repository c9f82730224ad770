"""Where a page stands on the path of the chapters: for its head, and for the home page."""

from __future__ import annotations

import re
from dataclasses import dataclass

from setu.catalog import Chapter, Exercise
from setu.site.course import Course, chapter_uri, exercise_uri, lab_uri
from setu.site.words import digits

NAMELESS = re.compile(r"\[\]\(chapters/(?P<id>\w+)\.md\)(?P<rest>[^\n]*)")


@dataclass(frozen=True)
class Step:
    """A chapter on the path; ``url`` is below the home of the language, ``exercises`` are ids."""

    id: str
    number: str
    title: str
    url: str
    exercises: list[str]


@dataclass(frozen=True)
class Place:
    """What stands above a page's title: its chapter, the path, how long it takes, what it needs.

    ``read`` is the chapter that the page itself teaches, ``None`` for a lab or an exercise.
    """

    chapter: Step
    path: list[Step]
    needs: list[Step]
    minutes: str
    read: str | None


def place_of(course: Course, uri: str) -> Place | None:
    """The place of a chapter's page, its lab or one of its exercises; other pages have none."""
    for chapter in course.catalog.chapters:
        if uri in (chapter_uri(chapter), lab_uri(chapter)):
            own = uri == chapter_uri(chapter)
            return _place(course, chapter, chapter.minutes if own else 0, own)
    for exercise in course.catalog.exercises:
        if uri == exercise_uri(exercise):
            chapter = course.catalog.chapter(exercise.chapter)
            return _place(course, chapter, exercise.minutes, own=False)
    return None


def name_chapters(course: Course, text: str) -> str:
    """Markdown of the home page: ``[](chapters/….md)`` gets the chapter's title and its minutes.

    At the end of its line stand the links to its exercises.
    """

    def named(found: re.Match[str]) -> str:
        chapter = course.catalog.chapter(found["id"])
        title = _step(course, chapter).title
        link = f"[{title}](chapters/{chapter.id}.md)"
        minutes = f'<span class="minutes">{_minutes(course, chapter.minutes)}</span>'
        uris = [exercise_uri(exercise) for exercise in _exercises(course, chapter)]
        names = [
            course.words.text("exercise_title", title=course.sources[uri].title) for uri in uris
        ]
        links = [f"[{name}]({uri}){{ .exercise }}" for name, uri in zip(names, uris, strict=True)]
        last = f' <span class="exercises">{" ".join(links)}</span>' if links else ""
        return f'{link}{{ .chapter data-chapter="{chapter.id}" }} {minutes}{found["rest"]}{last}'

    return NAMELESS.sub(named, text)


def _place(course: Course, chapter: Chapter, minutes: int, own: bool) -> Place | None:
    steps = {
        each.id: _step(course, each)
        for each in course.catalog.chapters
        if chapter_uri(each) in course.sources
    }
    if chapter.id not in steps:
        return None
    return Place(
        chapter=steps[chapter.id],
        path=list(steps.values()),
        needs=[steps[need] for need in chapter.needs if own and need in steps],
        minutes=_minutes(course, minutes) if minutes else "",
        read=chapter.id if own else None,
    )


def _step(course: Course, chapter: Chapter) -> Step:
    return Step(
        id=chapter.id,
        number=digits(str(chapter.number), course.lang),
        title=course.chapter_title(chapter, course.sources[chapter_uri(chapter)].title),
        url=f"chapters/{chapter.id}/",
        exercises=[exercise.id for exercise in _exercises(course, chapter)],
    )


def _exercises(course: Course, chapter: Chapter) -> list[Exercise]:
    every = course.catalog.exercises_of(chapter)
    return [exercise for exercise in every if exercise_uri(exercise) in course.sources]


def _minutes(course: Course, minutes: int) -> str:
    return course.words.text("minutes", minutes=digits(str(minutes), course.lang))
