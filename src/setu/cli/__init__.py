"""The command line: ``setu <command>``. Each command lives in its own module of this package.

Modules are imported only when their command runs, so that ``setu check`` starts fast.
"""

from __future__ import annotations

import importlib
import io
import sys
from collections.abc import Callable

COMMANDS = {
    "serve": "site",
    "build": "site",
    "app": "app",
    "lab": "lab",
    "sync-labs": "lab",
    "learn": "learn",
    "list": "exercises",
    "check": "exercises",
    "hint": "exercises",
    "solution": "exercises",
    "reset": "exercises",
    "pack": "exercises",
    "grade": "grade",
    "record": "record",
    "translate": "translate",
    "doctor": "doctor",
}
"""Command → module of this package; each module has ``app``, a ``typer.Typer`` of its commands."""


OLDEST = (3, 11)
TOO_OLD = {
    "en": "Setu needs Python 3.11 or newer, this is {version}: https://www.python.org/downloads/",
    "bn": "সেতু চালাতে Python 3.11 বা তার পরের ভার্সন লাগে, এটি {version}: "
    "https://www.python.org/downloads/",
    "hi": "सेतु चलाने के लिए Python 3.11 या उससे नया वर्ज़न चाहिए, यह {version} है: "
    "https://www.python.org/downloads/",
}
"""Here and not in messages.toml, which an old Python cannot read."""


def main() -> None:
    """Run one command; exit 0 good, 1 something checked is not, 2 the work could not be done."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):  # Windows writes to a pipe in an old code page
            stream.reconfigure(encoding="utf-8", errors="replace")
    if sys.version_info < OLDEST:  # a clone may be run by any Python
        from setu.i18n import asked_language, choose_language

        lang = choose_language(asked_language(sys.argv[1:]))
        print(TOO_OLD[lang].format(version=sys.version.split()[0]), file=sys.stderr)
        sys.exit(2)
    try:
        command = _command()
    except KeyboardInterrupt:  # before there is a command that could say how to go on
        sys.exit(130)
    command()


def _command() -> Callable[[], object]:
    from setu.cli.root import build

    name = next((word for word in sys.argv[1:] if word in COMMANDS), None)
    modules = [COMMANDS[name]] if name else sorted(set(COMMANDS.values()))
    return build([importlib.import_module(f"setu.cli.{module}") for module in modules])
