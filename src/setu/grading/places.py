"""Where in a submission the ``app`` of each exercise lies.

That is a ``work`` tree (``<exercise id>/app/…``) or a single ``app/…``, which counts for every
exercise; folders that wrap them are looked through.
"""

from __future__ import annotations

from setu.grading.unpack import Entry, Source, Unreadable, shown

DEEPEST = 5
"""Folders around an ``app`` that are looked through."""
COURSE = {"chapters", "exercises", "solutions"}
"""Folders of the course, in which nothing is the student's own."""
FEWEST_OF_COURSE = 2
"""So many of them side by side are the course; one alone may be a student's name for the work."""

Around = tuple[str, ...]
"""The names of the folders around ``<exercise id>/app`` or ``app``."""
Named = list[tuple[str, Entry]]
"""Files under the names that they run by."""
Found = dict[str, Named]
"""Exercise id, or ``""`` for a single ``app`` → its files."""


def locate(source: Source, ids: frozenset[str]) -> Found:
    """Find ``<id>/app/…``, else ``app/…``: in folders ``work`` if there are any.

    Of more than one place for an exercise the outermost counts. Raises ``Unreadable`` if there is
    none, or two are equal.
    """
    places = _places(source, ids)
    if not places:
        raise Unreadable(_why_nothing(source))
    found: Found = {}
    for exercise, options in places.items():
        ranked = sorted(options, key=_rank)
        if len(ranked) > 1 and _rank(ranked[0]) == _rank(ranked[1]):
            raise Unreadable(
                "grade_ambiguous",
                first=_shown(ranked[0], exercise),
                second=_shown(ranked[1], exercise),
            )
        found[exercise] = options[ranked[0]]
    return found


def folders_around(exercise: str, named: Named) -> Around:
    """The folders around what ``locate`` found of an exercise, or around a single ``app``."""
    name, entry = named[0]
    above = entry.parts[: -len(name.split("/"))]
    return above[:-1] if exercise else above


def _places(source: Source, ids: frozenset[str]) -> dict[str, dict[Around, Named]]:
    places: dict[str, dict[Around, Named]] = {}
    courses = _courses(source)
    for entry in source.entries:
        folders = entry.parts[:-1]
        for depth in _depths(folders):
            if folders[depth] in COURSE and folders[:depth] in courses:
                break
            if folders[depth] == "app":
                above = folders[:depth]
                exercise = above[-1] if above and above[-1] in ids else ""
                around = above[:-1] if exercise else above
                inside = places.setdefault(exercise, {}).setdefault(around, [])
                inside.append(("/".join(entry.parts[depth:]), entry))
                break
    if any(places.keys() - {""}):
        places.pop("", None)
    in_work = {
        exercise: {around: options[around] for around in options if "work" in around}
        for exercise, options in places.items()
    }
    return {exercise: kept for exercise, kept in in_work.items() if kept} or places


def _courses(source: Source) -> set[Around]:
    """The folders in which a clone of the course lies."""
    own: dict[Around, set[str]] = {}
    for entry in source.entries:
        folders = entry.parts[:-1]
        for depth in _depths(folders):
            if folders[depth] in COURSE:
                own.setdefault(folders[:depth], set()).add(folders[depth])
    return {folder for folder, names in own.items() if len(names) >= FEWEST_OF_COURSE}


def _depths(folders: Around) -> range:
    return range(min(len(folders), DEEPEST + 1))


def _rank(around: Around) -> tuple[bool, int]:
    return (around[-1:] != ("work",), len(around))


def _shown(around: Around, exercise: str) -> str:
    return shown("/".join(part for part in (*around, exercise, "app") if part))


def _why_nothing(source: Source) -> str:
    if not source.entries:
        return "grade_empty" if not source.left_out.by_key else "grade_nothing_left"
    if _courses(source):
        return "grade_course_itself"
    if any(entry.parts[-1].lower().endswith(".zip") for entry in source.entries):
        return "grade_zip_in_zip"
    return "grade_no_app"
