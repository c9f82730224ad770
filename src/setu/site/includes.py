"""``--8<-- "chapters/ch07_create_read/app/main.py:get_user"``: code by name in a page."""

from __future__ import annotations

import re
import textwrap
from pathlib import Path

from setu.errors import SetuError
from setu.site.problems import report
from setu.source import NameNotFound, extract

INCLUDE = re.compile(
    r'^(?P<indent>[ \t]*)--8<--[ \t]+"(?P<path>[^":]+)(?::(?P<names>[^"]+))?"[ \t]*$'
)


def resolve(markdown: str, root: Path, page: str, first_line: int = 1) -> str:
    """Put the named source in the place of each ``--8<--`` line, as far indented as that line.

    ``first_line`` is where ``markdown`` begins in the file of ``page``. A file or a name that is
    not there is reported with page and line, and stands in the page.
    """
    lines = []
    for number, line in enumerate(markdown.splitlines(), first_line):
        found = INCLUDE.match(line)
        if not found:
            lines.append(line)
            continue
        where = f"{page}:{number}"
        try:
            text = source(root, found["path"], found["names"] or "", where)
        except SetuError as error:
            report(error)
            text = str(error)
        lines.append(textwrap.indent(text, found["indent"]))
    return "\n".join(lines) + "\n"


def source(root: Path, path: str, names: str, where: str) -> str:
    """The text that ``path`` and ``names`` stand for; raises ``SetuError`` that says ``where``."""
    file = (root / path).resolve()
    if not file.is_file() or not file.is_relative_to(root.resolve()):
        raise SetuError("include_no_file", where=where, path=path)
    text = file.read_text(encoding="utf-8")
    try:
        return extract(text, names)
    except NameNotFound as error:
        raise SetuError("include_no_name", where=where, path=path, name=error) from error
    except SyntaxError as error:
        raise SetuError(
            "include_no_python", where=where, path=path, line=error.lineno or 0
        ) from error
