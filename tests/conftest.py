"""The whole site, built once for all tests that look at it; and Ctrl+C for all of them."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from setu.site.build import Builder, Outcome
from setu.site.config import SITE_URL

ROOT = Path(__file__).resolve().parents[1]
ADDRESS = "https://setu.example/course/"
PATIENCE = 240.0

# What a shell starts in the background ignores Ctrl+C, and so does all that it starts in turn.
signal.signal(signal.SIGINT, signal.default_int_handler)


@dataclass(frozen=True)
class Site:
    """The built site: ``folder`` as it is published, ``address`` as it was told its own."""

    folder: Path
    address: str = ADDRESS

    def pages(self) -> Iterator[Path]:
        yield from sorted(self.folder.rglob("*.html"))


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Site:
    """The site of this course, built strictly by one worker; the others wait for it."""
    base = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        base = base.parent
    folder, done, failed = base / "site", base / "site.done", base / "site.failed"
    try:
        (base / "site.lock").mkdir()
    except FileExistsError:
        _wait_for(done, failed)
    else:
        problems = _build(base, folder)
        (failed if problems else done).write_text("\n".join(problems), encoding="utf-8")
    if failed.exists():
        pytest.fail(f"the site cannot be built:\n{failed.read_text(encoding='utf-8')}")
    return Site(folder)


def _build(base: Path, folder: Path) -> list[str]:
    builder = Builder(ROOT, lambda key, **params: print(key, params), cache=base / "site-cache")
    before = os.environ.get(SITE_URL)
    os.environ[SITE_URL] = ADDRESS
    try:
        outcomes: list[Outcome] = builder.update()
        problems = [f"{each.lang}: {problem}" for each in outcomes for problem in each.problems]
        if not problems:
            builder.write(folder)
    except Exception as error:
        problems = [repr(error)]
    finally:
        builder.close()
        if before is None:
            del os.environ[SITE_URL]
        else:
            os.environ[SITE_URL] = before
    return problems


def _wait_for(*files: Path) -> None:
    end = time.monotonic() + PATIENCE
    while not any(file.exists() for file in files):
        assert time.monotonic() < end, "another worker has not built the site in time"
        time.sleep(0.2)
