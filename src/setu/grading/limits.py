"""How much one submission may use. Bytes and seconds."""

from __future__ import annotations

MIB = 1024**2

RLIMITS = {
    "AS": 2048 * MIB,  # of each process; threads reserve much that they never touch
    "NPROC": 128,  # processes and threads together: one thread for each SQLite connection
    "FSIZE": 64 * MIB,
    "NOFILE": 512,
    "CPU": 60,
    "STACK": 8 * MIB,
    "CORE": 0,
}
"""Name of the resource limit → value, hard and soft. Set before the submission is there."""

MEMORY = 768 * MIB
"""Of all processes of a sandbox together, the two Pythons that wait in it included."""
DISK = 128 * MIB
"""The one place where a submission can write, in memory: its files, its database, its output."""
FILES = 20_000
"""Files and folders in that place: empty ones take memory, too."""

PATIENCE = 2
"""Times the exercise's own limit for all checks: a class is graded beside other work."""
START = 20.0
"""From the process of the app to an app that answers."""
SHUTDOWN = 2.0
"""For the shutdown part of a lifespan; then the app is killed."""
REQUEST = 10.0
"""From the first byte sent to the last byte received."""
STEP = 5.0
"""For one thing that our own code does in a sandbox: a row written, the app stopped."""
WARM_UP = 60.0
"""For a sandbox to be ready, on a busy machine."""

HEADERS = 64 * 1024
BODY = 4 * MIB
SUBMISSION = 16 * MIB
"""All files of one submission together."""
DATABASE = 32 * MIB
"""A database file with its journal."""
ANSWER = 16 * MIB
"""What the reader of a database gives back."""
LOG = 20_000
"""Characters of output that a verdict keeps: half from the start, half from the end."""
