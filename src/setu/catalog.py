"""Chapters and exercises as they are described in ``chapter.toml`` and ``exercise.toml``."""

from __future__ import annotations

import difflib
import tomllib
from pathlib import Path, PurePath
from typing import Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from setu.errors import SetuError

T = TypeVar("T", bound="Described")
Database = Literal["sqlite", "postgresql", "mariadb"]
DATABASES: tuple[Database, ...] = ("sqlite", "postgresql", "mariadb")


class Described(BaseModel):
    """What a chapter and an exercise have in common."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: str = Field(pattern=r"^ch\d\d_[a-z0-9_]+$")
    minutes: int = Field(gt=0)
    folder: Path = Field(exclude=True)


class Chapter(Described):
    """One chapter: a runnable mini-app in ``chapters/<id>``."""

    kind: Literal["api", "script"]
    needs: list[str] = []
    tabs: list[str]
    databases: list[Database] = list(DATABASES)
    browser: bool | str = True
    covers: dict[str, str]

    @property
    def number(self) -> int:
        return int(self.id[2:4])


class Check(BaseModel):
    """One check of an exercise; an advisory one is shown but gives no points.

    ``needs``: earlier checks; unless all of them pass, this one is not tried.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: str
    points: int = Field(ge=0)
    advisory: bool = False
    needs: list[str] = []


class Exercise(Described):
    """One exercise in ``exercises/<id>``, its solution in ``solutions/<id>``."""

    chapter: str
    order: int = Field(default=1, ge=1, description="place among the chapter's exercises")
    kind: Literal["api", "python"]
    edit: list[str]
    time_limit: float = Field(gt=0, description="seconds for one run of all checks")
    checks: list[Check]
    first_failure: str = Field(
        description="message key that the untouched starter fails with first"
    )

    @field_validator("checks")
    @classmethod
    def _needs_come_first(cls, checks: list[Check]) -> list[Check]:
        before: set[str] = set()
        for check in checks:
            if odd := set(check.needs) - before:
                raise ValueError(f"{check.id} needs {min(odd)}, no check with points before it")
            if not check.advisory:  # advice is not tried everywhere
                before.add(check.id)
        return checks

    @property
    def max_score(self) -> int:
        return sum(check.points for check in self.checks if not check.advisory)


class Catalog(BaseModel):
    """All chapters and exercises in the order of the course."""

    root: Path
    chapters: list[Chapter]
    exercises: list[Exercise]

    def chapter(self, wanted: str) -> Chapter:
        """The chapter with this id or number (``ch07_create_read``, ``ch07`` or ``7``)."""
        short = _chapter_id(wanted) if wanted.isdecimal() else wanted.removesuffix("/")
        for chapter in self.chapters:
            if short in (chapter.id, chapter.id[:4]):
                return chapter
        raise SetuError(
            "unknown_chapter",
            id=wanted,
            nearest=_nearest(short, [chapter.id for chapter in self.chapters]),
        )

    def exercise(self, wanted: str) -> Exercise:
        """The exercise with this id, or the only one whose id begins so (``ch07``, ``7``).

        Capitals and the folders of a path do not matter. Otherwise ``SetuError``, with what was
        meant if that can be told.
        """
        name = PurePath(wanted).name.lower()
        short = _chapter_id(name) if name.isdecimal() else name
        begin_so = [each for each in self.exercises if short and each.id.startswith(short)]
        exact = [each for each in begin_so if each.id == short]
        if len(exact or begin_so) == 1:
            return (exact or begin_so)[0]
        if begin_so:
            ids = ", ".join(each.id for each in begin_so)
            raise SetuError("several_exercises", id=short, ids=ids)
        if nearest := _nearest(short, [each.id for each in self.exercises], cutoff=0.5):
            raise SetuError("unknown_exercise", id=wanted, nearest=nearest)
        raise SetuError("no_such_exercise", id=wanted)

    def exercises_of(self, chapter: Chapter) -> list[Exercise]:
        return [exercise for exercise in self.exercises if exercise.chapter == chapter.id]


def load_catalog(root: Path) -> Catalog:
    """Read every ``chapter.toml`` and ``exercise.toml`` under ``root``.

    A malformed one raises ``SetuError`` with the file and what is wrong in it.
    """
    chapters = [_read(path, Chapter) for path in sorted(root.glob("chapters/*/chapter.toml"))]
    exercises = [_read(path, Exercise) for path in sorted(root.glob("exercises/*/exercise.toml"))]
    known = {chapter.id for chapter in chapters}
    for exercise in exercises:
        if exercise.chapter not in known:
            raise SetuError(
                "malformed_file",
                path=exercise.folder / "exercise.toml",
                detail=f"chapter = {exercise.chapter!r}",
            )
    exercises.sort(key=lambda exercise: (exercise.chapter, exercise.order, exercise.id))
    return Catalog(root=root, chapters=chapters, exercises=exercises)


def _read(path: Path, model: type[T]) -> T:
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
        described = model.model_validate({**data, "folder": path.parent})
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SetuError("malformed_file", path=path, detail=error) from error
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        raise SetuError("malformed_file", path=path, detail=f"{where}: {first['msg']}") from error
    if described.id != path.parent.name:
        raise SetuError("malformed_file", path=path, detail=f"id = {described.id!r}")
    return described


def _chapter_id(number: str) -> str:
    return f"ch{int(number):02d}"


def _nearest(wanted: str, known: list[str], cutoff: float = 0.0) -> str:
    close = difflib.get_close_matches(wanted, known, n=1, cutoff=cutoff)
    return close[0] if close else ""
