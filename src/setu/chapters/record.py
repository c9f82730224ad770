"""Recorded outputs: ``demos/NAME.py`` is run, and what it printed is kept in ``demos/NAME.out``."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from setu.chapters.normalise import normalise
from setu.errors import SetuError

TIME_LIMIT = 120.0
"""Seconds that one demo may run."""

COLUMNS = 88
"""Width of the terminal that programs believe they write to."""

ENVIRONMENT = {
    "DATABASE_URL": "sqlite+aiosqlite:///./dokan.db",
    "PYTHONUTF8": "1",
    "PYTHONHASHSEED": "0",
    "PYTHONUNBUFFERED": "1",  # a demo's own child processes print in order too
    "PYTHONDONTWRITEBYTECODE": "1",
    "NO_COLOR": "1",
    "PYTHON_COLORS": "0",
    "TERM": "dumb",
    "COLUMNS": str(COLUMNS),
    "LC_ALL": "C.UTF-8",
    "TZ": "UTC",
    "TYPER_STANDARD_TRACEBACK": "1",  # a plain traceback, not a box as wide as the terminal
    "_TYPER_STANDARD_TRACEBACK": "1",
}
"""What every demo and lab finds in its environment, whatever the machine has set."""

_DROPPED = ("SETU_", "PYTEST_", "PYTHON", "FORCE_COLOR", "CLICOLOR", "ALEMBIC_", "UVICORN_")


@dataclass(frozen=True)
class Recorded:
    """A demo's run: its normalised output and exit code."""

    demo: Path
    output: str
    exit_code: int

    @property
    def stored(self) -> str | None:
        """What ``NAME.out`` holds, ``None`` when there is no such file."""
        path = self.demo.with_suffix(".out")
        return path.read_text(encoding="utf-8") if path.exists() else None


def environment(root: Path) -> dict[str, str]:
    """The variables of a demo or lab: the machine's without those that would change output."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(_DROPPED)}
    path = os.pathsep.join([str(Path(sys.executable).parent), kept.get("PATH", "")])
    return {**kept, **ENVIRONMENT, "PATH": path, "PYTHONPATH": str(root)}


def demos(chapter: Path) -> list[Path]:
    """The demos of the chapter's folder, in order of name."""
    return sorted(chapter.glob("demos/*.py"))


def outputs_without_demo(chapter: Path) -> list[Path]:
    """Recorded outputs whose demo was renamed or removed."""
    return [out for out in chapter.glob("demos/*.out") if not out.with_suffix(".py").exists()]


def run_demo(demo: Path, root: Path) -> Recorded:
    """Run one demo in a fresh working folder; standard output and error together, in order.

    Raises ``SetuError`` when it takes longer than ``TIME_LIMIT``.
    """
    with tempfile.TemporaryDirectory(prefix="setu-", ignore_cleanup_errors=True) as folder:
        try:
            done = subprocess.run(
                [sys.executable, "-u", str(demo)],
                cwd=folder,
                env=environment(root),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                timeout=TIME_LIMIT,
                check=False,
            )
        except subprocess.TimeoutExpired as error:
            raise SetuError("demo_time_limit", path=demo, seconds=int(TIME_LIMIT)) from error
        text = done.stdout.decode(encoding="utf-8", errors="replace")
        output = normalise(text, [root, Path(folder)], committed_revisions(demo.parents[1]))
    return Recorded(demo, output, done.returncode)


def run_demos(wanted: Iterable[Path], root: Path) -> Iterator[Recorded]:
    """Run several demos at once, as many as the machine has processors."""
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        yield from pool.map(lambda demo: run_demo(demo, root), wanted)


def committed_revisions(chapter: Path) -> set[str]:
    """The ids of the Alembic revisions that belong to the chapter: they are always the same."""
    return {path.name[:12] for path in chapter.glob("**/versions/*.py")}
