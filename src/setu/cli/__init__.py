"""The command line: ``setu <command>``. Each command lives in its own module of this package.

Modules are imported only when their command runs, so that ``setu check`` starts fast.
"""

from __future__ import annotations

import importlib
import io
import sys

COMMANDS = {
    "serve": "site",
    "build": "site",
    "app": "app",
    "lab": "lab",
    "sync-labs": "lab",
    "list": "exercises",
    "check": "exercises",
    "hint": "exercises",
    "solution": "exercises",
    "reset": "exercises",
    "pack": "exercises",
    "record": "record",
    "translate": "translate",
    "doctor": "doctor",
}
"""Command → module of this package; each module has ``app``, a ``typer.Typer`` of its commands."""


def main() -> None:
    """Run one command; exit 0 good, 1 something checked is not, 2 the work could not be done."""
    if sys.version_info < (3, 11):  # noqa: UP036  (a clone may be run by any Python)
        sys.exit("Setu needs Python 3.11 or newer: https://www.python.org/downloads/")
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):  # Windows writes to a pipe in an old code page
            stream.reconfigure(encoding="utf-8", errors="replace")
    from setu.cli.root import build

    name = next((word for word in sys.argv[1:] if word in COMMANDS), None)
    modules = [COMMANDS[name]] if name else sorted(set(COMMANDS.values()))
    build([importlib.import_module(f"setu.cli.{module}") for module in modules])()
