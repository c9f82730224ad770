"""The bank of every exercise: what must pass passes, what must fail fails as it is meant to."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from setu import markdown
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
from setu.i18n import LANGUAGES, Words, read_messages, tool_messages

ROOT = Path(__file__).parents[2]
EXERCISES = load_catalog(ROOT).exercises
SEED = 20_261_120
PATIENCE = 3
"""Times the exercise's own limit: tests share the machine."""

each_exercise = pytest.mark.parametrize("exercise", EXERCISES, ids=lambda each: each.id)
each_right_answer = pytest.mark.parametrize(
    ("exercise", "layers"),
    [
        pytest.param(exercise, layers, id=f"{exercise.id}-{layers[-1].name}")
        for exercise in EXERCISES
        for layers in [[solution_of(exercise)]]
        + [[solution_of(exercise), variant] for variant in variants_of(exercise)]
    ],
)


def run(exercise: Exercise, folder: Path, database_url: str | None = None) -> Verdict:
    return check_folder(
        exercise,
        folder,
        database_url=database_url,
        seed=SEED,
        time_limit=exercise.time_limit * PATIENCE,
    )


@each_right_answer
def test_right_answers_pass_on_every_database(
    exercise: Exercise, layers: list[Path], database_url: str, tmp_path: Path
) -> None:
    folder = lay_out(tmp_path / "work", exercise.folder / "starter", *layers)
    verdict = run(exercise, folder, database_url)
    failing = [check for check in verdict["checks"] if check["status"] != "pass"]
    assert (verdict["outcome"], failing, verdict.get("error")) == ("passed", [], None)
    assert verdict["score"] == verdict["max_score"] == exercise.max_score


@each_exercise
def test_starter_runs_and_fails_as_declared(
    exercise: Exercise, database_url: str, tmp_path: Path
) -> None:
    verdict = run(exercise, lay_out(tmp_path / "work", exercise.folder / "starter"), database_url)
    assert (verdict["outcome"], verdict.get("error")) == ("failed", None)
    assert first_failure(verdict) == exercise.first_failure
    if exercise.first_failure == "route_missing":
        assert verdict["frames"] == []  # another method of the path is not the place


@each_exercise
def test_each_mistake_is_rejected_with_its_own_message(
    exercise: Exercise, tmp_path: Path, subtests: pytest.Subtests
) -> None:
    advisory = {check.id for check in exercise.checks if check.advisory}
    tripped_first: dict[str, list[str]] = {check.id: [] for check in exercise.checks}
    counted, keys = 0, set()
    for mistake in mistakes_of(exercise):
        with subtests.test(mistake=mistake.id):
            verdict = _run_mistake(exercise, mistake, tmp_path / mistake.id)
            assert first_failure(verdict) == mistake.key, verdict
            keys.add(mistake.key)
            failing = [check["id"] for check in verdict["checks"] if check["status"] == "fail"]
            tripped_first.update({id: [*tripped_first[id], mistake.id] for id in failing[:1]})
            if set(failing) <= advisory and verdict["outcome"] == "passed":
                continue
            assert not verdict["passed"]
            counted += 1
    assert counted >= 15
    assert len(keys) >= 8
    assert [id for id, mistakes in tripped_first.items() if not mistakes] == []


def _run_mistake(exercise: Exercise, mistake: Mistake, folder: Path) -> Verdict:
    lay_out(folder, exercise.folder / "starter", solution_of(exercise))
    make_mistake(mistake, folder)
    return run(exercise, folder)


@each_exercise
def test_mistakes_are_search_and_replace_on_one_place(exercise: Exercise, tmp_path: Path) -> None:
    folder = lay_out(tmp_path, exercise.folder / "starter", solution_of(exercise))
    mistakes = mistakes_of(exercise)
    for mistake in mistakes:
        assert (folder / mistake.file).read_text("utf-8").count(mistake.old) == 1, mistake.id
        assert mistake.old != mistake.new, mistake.id
    assert len({mistake.id for mistake in mistakes}) == len(mistakes)


@each_exercise
def test_five_other_right_answers(exercise: Exercise) -> None:
    assert len(variants_of(exercise)) >= 5


@each_exercise
def test_every_key_has_its_text_and_every_text_its_mistake(exercise: Exercise) -> None:
    messages = read_messages(exercise.folder / "messages.toml")
    used = keys_in((exercise.folder / "checks.py").read_text(encoding="utf-8"))
    assert used - set(messages) - set(tool_messages()) == set()
    assert set(messages) - used == set()
    demonstrated = {mistake.key for mistake in mistakes_of(exercise)}
    assert set(messages) - demonstrated == set()
    for key, texts in messages.items():
        assert set(texts) == set(LANGUAGES), key
        assert all(text.strip() for text in texts.values()), key


KEYS_OF = {"expect": ("crash",), "insert": ("key",)}
"""Call → its named arguments that are message keys."""


def keys_in(source: str) -> set[str]:
    """The message keys of a ``checks.py``; each must stand there as a plain string."""
    keys = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call):
            name = getattr(node.func, "id", getattr(node.func, "attr", ""))
            named = [word.value for word in node.keywords if word.arg in KEYS_OF.get(name, ())]
            for key in (*named, *(node.args[1:2] if name == "expect" else ())):
                assert isinstance(key, ast.Constant), ast.unparse(node)
                assert isinstance(key.value, str), ast.unparse(node)
                keys.add(key.value)
    return keys


@each_exercise
@pytest.mark.parametrize("lang", LANGUAGES)
def test_messages_can_be_said(exercise: Exercise, lang: str) -> None:
    words = Words(lang, read_messages(exercise.folder / "messages.toml"))
    params = {"did": "GET /", "expected": "200", "got": "404", "table": "users", "error": "E"}
    for key in read_messages(exercise.folder / "messages.toml"):
        assert words.text(key, **params)


@each_exercise
@pytest.mark.parametrize("lang", LANGUAGES)
def test_text_has_task_and_three_hints(exercise: Exercise, lang: str) -> None:
    page = (exercise.folder / f"{lang}.md").read_text(encoding="utf-8")
    meta, body = markdown.front_matter(page)
    assert meta["title"]
    assert meta["description"]
    sections = markdown.sections(body)
    assert sections[0].id == exercise.id.replace("_", "-")
    assert len(sections[0].text.split()) > 30
    hints = [section for section in sections if re.fullmatch(r"hint-\d", section.id)]
    assert [hint.id for hint in hints] == ["hint-1", "hint-2", "hint-3"]
    assert all(
        len(hint.text.splitlines()[1:]) > 0 and hint.text.split("\n", 1)[1].strip()
        for hint in hints
    )


@each_exercise
def test_nothing_but_the_edited_files_differs(exercise: Exercise) -> None:
    starter = exercise.folder / "starter"
    there = {path.relative_to(starter).as_posix() for path in starter.rglob("*.py")}
    assert set(exercise.edit) <= there
    for layer in (solution_of(exercise), *variants_of(exercise)):
        files = {path.relative_to(layer).as_posix() for path in layer.rglob("*.py")}
        assert files, layer
        assert files & there <= set(exercise.edit), layer
    assert {mistake.file for mistake in mistakes_of(exercise)} <= set(exercise.edit)


@each_exercise
def test_database_py_is_the_one_of_chapter_7(exercise: Exercise) -> None:
    chapter = ROOT / "chapters/ch07_create_read/app/database.py"
    copy = exercise.folder / "starter/app/database.py"
    assert copy.read_bytes() == chapter.read_bytes()


@each_exercise
def test_points_make_ten(exercise: Exercise) -> None:
    assert exercise.max_score == 10
    assert all(check.points == 0 for check in exercise.checks if check.advisory)
