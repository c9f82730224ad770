"""``setu learn`` as a learner runs it: in a terminal of its own, on a course with two exercises."""

from __future__ import annotations

import os
import re
import select
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

COURSE = Path(__file__).parents[2]
FIRST, SECOND = "ch07_get_user", "ch08_delete_user"
CHAPTERS = ("ch07_create_read", "ch08_update_delete")
COLOURS = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")
PATIENCE = 60.0
"""Seconds to wait for a text; a machine that is busy with other tests is slow."""


class Terminal:
    """A program in a pseudo-terminal: what it prints, and keys to press."""

    def __init__(self, *command: str, env: dict[str, str]) -> None:
        import fcntl
        import pty
        import termios

        self._ours, self.theirs = pty.openpty()
        self.process = subprocess.Popen(
            command,
            stdin=self.theirs,
            stdout=self.theirs,
            stderr=self.theirs,
            env=env,
            start_new_session=True,
            # The terminal is theirs, so that Ctrl+C in it reaches them.
            preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0),  # noqa: PLW1509
        )
        self.printed = ""
        self._read_to = 0

    def press(self, keys: str) -> None:
        os.write(self._ours, keys.encode())

    def wait_for(self, *texts: str) -> str:
        """What is printed from the last such wait to the end of these texts, in their order."""
        start, deadline = self._read_to, time.monotonic() + PATIENCE
        for text in texts:
            while (found := self.printed.find(text, self._read_to)) < 0:
                assert time.monotonic() < deadline, f"no {text!r} in:\n{self.printed}"
                self._take(deadline)
            self._read_to = found + len(text)
        return self.printed[start : self._read_to]

    def left(self) -> int:
        """The exit code; what was printed until then is in ``printed``."""
        deadline = time.monotonic() + PATIENCE
        while self.process.poll() is None:
            assert time.monotonic() < deadline, f"still there:\n{self.printed}"
            self._take(time.monotonic() + 0.1)
        self._take(time.monotonic() + 0.1)
        return self.process.returncode

    def close(self) -> None:
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        os.close(self._ours)
        os.close(self.theirs)

    def _take(self, deadline: float) -> None:
        ready, _, _ = select.select([self._ours], [], [], max(0, deadline - time.monotonic()))
        if ready:
            text = os.read(self._ours, 65536).decode(errors="replace").replace("\r\n", "\n")
            self.printed += COLOURS.sub("", text)


def wait_until(there: Callable[[], bool]) -> None:
    """Wait until something holds."""
    deadline = time.monotonic() + PATIENCE
    while not there():
        assert time.monotonic() < deadline
        time.sleep(0.05)


@pytest.fixture
def course(tmp_path: Path) -> Path:
    """The root of a course with two exercises and no work yet."""
    root = tmp_path / "course"
    for id in (FIRST, SECOND):
        for part in (f"exercises/{id}", f"solutions/{id}"):
            shutil.copytree(COURSE / part, root / part)
    for chapter in CHAPTERS:
        (root / "chapters" / chapter).mkdir(parents=True)
        shutil.copy(COURSE / "chapters" / chapter / "chapter.toml", root / "chapters" / chapter)
    return root


@pytest.fixture
def environment() -> dict[str, str]:
    return {**os.environ, "SETU_LANG": "en", "COLUMNS": "100", "TERM": "xterm"}


@pytest.fixture
def learn(course: Path, environment: dict[str, str]) -> Iterator[Callable[..., Terminal]]:
    """Start ``setu learn`` in a terminal and wait until it watches."""
    open_ones: list[Terminal] = []

    def start(*words: str, program: tuple[str, ...] = ("-m", "setu")) -> Terminal:
        command = (sys.executable, *program, "learn", "--root", str(course), *words)
        terminal = Terminal(*command, env=environment)
        open_ones.append(terminal)
        terminal.wait_for("h hint")
        return terminal

    yield start
    for each in open_ones:
        each.close()
