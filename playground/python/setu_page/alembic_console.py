"""``alembic`` in a chapter's folder, with its own ``alembic.ini``."""

from __future__ import annotations

import shlex

from setu_page.processes import call


def run(command: str) -> tuple[int, BaseException | None]:
    """Run ``alembic command`` in the working folder: its exit code, and what it raised."""
    from alembic.config import main

    try:
        arguments = shlex.split(command)
    except ValueError as error:  # a quotation mark is missing
        return 2, error
    return call(lambda: main(argv=arguments, prog="alembic"), ["alembic", *arguments])


def changes(before: dict[str, str], after: dict[str, str]) -> dict[str, str | None]:
    """Path → text of the files that are new or other than before; ``None``: it was deleted."""
    changed: dict[str, str | None] = {
        path: text for path, text in after.items() if before.get(path) != text
    }
    return changed | dict.fromkeys(before.keys() - after.keys())
