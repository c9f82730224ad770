"""The place of one submission: a warm Python that starts its app, stops it and starts it anew.

``python -c … CONTROL BOX LIMITS ALONE``: the file descriptor of the socket to the grader,
the folder where everything is written, ``setu.grading.limits.RLIMITS`` as JSON, and whether this
process has a process namespace of its own. It imports what every app imports, and forks for each
start; it never runs a line of the submission itself. The grader believes nothing that it says:
who tampers with it fails.
"""

from __future__ import annotations

import contextlib
import gc
import json
import os
import resource
import shutil
import signal
import socket
import sys
import time
from pathlib import Path
from typing import Any, NoReturn

from setu.checks.sqlite_store import SqliteStore
from setu.checks.subject import Refused, Unwritable
from setu.grading.inside import serve, wire
from setu.grading.inside.processes import in_own_namespace, keep_out, kill_all, signal_all

LONGEST = 4 * 2**20


def main(control: int, box: str, limits: str, alone: str) -> NoReturn:
    """Say that the place is ready, then do what the grader asks until it hangs up."""
    for name, most in json.loads(limits).items():
        with contextlib.suppress(OSError, ValueError):  # macOS has not all of them
            resource.setrlimit(getattr(resource, f"RLIMIT_{name}"), (most, most))
    keep_out()
    serve.rehearse()
    place = Place(Path(box), alone=alone == "alone")
    connection = socket.socket(fileno=control)
    gc.freeze()
    gc.enable()
    wire.send(connection, {"ready": True}, place.shared)
    with contextlib.suppress(wire.WireError):
        while True:
            place.obey(connection)
    place.kill()
    place.leave()
    os._exit(0)  # to take all modules apart first would be a third of what a place costs


class Place:
    """The app's process, the folder ``work`` with its files, ``data`` with its database."""

    def __init__(self, box: Path, *, alone: bool) -> None:
        """``alone``: every process that can be seen from here belongs to the submission."""
        self._box = box
        self._alone = alone and in_own_namespace()
        self._app = 0
        for name in ("work", "data", "tmp"):
            (box / name).mkdir()
        self._log = os.open(box / "output.txt", os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600)
        self.shared = [os.open(box / "data", os.O_RDONLY | os.O_DIRECTORY), self._log]

    def obey(self, connection: socket.socket) -> None:
        """Do one thing that the grader asks for, and answer."""
        message, files = _receive(connection)
        answer: dict[str, Any] = {"ok": True}
        match message.get("do"):
            case "files":
                self._lay_out(files[0], message["sizes"])
            case "start":
                self._start(connection, *files)
            case "end":
                self.end()
            case "renew":
                self._renew()
            case "stop":
                signal_all(signal.SIGSTOP, self._app, alone=self._alone)
                if self._app:
                    os.waitpid(self._app, os.WUNTRACED | os.WNOHANG)
            case "go":
                signal_all(signal.SIGCONT, self._app, alone=self._alone)
            case "alive":
                answer = {"ok": self._runs()}
            case "empty" | "insert" | "delete":
                answer = self._write(message)
        wire.send(connection, answer)

    def end(self) -> None:
        """Shut the app down, then kill whatever is left of it."""
        if self._app:
            with contextlib.suppress(ProcessLookupError):
                os.kill(self._app, signal.SIGCONT)
                os.kill(self._app, signal.SIGTERM)
            end = time.monotonic() + serve.SHUTDOWN
            while self._runs() and time.monotonic() < end:
                time.sleep(0.001)
        self.kill()

    def kill(self) -> None:
        """Kill all that the submission started, and wait until nothing is left of it."""
        kill_all(self._app, alone=self._alone)
        self._app = 0

    def leave(self) -> None:
        """Delete what the submission wrote, where the folder outlives this process."""
        if not self._alone:
            shutil.rmtree(self._box, ignore_errors=True)

    def _renew(self) -> None:
        """Make everything as it was before the submission. Raises ``OSError`` if it cannot be."""
        self.kill()
        for folder, kept in ((self._box, ("data", "output.txt")), (self._box / "data", ())):
            for entry in os.scandir(folder):
                if entry.name in kept:
                    continue
                if entry.is_dir(follow_symlinks=False):
                    shutil.rmtree(entry)
                else:
                    os.unlink(entry)
        for name in ("work", "tmp"):
            (self._box / name).mkdir()
        os.ftruncate(self._log, 0)
        if not os.path.samestat(os.fstat(self.shared[0]), os.lstat(self._box / "data")):
            raise NotADirectoryError("data")  # another one, which the grader does not see

    def _lay_out(self, file: int, sizes: dict[str, int]) -> None:
        with open(file, "rb") as blob:
            blob.seek(0)
            for name, size in sizes.items():
                path = self._box / "work" / name
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(blob.read(size))

    def _start(self, connection: socket.socket, listener: int, status: int) -> None:
        child = os.fork()
        if child == 0:
            try:
                connection.close()
                os.close(self.shared[0])
                serve.run(listener, status, self._log, self._box)
            finally:
                os._exit(1)
        os.close(listener)
        os.close(status)
        self._app = child
        with contextlib.suppress(OSError):
            os.setpgid(child, child)

    def _runs(self) -> bool:
        if self._app:
            with contextlib.suppress(ChildProcessError):
                if os.waitpid(self._app, os.WNOHANG)[0] == 0:
                    return True
        self._app = 0
        return False

    def _write(self, message: dict[str, Any]) -> dict[str, Any]:
        store = SqliteStore(self._box / "data" / serve.DATABASE)
        try:
            match message["do"]:
                case "empty":
                    store.empty()
                case "insert":
                    rows = message["rows"]
                    rows = [{k: wire.unmarked(v) for k, v in row.items()} for row in rows]
                    store.insert(message["table"], rows)
                case "delete":
                    store.delete(message["table"], message["id"])
        except Refused as error:
            return {"refused": str(error)}
        except Unwritable as error:
            return {"unwritable": error.key, "reason": error.reason}
        return {"ok": True}


def _receive(connection: socket.socket) -> tuple[dict[str, Any], list[int]]:
    header, files, _, _ = socket.recv_fds(connection, wire.LENGTH.size, 4)
    if len(header) != wire.LENGTH.size:
        raise wire.WireError("gone")
    return wire.parse(connection, header, LONGEST), files


if __name__ == "__main__":
    main(int(sys.argv[1]), *sys.argv[2:5])
