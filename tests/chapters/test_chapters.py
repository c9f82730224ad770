"""What holds for every chapter: it runs alone, its files are there, its page covers the lesson."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from setu import markdown
from setu.catalog import Chapter, load_catalog

COURSE = Path(__file__).parents[2]
CATALOG = load_catalog(COURSE)
API = [chapter for chapter in CATALOG.chapters if chapter.kind == "api"]
SCRIPTS = [chapter for chapter in CATALOG.chapters if chapter.kind == "script"]

LESSON = [*(f"B{n}" for n in range(1, 7)), *(f"B{n}.{m}" for n in (7, 8) for m in range(1, 5))]
"""The sections of the lesson that the course follows."""

DISCOVER = """\
import pathlib
from fastapi_cli.discover import get_import_data
found = get_import_data(path=pathlib.Path("app/main.py")).import_string
import app.main
print(found, type(app.main.app).__name__)
"""


def run_in(chapter: Chapter, tmp_path: Path, *arguments: str) -> str:
    """Run Python in the chapter's folder as a learner would, on a database elsewhere."""
    url = f"sqlite+aiosqlite:///{(tmp_path / 'dokan.db').as_posix()}"
    done = subprocess.run(
        [sys.executable, *arguments],
        cwd=chapter.folder,
        env=os.environ | {"DATABASE_URL": url, "PYTHONUTF8": "1", "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        encoding="utf-8",
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.parametrize("chapter", API, ids=lambda chapter: chapter.id)
def test_fastapi_dev_finds_the_app(chapter: Chapter, tmp_path: Path) -> None:
    assert run_in(chapter, tmp_path, "-c", DISCOVER) == "app.main:app FastAPI\n"


@pytest.mark.parametrize("chapter", SCRIPTS, ids=lambda chapter: chapter.id)
def test_python_m_app_prints_what_it_shows(chapter: Chapter, tmp_path: Path) -> None:
    assert run_in(chapter, tmp_path, "-m", "app")


@pytest.mark.parametrize("chapter", CATALOG.chapters, ids=lambda chapter: chapter.id)
def test_tabs_are_files(chapter: Chapter) -> None:
    assert [tab for tab in chapter.tabs if not (chapter.folder / tab).is_file()] == []


@pytest.mark.parametrize("chapter", CATALOG.chapters, ids=lambda chapter: chapter.id)
def test_needs_are_earlier_chapters(chapter: Chapter) -> None:
    earlier = {other.id for other in CATALOG.chapters if other.number < chapter.number}
    assert set(chapter.needs) <= earlier


def test_database_py_is_the_same_from_chapter_6_on() -> None:
    texts = {
        chapter.folder.joinpath("app/database.py").read_bytes()
        for chapter in CATALOG.chapters
        if chapter.number >= 6
    }
    assert len(texts) == 1


def heading_ids(page: Path) -> set[str]:
    if not page.exists():
        return set()
    _, body = markdown.front_matter(page.read_text(encoding="utf-8"))
    return {section.id for section in markdown.sections(body)}


def coverage() -> list[tuple[str, Path, str]]:
    """Section of the lesson, English page and heading id, for every ``covers``."""
    start = COURSE / "docs" / "en" / "start.md"
    meta, _ = markdown.front_matter(start.read_text(encoding="utf-8"))
    rows = [(code, start, heading) for code, heading in meta["covers"].items()]
    for chapter in CATALOG.chapters:
        page = COURSE / "docs" / "en" / "chapters" / f"{chapter.id}.md"
        rows += [(code, page, heading) for code, heading in chapter.covers.items()]
    return sorted(rows)


def test_the_whole_lesson_is_covered() -> None:
    rows = coverage()
    print("\nsection  page                          heading")
    for code, page, heading in rows:
        print(f"{code:8} {page.stem:29} {heading}")
    assert [code for code in LESSON if code not in {row[0] for row in rows}] == []
    gone = [
        f"{page.name} has no heading {heading} ({code})"
        for code, page, heading in rows
        if heading not in heading_ids(page)
    ]
    assert gone == []
