"""Running code as a notebook does: ``await`` at the top, the last expression is the result."""

from __future__ import annotations

import ast
import linecache
from inspect import CO_COROUTINE
from types import CodeType
from typing import Any

from setu_page.loop import PageLoop


class Cell:
    """One cell's code. ``file`` stands in tracebacks; a ``SyntaxError`` comes out of ``run``."""

    def __init__(self, code: str, file: str) -> None:
        self._code, self._file = code, file
        # Tracebacks and warnings find the lines of a cell here, also in later cells.
        linecache.cache[file] = (len(code), None, code.splitlines(keepends=True), file)

    def run(self, names: dict[str, Any], loop: PageLoop) -> Any:
        """The value of the last expression, unless a semicolon ends it.

        As in Jupyter the loop runs all the while: ``asyncio.run`` in a cell is an error.
        """
        tree = ast.parse(self._code, self._file)
        last = tree.body[-1] if tree.body else None
        if isinstance(last, ast.Expr):
            tree.body.pop()
        statements = self._compiled(ast.Module(tree.body, []), "exec")
        expression = (
            self._compiled(ast.Expression(last.value), "eval")
            if isinstance(last, ast.Expr)
            else None
        )

        async def execute() -> Any:
            await _execute(statements, names)
            return await _execute(expression, names) if expression else None

        value = loop.run_until_complete(execute())
        return None if self._code.rstrip().endswith(";") else value

    def _compiled(self, tree: ast.Module | ast.Expression, mode: str) -> CodeType:
        flags = ast.PyCF_ALLOW_TOP_LEVEL_AWAIT
        compiled: CodeType = compile(tree, self._file, mode, flags, dont_inherit=True)
        return compiled


async def _execute(code: CodeType, names: dict[str, Any]) -> Any:
    value = eval(code, names)  # noqa: S307  (to run the reader's code is what this is for)
    return await value if code.co_flags & CO_COROUTINE else value
