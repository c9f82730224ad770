"""What counts where a student handed in more than once: of each exercise the newest."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from setu.grading.handed_in import Submission
from setu.grading.unpack import shown


def merge(submissions: Sequence[Submission]) -> Submission:
    """One submission of all that one student handed in; what does not count of it is noted."""
    readable = sorted((each for each in submissions if not each.error), key=_age)
    unread = [each for each in submissions if each.error]
    if not readable:
        return replace(unread[0], notes=[note for each in unread for note in each.notes])
    unread = [each for each in unread if not each.online_text]
    newest = readable[-1]
    counted: dict[str, Submission] = {}
    for each in readable:
        if "" in each.digests:  # a single app stands for all exercises
            counted.clear()
        counted.update(dict.fromkeys(each.digests, each))
    parts = [each for each in readable if each in counted.values()]
    merged = replace(
        newest,
        submitted=max((each.submitted for each in parts if each.submitted), default=None),
        marked_late=any(each.marked_late for each in parts),
        digests={exercise: each.digests[exercise] for exercise, each in counted.items()},
        paths={exercise: each.path for exercise, each in counted.items()},
        notes=[note for each in parts for note in each.notes],
    )
    for other in readable:
        _note_duplicates(merged, other, counted)
    for other in unread:
        merged.notes += other.notes
        merged.note("grade_unread_duplicate", other=shown(other.path.name))
    return merged


def _age(submission: Submission) -> float:
    return submission.submitted.timestamp() if submission.submitted else 0.0


def _note_duplicates(merged: Submission, other: Submission, counted: dict[str, Submission]) -> None:
    """A note for each newer submission that counts for some exercise in place of ``other``."""
    again: dict[str, list[str]] = {}
    for exercise in sorted({*other.digests, *counted}):
        holds = exercise in other.digests or "" in other.digests
        graded = counted.get(exercise) or counted.get("")
        if holds and graded and graded is not other:
            again.setdefault(shown(graded.path.name), []).append(exercise or "app")
    for name, exercises in again.items():
        merged.note(
            "grade_duplicate",
            exercises=", ".join(exercises),
            graded=name,
            other=shown(other.path.name),
        )
