"""Attaches to its parent as a debugger does, and writes into its memory."""

import contextlib
import ctypes
import os

libc = ctypes.CDLL(None, use_errno=True)
for pid in (os.getppid(), 1):
    for request in (16, 0x4206):  # ATTACH, SEIZE
        if libc.ptrace(request, pid, None, None) == 0:
            print("FOUND", pid, request)
    for name in ("mem", "environ", "maps", "fd/3"):
        with contextlib.suppress(OSError):
            with open(f"/proc/{pid}/{name}", "rb+" if name == "mem" else "rb") as file:
                file.read(1)
            print("FOUND", pid, name)
