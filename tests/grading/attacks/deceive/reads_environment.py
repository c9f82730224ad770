"""Looks for secrets in its own environment and those of other processes."""

import contextlib
import os
from pathlib import Path

ALLOWED = {"HOME", "TMPDIR", "LANG", "PYTHONHASHSEED", "PATH", "PWD", "DATABASE_URL", "LC_CTYPE"}
ALLOWED |= {"MALLOC_ARENA_MAX"}
for name in {*os.environ} - ALLOWED:
    print("FOUND", name)
for process in Path("/proc").glob("[0-9]*"):
    for name in ("environ", "cmdline"):
        with contextlib.suppress(OSError):
            if b"CANARY" in (process / name).read_bytes():
                print("FOUND", process, name)
