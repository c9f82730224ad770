"""One of our own programs in a sandbox: its process, the socket to it, its control group."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import socket
import subprocess
from pathlib import Path

from setu.grading import cgroups, limits
from setu.grading.sandbox import BOX, Tier, compile_libraries, launch


class Sandboxed:
    """``setu.grading.inside.<module>`` with the limits of a submission, started at once."""

    def __init__(self, tier: Tier, module: str, folder: Path) -> None:
        """``folder``: where its box lies if it has no memory of its own (tier B)."""
        self.box = BOX if tier == "A" else str(folder / "box")
        if tier == "B":
            Path(self.box).mkdir()
        compile_libraries()
        code = f"from setu.grading.inside.{module} import main"
        self.group = cgroups.new_group()
        self.connection, theirs = socket.socketpair()
        with theirs:
            self.process = launch(
                tier,
                f"{code}; main(int(sys.argv[1]), *sys.argv[2:])",
                str(theirs.fileno()),
                self.box,
                json.dumps(limits.RLIMITS),
                "alone" if tier == "A" else "shared",
                box=self.box,
                files=[theirs.fileno()],
                group=self.group.procs if self.group else None,
            )

    def kill(self) -> None:
        """Kill it and what runs in it; with bubblewrap that is all of its namespace."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)

    def close(self) -> None:
        """Hang up, and wait until it has ended."""
        with contextlib.suppress(OSError):
            self.connection.shutdown(socket.SHUT_RDWR)
        self.connection.close()
        try:
            self.process.wait(limits.STEP)
        except subprocess.TimeoutExpired:
            self.kill()
            self.process.wait()
        if self.group is not None:
            self.group.close()
