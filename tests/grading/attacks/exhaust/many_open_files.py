"""Keeps every file open that it may."""

import contextlib
import os

kept = []
with contextlib.suppress(OSError):
    while True:
        kept.append(os.open("/dev/null", os.O_RDONLY))
