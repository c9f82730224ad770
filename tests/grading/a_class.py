"""A class for tests: a small course, a folder of submissions, and workers that run nothing."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import zipfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

COURSE = Path(__file__).parents[2]
FIRST, SECOND = "ch07_get_user", "ch08_delete_user"
FAKE = Path(__file__).with_name("fake_worker.py")
START = f"""
import sys
from tests.grading import fake_worker
from setu.grading import batch, sandbox, worker
worker.COMMAND = [sys.executable, {str(FAKE)!r}]
sandbox.available_tier = fake_worker.tier_here
batch.tool_version = lambda: "1"  # the sources may change while a test runs
from setu.cli import main
main()
"""
"""``setu`` with workers that run nothing."""


@dataclass
class AClass:
    """``folder``: the submissions; ``room``: what the fake workers write; ``out``: the CSV."""

    base: Path
    root: Path
    folder: Path
    room: Path
    extra: dict[str, str] = field(default_factory=dict)

    @property
    def out(self) -> Path:
        return self.base / "out" / "gradebook.csv"

    @property
    def environment(self) -> dict[str, str]:
        return {
            **os.environ,
            "FAKE_ROOM": str(self.room),
            "SETU_LANG": "en",
            "TZ": "UTC",
            "PYTHONPATH": str(COURSE),
            **self.extra,
        }

    def hand_in(self, student: str, main: str | bytes, exercise: str = "") -> Path:
        """A student's folder with ``app/main.py``; no exercise: one ``app`` for all of them."""
        path = self.folder / student / exercise / "app" / "main.py"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(main.encode() if isinstance(main, str) else main)
        return path

    def zip(self, name: str, files: dict[str, str | bytes]) -> Path:
        path = self.folder / name
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            for inside, content in files.items():
                archive.writestr(inside, content)
        return path

    def command(self, *words: str) -> list[str]:
        told = [str(self.folder), "--out", str(self.out), "--root", str(self.root), *words]
        return [sys.executable, "-c", START, "grade", *told]

    def grade(self, *words: str) -> subprocess.CompletedProcess[str]:
        """Run ``setu grade`` with fake workers, two at a time unless told otherwise."""
        return subprocess.run(
            self.command("--workers", "2", *words),
            env=self.environment,
            cwd=self.base,
            capture_output=True,
            encoding="utf-8",
            timeout=120,
            check=False,
        )

    def graded(self) -> list[str]:
        path = self.room / "graded.txt"
        lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
        return [line for line in lines if not line.startswith("known ")]

    def journal(self) -> list[dict[str, Any]]:
        path = self.out.with_name("gradebook.csv.journal.jsonl")
        return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


@pytest.fixture
def a_class(tmp_path: Path) -> AClass:
    """A course with two exercises, and nobody who has handed in yet."""
    root = tmp_path / "course"
    for id, chapter in ((FIRST, "ch07_create_read"), (SECOND, "ch08_update_delete")):
        for part in (f"exercises/{id}", f"solutions/{id}"):
            shutil.copytree(COURSE / part, root / part)
        (root / "chapters" / chapter).mkdir(parents=True)
        shutil.copy(COURSE / "chapters" / chapter / "chapter.toml", root / "chapters" / chapter)
    folder, room = tmp_path / "submissions", tmp_path / "room"
    folder.mkdir()
    room.mkdir()
    return AClass(tmp_path, root, folder, room)
