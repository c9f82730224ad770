"""What the page's elements know of chapters and exercises, and their words, as JSON files."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import setu
from setu.catalog import Catalog, Chapter, Exercise
from setu.exercises.bank import solution_files
from setu.exercises.text import read_text
from setu.i18n import LANGUAGES, read_messages, tool_messages
from setu.labs.notebook import lab_path, read_notebook
from setu.site.elements import files_of
from setu.site.words import site_words

PACKAGE = Path(setu.__file__).parent
OTHER_CHAPTER = re.compile(r"\bchapters\.(ch\d\d_\w+)")
TOOL_WORDS = ("verdict_", "check_", "state_")
"""Beginnings of the keys of the tool's messages that a page says, besides those of checks."""


def data_files(catalog: Catalog) -> dict[str, bytes]:
    """All files, by their path in the playground's folder.

    ``data/<chapter id>.json``, ``data/<exercise id>.json``, ``data/exercises.json`` and
    ``words.<language>.json``.
    """
    found: dict[str, Any] = {
        f"data/{each.id}.json": chapter_data(catalog, each) for each in catalog.chapters
    }
    found |= {f"data/{each.id}.json": exercise_data(each) for each in catalog.exercises}
    found["data/exercises.json"] = [_listed(each) for each in catalog.exercises]
    found |= {f"words.{lang}.json": page_words(catalog, lang) for lang in LANGUAGES}
    return {
        path: json.dumps(data, ensure_ascii=False, separators=(",", ":")).encode()
        for path, data in found.items()
    }


def chapter_data(catalog: Catalog, chapter: Chapter) -> dict[str, Any]:
    """What an app and a lab need of a chapter.

    ``files``: path from the chapter's folder → text. ``also``: other chapters that the lab imports,
    id → files.
    """
    lab = lab_path(catalog.root, "en", chapter)
    cells = read_notebook(lab)["cells"] if lab.exists() else []
    imported = {name for cell in cells for name in OTHER_CHAPTER.findall(cell["source"])}
    return {
        "id": chapter.id,
        "kind": chapter.kind,
        "number": chapter.number,
        "browser": chapter.browser,
        "tabs": chapter.tabs,
        "files": _texts(chapter.folder),
        "also": {
            other: _texts(catalog.chapter(other).folder)
            for other in sorted(imported - {chapter.id})
        },
    }


def exercise_data(exercise: Exercise) -> dict[str, Any]:
    """What an exercise needs to be solved and checked; ``solution`` has only what differs."""
    return {
        "id": exercise.id,
        "chapter": exercise.chapter,
        "kind": exercise.kind,
        "edit": exercise.edit,
        "time_limit": exercise.time_limit,
        "max_score": exercise.max_score,
        "declared": [check.model_dump() for check in exercise.checks],
        "checks": (exercise.folder / "checks.py").read_text(encoding="utf-8"),
        "messages": read_messages(exercise.folder / "messages.toml"),
        "starter": _texts(exercise.folder / "starter"),
        "solution": solution_files(exercise),
    }


def page_words(catalog: Catalog, lang: str) -> dict[str, str]:
    """Key → text: the site's words for the playground and the tool's words for a verdict."""
    site = read_messages(PACKAGE / "site" / "words.toml")
    sources = [
        *PACKAGE.glob("checks/*.py"),
        *PACKAGE.glob("exercises/*.py"),
        *catalog.root.glob("exercises/*/checks.py"),
    ]
    named = set(re.findall(r'"(\w+)"', "".join(path.read_text("utf-8") for path in sources)))
    keys = [key for key in site if key.startswith("page_")]
    keys += [key for key in tool_messages() if key in named or key.startswith(TOOL_WORDS)]
    catalogs = {**tool_messages(), **site}
    return {key: catalogs[key][lang] for key in keys}


def start_words(lang: str) -> dict[str, str]:
    """The words of a page on which nothing was pressed yet (``playground/src/start.ts``)."""
    words = site_words(lang)
    return {
        "run": words.text("page_run"),
        "edit": words.text("page_edit"),
        "check": words.text("page_check"),
        "size": words.text("page_size", mb="{mb}"),
        "loading": words.text("page_loading"),
        "failed": words.text("page_load_failed"),
        "outdated": words.text("page_ended_outdated"),
        "reload": words.text("page_reload"),
        "unable": words.text("page_unable"),
        "file": words.text("page_as_file"),
    }


def _listed(exercise: Exercise) -> dict[str, Any]:
    return {
        "id": exercise.id,
        "chapter": exercise.chapter,
        "minutes": exercise.minutes,
        "max_score": exercise.max_score,
        "hints": len(read_text(exercise, "en").hints),
        "title": {lang: read_text(exercise, lang).title for lang in LANGUAGES},
    }


def _texts(folder: Path) -> dict[str, str]:
    return {
        path.relative_to(folder).as_posix(): path.read_text(encoding="utf-8")
        for path in files_of(folder)
    }
