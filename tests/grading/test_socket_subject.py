"""The class grader says of every answer what the learner's own check says of it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from setu.catalog import Exercise, load_catalog
from setu.checks.verdict import Verdict, first_failure
from setu.exercises.bank import (
    Mistake,
    lay_out,
    make_mistake,
    mistakes_of,
    solution_of,
    variants_of,
)
from setu.exercises.run import check_folder
from setu.grading.bench import Bench, GradeVerdict, Task

ROOT = Path(__file__).parents[2]
EXERCISES = load_catalog(ROOT).exercises
SEED = 20_261_120
SAMPLE = 6
"""Mistakes of each exercise that are tried in every run of the suite, spread over its bank."""

pytestmark = pytest.mark.bwrap
each_exercise = pytest.mark.parametrize("exercise", EXERCISES, ids=lambda each: each.id)


def grade(bench: Bench, exercise: Exercise, folder: Path) -> GradeVerdict:
    files = {
        path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*.py")
    }
    return bench.grade(Task("nadia", exercise.id, files, SEED))


def told(exercise: Exercise, verdict: Verdict) -> tuple[str, list[tuple[str, str, str | None]]]:
    """What must not differ: the outcome, and status and key of what is seen from outside."""
    advisory = {check.id for check in exercise.checks if check.advisory}
    checks = verdict["checks"]
    seen = [(each["id"], each["status"], each["key"]) for each in checks]
    return verdict["outcome"], [each for each in seen if each[0] not in advisory]


def without_keys_from_inside(here: Any, there: Any) -> tuple[Any, Any]:
    """Both as ``told``, without the keys of checks where only the learner's own check knows why.

    The class sees the 500, not what was raised: it keeps the key that guesses.
    """
    inside = {id for id, _, key in here[1] if key in ("name_unknown", "answer_unreadable")}
    return tuple(  # type: ignore[return-value]
        (outcome, [(id, status, "" if id in inside else key) for id, status, key in checks])
        for outcome, checks in (here, there)
    )


@each_exercise
def test_starter_fails_as_declared(bench: Bench, exercise: Exercise) -> None:
    verdict = grade(bench, exercise, exercise.folder / "starter")
    assert (verdict["outcome"], first_failure(verdict)) == ("failed", exercise.first_failure)


@each_exercise
def test_right_answers_pass(bench: Bench, exercise: Exercise, tmp_path: Path) -> None:
    for variant in (None, *variants_of(exercise)):
        layers = [exercise.folder / "starter", solution_of(exercise), *([variant] * bool(variant))]
        folder = lay_out(tmp_path / (variant.name if variant else "solution"), *layers)  # type: ignore[arg-type]
        verdict = grade(bench, exercise, folder)
        failing = [check for check in verdict["checks"] if check["status"] == "fail"]
        assert (verdict["outcome"], failing) == ("passed", []), (folder.name, verdict["log"])
        assert verdict["score"] == exercise.max_score


@each_exercise
def test_some_mistakes(bench: Bench, exercise: Exercise, tmp_path: Path) -> None:
    number = len(mistakes_of(exercise))
    _compare(bench, exercise, tmp_path, [at * number // SAMPLE for at in range(SAMPLE)])


@pytest.mark.nightly
@each_exercise
def test_the_whole_bank(bench: Bench, exercise: Exercise, tmp_path: Path) -> None:
    _compare(bench, exercise, tmp_path, range(len(mistakes_of(exercise))), twice=True)


def _compare(
    bench: Bench, exercise: Exercise, room: Path, chosen: list[int] | range, *, twice: bool = False
) -> None:
    differing = []
    mistakes = mistakes_of(exercise)
    for mistake in (mistakes[at] for at in chosen):
        folder = lay_out(room / mistake.id, exercise.folder / "starter", solution_of(exercise))
        make_mistake(mistake, folder)
        here = told(exercise, check_folder(exercise, folder, seed=SEED, time_limit=60))
        for _ in range(2 if twice else 1):
            there = told(exercise, grade(bench, exercise, folder))
            here, there = without_keys_from_inside(here, there)
            if here != there:
                differing.append((mistake.id, here, there))
    assert differing == []


IS_ACTIVE = "    is_active: Mapped[bool] = mapped_column(default=True)\n"
EMAIL = "    email: Mapped[str] = mapped_column(String(255), unique=True)\n"
ODD = [
    (
        "ch07_get_user",
        Mistake("required", "app/models.py", IS_ACTIVE, f"{IS_ACTIVE}    phone: Mapped[str]\n", ""),
        "table_differs",
    ),
    (
        "ch07_get_user",
        Mistake(
            "rule",
            "app/models.py",
            '    __tablename__ = "users"\n',
            '    from sqlalchemy import CheckConstraint\n\n    __tablename__ = "users"\n'
            '    __table_args__ = (CheckConstraint("is_active = 1", name="active"),)\n',
            "",
        ),
        "table_differs",
    ),
    (
        "ch03_product_model",
        Mistake(
            "half_a_character",
            "app/main.py",
            "    return product\n\n\n",
            "    from fastapi import Response\n\n"
            '    odd = \'{"id": "\\\\ud800", "description": null, "stock_quantity": 0}\'\n'
            "    return Response(odd, 201)\n\n\n",
            "",
        ),
        "product_changed",
    ),
    (
        "ch08_update_email",
        Mistake(
            "bytes",
            "app/main.py",
            "    user.email = data.email\n",
            "    from sqlalchemy import text\n\n    user.email = data.email\n"
            '    await db.execute(text("UPDATE users SET email = CAST(email AS BLOB)"))\n',
            "",
        ),
        "not_saved",
    ),
]
"""What an honest app may do that no check expects, and the first key that it is told."""


@pytest.mark.parametrize(("id", "odd", "key"), ODD, ids=[odd.id for _, odd, _ in ODD])
def test_what_an_app_does_is_no_fault_of_the_checks(
    bench: Bench, tmp_path: Path, id: str, odd: Mistake, key: str
) -> None:
    exercise = load_catalog(ROOT).exercise(id)
    folder = lay_out(tmp_path, exercise.folder / "starter", solution_of(exercise))
    make_mistake(odd, folder)
    here = check_folder(exercise, folder, seed=SEED, time_limit=60)
    assert told(exercise, here) == told(exercise, grade(bench, exercise, folder))
    assert (here["outcome"], first_failure(here)) == ("failed", key)


def test_the_same_seed_gives_the_same_verdict(bench: Bench, tmp_path: Path) -> None:
    for exercise in EXERCISES:
        mistake = mistakes_of(exercise)[-4]
        folder = lay_out(tmp_path / exercise.id, exercise.folder / "starter", solution_of(exercise))
        make_mistake(mistake, folder)
        one, two = (grade(bench, exercise, folder) for _ in range(2))
        for verdict in (one, two):
            assert verdict.pop("resources")  # type: ignore[misc]
        assert one["checks"] == two["checks"]
        assert {**one, "log": ""} == {**two, "log": ""}
