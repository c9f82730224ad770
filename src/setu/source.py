"""Pieces of source code by the names that Python already gives them.

Used by the site (``--8<-- "app/main.py:get_user"``), the checks and the playground.
"""

from __future__ import annotations

import ast
import itertools
import textwrap

Definition = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef


class NameNotFound(LookupError):
    """The source has nothing of this name."""


def extract(source: str, names: str = "") -> str:
    """The text of the named things in the order asked for, with blank lines as Python has them.

    ``names``: functions, classes, ``Class.method`` or assigned names, several with commas; empty
    means the whole source. Decorators belong to their function; ``imports``: the import block.
    Raises ``NameNotFound``.
    """
    if not names:
        return source.rstrip("\n")
    lines = source.splitlines()
    tree = ast.parse(source)
    pieces = []
    for name in names.split(","):
        start, end = _find(tree, name.strip())
        pieces.append(textwrap.dedent("\n".join(lines[start - 1 : end])))
    text = pieces[0]
    for previous, piece in itertools.pairwise(pieces):
        text += ("\n\n\n" if "\n" in previous or "\n" in piece else "\n") + piece
    return text


def _find(tree: ast.Module, name: str) -> tuple[int, int]:
    if name == "imports":
        imports = [node for node in tree.body if isinstance(node, ast.Import | ast.ImportFrom)]
        if not imports:
            raise NameNotFound(name)
        return imports[0].lineno, imports[-1].end_lineno or imports[-1].lineno
    body: list[ast.stmt] = tree.body
    node: ast.stmt | None = None
    for part in name.split("."):
        node = next((each for each in body if part in _names(each)), None)
        if node is None:
            raise NameNotFound(name)
        body = node.body if isinstance(node, Definition) else []
    assert node is not None
    first = (
        node.decorator_list[0].lineno if isinstance(node, Definition) and node.decorator_list else 0
    )
    return first or node.lineno, node.end_lineno or node.lineno


def _names(node: ast.stmt) -> list[str]:
    match node:
        case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
            return [node.name]
        case ast.Assign():
            return [target.id for target in node.targets if isinstance(target, ast.Name)]
        case ast.AnnAssign(target=ast.Name() as target):
            return [target.id]
        case _:
            return []
