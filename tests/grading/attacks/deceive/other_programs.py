"""Starts other programs: a shell, Python, whatever lies there; set-uid ones above all."""

import contextlib
import os
import stat
import subprocess
import sys

for command in (["/bin/sh", "-c", "id"], ["sudo", "-n", "id"], ["su", "-c", "id"], ["mount"]):
    with contextlib.suppress(OSError, subprocess.SubprocessError):
        done = subprocess.run(command, capture_output=True, timeout=2, check=False)
        if b"uid=0" in done.stdout:
            print("FOUND", command)
for folder in ("/bin", "/usr/bin", "/sbin", "/usr/sbin"):
    with contextlib.suppress(OSError):
        for entry in os.scandir(folder):
            if entry.stat().st_mode & stat.S_ISUID:
                print("FOUND", entry.path)
with contextlib.suppress(OSError, subprocess.SubprocessError):
    subprocess.run([sys.executable, "-c", "import time; time.sleep(9999)"], timeout=1, check=False)
