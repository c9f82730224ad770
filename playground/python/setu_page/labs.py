"""Labs: cells that share one namespace, with outputs in the form of a notebook."""

from __future__ import annotations

import gc
import re
import sys
from collections.abc import Callable
from pprint import pformat
from types import ModuleType
from typing import Any

from setu_page.cell_traceback import CELL, FOLDER, cell_file, format_error
from setu_page.hiding import without_us
from setu_page.loop import PageLoop
from setu_page.namespace import Cell
from setu_page.spaces import Space
from setu_page.streams import Printed, Tell, printing

Output = dict[str, Any]

WIDTH = 79
CELL_FILE = re.compile(rf"{FOLDER}/\d+\.py:(\d+)")


class Lab:
    """One lab's namespace, loop and count of cells."""

    def __init__(self, space: Space) -> None:
        self._space = space
        self._loop = PageLoop()
        self._main = ModuleType("__main__")
        self.number = 0
        """Of the cell that ran last: what stands in ``In [3]``."""

    def run(self, code: str, tell: Tell | None) -> tuple[list[Output], str, BaseException | None]:
        """Run a cell: its outputs, what it printed, and the exception that ended it."""
        self.number += 1
        results: list[Output] = []
        sys.modules["__main__"] = self._main
        with printing(tell) as printed:
            error = self._try(lambda: self._show(code, results))
        outputs = [*_streams(printed), *results]
        if error is not None:
            own = [self._space.folder, self._space.course]
            outputs.append(
                {
                    "output_type": "error",
                    "ename": type(error).__name__,
                    "evalue": _safely(lambda: str(error)),
                    "traceback": format_error(error, own).splitlines(),
                }
            )
        return outputs, printed.text(), error

    def _show(self, code: str, results: list[Output]) -> None:
        names = self._main.__dict__
        value = Cell(code, cell_file(self.number)).run(names, self._loop)
        if value is None:
            return
        names["_"] = value
        data = {"text/plain": _repr(value)}
        if html := _safely(getattr(value, "_repr_html_", str)):
            data["text/html"] = html
        results.append(
            {
                "output_type": "execute_result",
                "execution_count": self.number,
                "data": data,
                "metadata": {},
            }
        )

    @staticmethod
    def _try(act: Callable[[], None]) -> BaseException | None:
        try:
            act()
        except BaseException as error:
            trace = without_us(error).__traceback__
            while trace is not None and not CELL.search(trace.tb_frame.f_code.co_filename):
                trace = trace.tb_next
            return error.with_traceback(trace or error.__traceback__)
        return None

    def forget(self) -> None:
        """Let go of all variables, and of the chapters that the cells have imported."""
        self._main.__dict__.clear()
        for name in [name for name in sys.modules if name.split(".")[0] == "chapters"]:
            del sys.modules[name]
        gc.collect()  # what the cells left open is closed now


def _streams(printed: Printed) -> list[Output]:
    return [
        {"output_type": "stream", "name": name, "text": CELL_FILE.sub(r"cell:\1", str(text))}
        for name, text in printed.parts
    ]


def _repr(value: object) -> str:
    text = repr(value)
    if len(text) > WIDTH and isinstance(value, dict | list | tuple | set | frozenset):
        return pformat(value, width=WIDTH + 1, sort_dicts=False)
    return text


def _safely(give: Callable[[], Any]) -> str:
    """The text, or nothing where the reader's own method fails."""
    try:
        text = give()
    except Exception:
        return ""
    return text if isinstance(text, str) else ""
