"""The reader of databases: one sandbox for a whole bench, a new process in it for each submission.

No submission ever runs there; but a database file is a submission's own bytes, and what answers
for one is gone before the next is read. Its answers are limited in size and time, and trusted no
further than that.
"""

from __future__ import annotations

import shutil
import socket
import tempfile
from pathlib import Path
from typing import Any

from setu.grading import limits
from setu.grading.inside import wire
from setu.grading.sandbox import Tier
from setu.grading.sandboxed import Sandboxed

LONGEST = 64 * 1024
"""Bytes of what is said beside the answers."""


class Reader:
    """Open it ahead; ``begin`` for each submission, then ``ask`` as often as need be."""

    def __init__(self, tier: Tier) -> None:
        self._tier = tier
        self._questions: socket.socket | None = None
        self._open()

    def begin(self) -> None:
        """Let a new process answer from now on. Raises ``wire.WireError`` where none can."""
        try:
            self._fork()
        except wire.WireError:  # what a file did to the last one ends with its sandbox
            self.close()
            self._open()
            self._fork()

    def ask(self, question: dict[str, Any], copies: dict[str, bytes]) -> dict[str, Any]:
        """What a copy of a database holds: ``setu.grading.inside.reader.answer``.

        Raises ``wire.WireError`` for no answer.
        """
        if self._questions is None:
            raise wire.WireError("nobody to ask")
        wire.send(self._questions, {**question, "files": [*copies]})
        for content in copies.values():
            wire.send_bytes(self._questions, content)
        return wire.receive(self._questions, most=limits.ANSWER)

    def close(self) -> None:
        """End all that runs there."""
        self._hang_up()
        self._sandboxed.close()
        shutil.rmtree(self._folder, ignore_errors=True)

    def _open(self) -> None:
        self._folder = Path(tempfile.mkdtemp(prefix="setu-reader-"))
        self._sandboxed = Sandboxed(self._tier, "reader", self._folder)
        self._sandboxed.connection.settimeout(limits.WARM_UP)
        self._ready = False

    def _fork(self) -> None:
        control = self._sandboxed.connection
        if not self._ready:
            wire.receive(control, most=LONGEST)
            control.settimeout(limits.STEP)
            self._ready = True
        self._hang_up()
        self._questions, theirs = socket.socketpair()
        self._questions.settimeout(limits.STEP)
        with theirs:
            wire.send(control, {"do": "fork"}, [theirs.fileno()])
            wire.receive(control, most=LONGEST)

    def _hang_up(self) -> None:
        if self._questions is not None:
            self._questions.close()
            self._questions = None
