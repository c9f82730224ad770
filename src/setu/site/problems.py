"""What is wrong in a page, said without stopping: a strict build fails, a preview goes on."""

from __future__ import annotations

import logging

from setu.errors import SetuError

LOG = logging.getLogger("mkdocs.plugins.setu")


def report(error: SetuError) -> None:
    """Count ``error`` as a warning of the build; ``Problems`` keeps it for the person."""
    LOG.warning("%s", error)


class Problems(logging.Handler):
    """Collects warnings of mkdocs (sentences in English) and of the site (as they were raised)."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.found: list[SetuError | str] = []

    def emit(self, record: logging.LogRecord) -> None:
        error = record.args[0] if isinstance(record.args, tuple) and record.args else None
        self.found.append(error if isinstance(error, SetuError) else record.getMessage())
