"""A room: the sandbox of one submission, started before it is there.

The *place* in it runs the app; the reader is given copies of its database. Both are processes that
may have been taken over by whoever wrote the submission: what they say is read with a limit of
size and time and never trusted further than that.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import socket
import stat
import tempfile
import threading
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from setu.checks.subject import Call, Reply
from setu.grading import client, limits
from setu.grading.inside import wire
from setu.grading.reader import Reader
from setu.grading.sandbox import BOX, Tier
from setu.grading.sandboxed import Sandboxed
from setu.grading.usage import Used, used_by

DATABASE = "dokan.db"
COPIED = (DATABASE, f"{DATABASE}-wal", f"{DATABASE}-journal")
"""``-shm`` is no data: SQLite makes it anew."""
LONGEST = 64 * 1024
"""Bytes of what a place may answer."""
SOCKET = "app.sock"
LONGEST_ADDRESS = 100
"""Bytes of the path of a socket: Linux takes 107, macOS 103."""
LAST_BREATH = 0.5
"""Seconds for an app whose connections broke off to be gone: a process ends bit by bit."""
WATCH = 0.1
"""Seconds between two looks at how much a submission uses."""


class Ended(Exception):
    """The submission is over: ``reason`` is ``time_limit``, ``memory_limit`` or ``gone``."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class NotStarted(Exception):
    """The app did not start: ``stage`` is ``import``, ``start`` or ``memory``."""

    def __init__(self, stage: str) -> None:
        super().__init__(stage)
        self.stage = stage


class Room:
    """One submission's sandbox; open it ahead, then ``ready``, ``lay_out``, ``start``.

    After ``renew`` another submission of the same author may come in.
    """

    def __init__(self, tier: Tier, reader: Reader) -> None:
        self._folder = make_folder()
        self._place = Sandboxed(tier, "place", self._folder)
        self._control = self._place.connection
        self._reader = reader
        self._address = self._folder / SOCKET
        self._data = self._log = -1
        self._status: socket.socket | None = None
        self._said = b""
        self._reason = ""
        self.over = ""
        """Why the submission is over, once it is: the reason of ``Ended``."""
        self._deadline = float("inf")
        self._used = Used()
        self._cpu_before = 0.0
        self._watching = threading.Lock()
        self._closed = threading.Event()
        self._watcher = threading.Thread(target=self._watch, daemon=True)

    def ready(self) -> None:
        """Wait until place and reader wait. Raises ``wire.WireError`` when one does not."""
        self._reader.begin()
        if self._log >= 0:
            return
        self._control.settimeout(limits.WARM_UP)
        # Until now only our own code has run in there: these two files are what we think they are.
        _, (self._data, self._log) = wire.receive_files(self._control, 2, most=LONGEST)
        self._control.settimeout(limits.STEP)
        self._watcher.start()

    def lay_out(self, files: dict[str, bytes], *, seconds: float) -> None:
        """Hand the files over; from now on the submission has ``seconds``."""
        self._deadline = time.monotonic() + seconds
        with tempfile.TemporaryFile() as blob:
            blob.write(b"".join(files.values()))
            blob.flush()
            sizes = {name: len(content) for name, content in files.items()}
            self._ask({"do": "files", "sizes": sizes}, [blob.fileno()])

    def start(self) -> None:
        """Start the app. Raises ``NotStarted`` or ``Ended``."""
        with contextlib.suppress(FileNotFoundError):
            self._address.unlink()
        with socket.socket(socket.AF_UNIX) as listener:
            listener.bind(str(self._address))
            listener.listen(128)
            if self._status is not None:
                self._status.close()
            self._status, theirs = socket.socketpair()
            with theirs:
                self._ask({"do": "start"}, [listener.fileno(), theirs.fileno()])
        self._wait_for_start(self._status)

    def end(self) -> None:
        """Shut the app down and kill what is left of it."""
        self._control.settimeout(limits.STEP + limits.SHUTDOWN)
        self._ask({"do": "end"})
        self._control.settimeout(limits.STEP)

    def exchange(self, calls: Sequence[Call]) -> list[Reply]:
        """Send all calls at once. Raises ``Ended``."""
        try:
            replies = client.exchange(self._address, calls, seconds=limits.REQUEST)
        except client.NoAnswer:
            raise self._ended("time_limit") from None
        if any(not reply.status for reply in replies) and self._is_gone():
            raise self._ended("gone")
        return replies

    def out_of_memory(self) -> bool:
        """Whether the app said so."""
        return b"m" in self._last_words()[0]

    def write(self, message: dict[str, Any]) -> dict[str, Any]:
        """Let the place write to the database that the app uses."""
        return self._ask(message)

    def read(self, question: dict[str, Any]) -> dict[str, Any]:
        """Ask the reader about a copy of the database; the app is stopped while it is made."""
        self._ask({"do": "stop"})
        try:
            copies = self._copies()
        finally:
            self._ask({"do": "go"})
        try:
            return self._reader.ask(question, copies)
        except wire.WireError as error:
            if self._reason:
                raise self._ended(self._reason) from error
            return {"unwritable": "table_differs", "reason": "the database cannot be read"}

    def output(self) -> str:
        """What the app printed: its start and its end."""
        half = limits.LOG // 2
        if self._log < 0:
            return ""
        size = os.fstat(self._log).st_size
        parts = os.pread(self._log, 4 * half, 0)
        if size > 4 * half:
            parts += os.pread(self._log, 4 * half, max(4 * half, size - 4 * half))
        text = parts.decode(errors="replace").replace(f"{self._place.box}/work/", "")
        return text if len(text) <= limits.LOG else f"{text[:half]}\n…\n{text[-half:]}"

    def used(self) -> Used:
        """What the submission took up to now; the first one in a room, its warm-up, too."""
        self._look()
        return Used(self._used.cpu_seconds - self._cpu_before, self._used.memory_bytes)

    def renew(self) -> bool:
        """Take away all that is left of the submission; whether the room is as good as new.

        Only for the same author. No submission ever runs in the process that does it, but each
        has been beside it, and could have harmed it.
        """
        with self._watching:
            self._deadline = float("inf")
        if self.over or self._log < 0:
            return False
        try:
            self._ask({"do": "renew"})
        except Ended:
            return False
        self._said = b""
        with self._watching:
            self._cpu_before = self._used.cpu_seconds
            self._used = Used(self._cpu_before)
            return not self._reason

    def close(self) -> None:
        """End everything that runs in the room; safe to call at any time, once."""
        self._closed.set()
        if self._watcher.is_alive():
            self._watcher.join()
        self._place.close()
        if self._status is not None:
            self._status.close()
        for file in (self._data, self._log):
            if file >= 0:
                os.close(file)
        shutil.rmtree(self._folder, ignore_errors=True)

    def _ended(self, reason: str) -> Ended:
        if not self._reason and self._place.group and self._place.group.out_of_memory():
            self._reason = "memory_limit"
        self.over = self._reason or reason
        return Ended(self.over)

    def _ask(self, message: dict[str, Any], files: Sequence[int] = ()) -> dict[str, Any]:
        try:
            wire.send(self._control, message, files)
            return wire.receive(self._control, most=LONGEST)
        except wire.WireError as error:
            raise self._ended("gone") from error

    def _wait_for_start(self, status: socket.socket) -> None:
        deadline = time.monotonic() + limits.START
        stage = "import"
        while True:
            status.settimeout(max(0.001, deadline - time.monotonic()))
            try:
                told = status.recv(16)
            except TimeoutError:
                raise self._ended("time_limit") from None
            except OSError:
                told = b""
            if self._reason:
                raise self._ended(self._reason)
            if b"m" in told:
                raise NotStarted("memory")
            if b"r" in told:
                return
            if b"s" in told:
                stage = "start"
            if not told:
                raise NotStarted(stage)

    def _is_gone(self) -> bool:
        """Whether the app's process has ended, or does so now."""
        end = time.monotonic() + LAST_BREATH
        while time.monotonic() < end:
            if self._reason:
                raise self._ended(self._reason)
            ended = self._last_words()[1] or not self._ask({"do": "alive"}).get("ok")
            if ended:
                return True
            time.sleep(0.01)
        return False

    def _last_words(self) -> tuple[bytes, bool]:
        """What the app has said since it runs, and whether it hung up."""
        if self._status is None:
            return b"", True
        self._status.setblocking(False)
        with contextlib.suppress(OSError):
            told = self._status.recv(4096)
            self._said = (self._said + told)[-4096:]
            return self._said, not told
        return self._said, False

    def _copies(self) -> dict[str, bytes]:
        copies: dict[str, bytes] = {}
        for name in COPIED:
            flags = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
            try:
                file = os.open(name, flags, dir_fd=self._data)
            except OSError:
                continue
            with open(file, "rb") as source:
                found = os.fstat(file)
                if stat.S_ISREG(found.st_mode) and found.st_size <= limits.DATABASE:
                    copies[name] = source.read(limits.DATABASE)
        return copies

    def _watch(self) -> None:
        """End the submission when its time is up or it takes too much."""
        while not self._closed.wait(WATCH):
            with self._watching:
                if time.monotonic() > self._deadline:
                    self._reason = "time_limit"
                elif self._look() > limits.MEMORY or self._too_many_files():
                    self._reason = "memory_limit"
            if self._reason:
                self._place.kill()
                return

    def _look(self) -> int:
        """The bytes that the place takes now."""
        now = used_by(self._place.process.pid)
        self._used = self._used.most(now)
        return now.memory_bytes

    def _too_many_files(self) -> bool:
        with contextlib.suppress(OSError):
            space = os.fstatvfs(self._data)
            return self._place.box == BOX and space.f_files - space.f_ffree > limits.FILES
        return False


def make_folder() -> Path:
    """A new folder, in which a socket can have its address."""
    folder = Path(tempfile.mkdtemp(prefix="setu-room-"))
    if len(os.fsencode(folder / SOCKET)) <= LONGEST_ADDRESS:
        return folder
    folder.rmdir()
    return Path(tempfile.mkdtemp(prefix="setu-room-", dir="/tmp"))
