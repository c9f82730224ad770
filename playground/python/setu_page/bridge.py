"""What the page asks and what it is answered: the calls of protocol.ts, by the same names."""

from __future__ import annotations

# First of all: what follows imports greenlet, aiosqlite and anyio.
from setu_page import stand_ins

stand_ins.install()

import gc  # noqa: E402
import json  # noqa: E402
import random  # noqa: E402
import sqlite3  # noqa: E402
import sys  # noqa: E402
from collections.abc import Callable, Mapping  # noqa: E402
from pathlib import Path  # noqa: E402
from time import perf_counter  # noqa: E402
from typing import Any  # noqa: E402

from setu.chapters.sql_events import listen, open_group  # noqa: E402
from setu_page import alembic_console, apps, databases, exercises, tables  # noqa: E402
from setu_page.apps import App  # noqa: E402
from setu_page.asgi import Request  # noqa: E402
from setu_page.hiding import without_us  # noqa: E402
from setu_page.labs import Lab  # noqa: E402
from setu_page.processes import call  # noqa: E402
from setu_page.spaces import Kind, Space, SpaceTold, write  # noqa: E402
from setu_page.stand_ins import ProcessEndedError  # noqa: E402
from setu_page.streams import Tell, printing  # noqa: E402
from setu_page.trouble import trouble  # noqa: E402
from setu_page.xray import group_of  # noqa: E402

Given = Mapping[str, Any]
Answer = dict[str, Any]
Emit = Callable[[str, str, Any], None]
"""``("printed", "stdout", text)``, or ``("saved", space as JSON, {file name: bytes})``."""

listen()
sys.dont_write_bytecode = True


class Page:
    """The spaces of one worker and what runs in them; at most one package ``app`` at a time."""

    def __init__(self, root: Path = Path("/")) -> None:
        self._root = root
        self._spaces: dict[tuple[Kind, str], Space] = {}
        self._labs: dict[str, Lab] = {}
        self._app: App | None = None
        self._app_of: Space | None = None
        self._calls: dict[str, Callable[[Given, Given, Tell], Answer]] = {
            "app.start": self._start,
            "app.request": self._request,
            "script.run": self._script,
            "alembic.run": self._alembic,
            "lab.run": self._lab_run,
            "lab.reset": self._lab_reset,
            "exercise.check": self._check,
            "tables": self._tables,
            "database.reset": self._reset,
        }

    def handle(self, name: str, given: Given, data: Given | None, emit: Emit) -> Answer:
        """Answer one call. What the reader's code does never comes out of here as an exception."""
        space = self._space_of(name, given)

        def save(content: dict[str, bytes]) -> None:
            emit("saved", json.dumps(space.told), content)

        def tell(stream: str, text: str) -> None:
            emit("printed", stream, text)

        start = perf_counter()
        with stand_ins.aside(), space.entered(save):
            answer = self._calls[name](given, data or {}, tell)
        if "ms" in answer:
            answer["ms"] = round((perf_counter() - start) * 1000, 1)
        return answer

    def restore(self, space: SpaceTold, content: dict[str, bytes]) -> None:
        """Put back the databases that the page kept."""
        databases.put_back(self._space(space["kind"], space["id"]).folder, content)

    def _space_of(self, name: str, given: Given) -> Space:
        if "space" in given:
            return self._space(given["space"]["kind"], given["space"]["id"])
        kinds: tuple[Kind, ...] = ("chapter", "lab", "exercise")
        kind = next(kind for kind in kinds if kind in given)
        return self._space(kind, given[kind])

    def _space(self, kind: Kind, id: str) -> Space:
        if (kind, id) not in self._spaces:
            self._spaces[kind, id] = Space(kind, id, self._root)
        return self._spaces[kind, id]

    # --- apps ---

    def _start(self, given: Given, data: Given, tell: Tell) -> Answer:
        space = self._space("chapter", given["chapter"])
        self._lay_out(space, given["files"], data)
        openapi = None

        def start() -> None:
            nonlocal openapi
            self._app = App(space)
            self._app_of = space
            openapi = self._app.openapi()

        answer = self._ran(space, tell, start, self._stop_app)
        return {**answer, "openapi": openapi}

    def _request(self, given: Given, data: Given, tell: Tell) -> Answer:
        space = self._space("chapter", given["chapter"])
        path, _, query = given["path"].partition("?")
        headers = {str(name).lower(): str(value) for name, value in given["headers"].items()}
        body = (given["body"] or "").encode()
        request = Request(given["method"], path, query, headers, body)
        answered: Answer = {"status": 0, "headers": [], "body": "", "base64": False}

        def ask() -> None:
            if self._app is None or self._app_of is not space:
                # Another element of the page has run since: the app starts again by itself.
                self._stop_app()
                self._app = App(space)
                self._app_of = space
            try:
                response = self._app.request(request)
            except (SystemExit, KeyboardInterrupt, ProcessEndedError):
                self._stop_app()  # on a computer the server has ended: the next request starts it
                raise
            answered.update(apps.told(response))
            if response.error is not None:
                raise response.error

        return {**self._ran(space, tell, ask), **answered}

    def _stop_app(self) -> None:
        """Stop the app that runs, if one does. What its shutdown raises is its own affair."""
        app, self._app, self._app_of = self._app, None, None
        if app is not None:
            try:
                app.stop()
            except BaseException as error:
                without_us(error)
                sys.excepthook(type(error), error, error.__traceback__)

    def _lay_out(self, space: Space, files: Mapping[str, str], data: Given) -> None:
        """The chapter's files, with the reader's over them."""
        space.put({**data.get("files", {}), **files})

    def _ran(self, space: Space, tell: Tell, *acts: Callable[[], object]) -> Answer:
        """Do the last of ``acts`` first: what has to be over before the others begin."""
        group = open_group()
        sql: list[Any] = []
        found = None
        with printing(tell) as printed:
            try:
                for act in reversed(acts):
                    act()
            except BaseException as error:
                found = trouble(error, space.folder)
        if self._app is not None:
            sql, self._app.sql = self._app.sql, []
        sql = [*sql, *group_of("", "run", group)]
        return {"printed": printed.text(), "sql": sql, "trouble": found, "ms": 0}

    # --- scripts and alembic ---

    def _script(self, given: Given, data: Given, tell: Tell) -> Answer:
        import runpy

        space = self._space("chapter", given["chapter"])
        self._lay_out(space, given["files"], data)

        def run() -> None:
            _, error = call(
                lambda: runpy.run_module("app", run_name="__main__", alter_sys=True), ["app"]
            )
            if error is not None:
                raise error

        return self._ran(space, tell, run, self._stop_app)

    def _alembic(self, given: Given, data: Given, tell: Tell) -> Answer:
        space = self._space("chapter", given["chapter"])
        self._lay_out(space, given["files"], data)
        before = space.texts()
        code = 1

        def run() -> None:
            nonlocal code
            code, error = alembic_console.run(given["command"])
            if error is not None:
                raise error

        answer = self._ran(space, tell, run, self._stop_app)
        changed = alembic_console.changes(before, space.texts())
        space.hold(changed)
        return {**answer, "ok": code == 0 and answer["trouble"] is None, "files": changed}

    # --- labs ---

    def _lab_run(self, given: Given, data: Given, tell: Tell) -> Answer:
        space = self._space("lab", given["lab"])
        for id, files in {**data.get("also", {}), given["lab"]: data.get("files", {})}.items():
            write(space.course / "chapters" / id, files)
        lab = self._labs.setdefault(given["lab"], Lab(space))
        group = open_group()
        outputs, printed, error = lab.run(given["code"], tell)
        found = trouble(error, space.folder) if error is not None else None
        if error is not None:
            # What only the traceback has held, a coroutine that nobody awaited say, goes here and
            # not in the output of a later cell.
            del error
            with printing():
                gc.collect()
        return {
            "printed": printed,
            "sql": group_of("", "run", group),
            "trouble": found,
            "ms": 0,
            "outputs": outputs,
            "number": lab.number,
        }

    def _lab_reset(self, given: Given, data: Given, tell: Tell) -> Answer:
        self._forget_lab(given["lab"])
        databases.delete(self._space("lab", given["lab"]).folder)
        return {}

    def _forget_lab(self, id: str) -> None:
        if lab := self._labs.pop(id, None):
            lab.forget()

    # --- exercises ---

    def _check(self, given: Given, data: Given, tell: Tell) -> Answer:
        self._stop_app()
        space = self._space("exercise", given["exercise"])
        seed = given.get("seed")
        if seed is None:
            seed = random.SystemRandom().randrange(2**32)
        verdict, sql = exercises.check(space, data, given["files"], seed)
        with printing():
            gc.collect()  # what the app left open says so now, and to nobody
        return {"verdict": verdict, "sql": sql, "ms": 0}

    # --- databases ---

    def _tables(self, given: Given, data: Given, tell: Tell) -> Answer:
        space = self._space_of("tables", given)
        path = space.database()
        try:
            return {"tables": tables.tables_of(path) if path else [], "trouble": None}
        except sqlite3.Error as error:
            return {"tables": [], "trouble": trouble(error, space.folder)}

    def _reset(self, given: Given, data: Given, tell: Tell) -> Answer:
        space = self._space_of("database.reset", given)
        if self._app_of is space:
            self._stop_app()
        if space.kind == "lab":
            self._forget_lab(space.id)
        databases.delete(space.folder)
        return {}


_page = Page()


async def handle(name: str, given_json: str, data_json: str, emit: Any) -> str:
    """The page's calls: JSON in, JSON out. ``emit(type, first, second)`` as ``Emit``."""
    given, data = json.loads(given_json), json.loads(data_json or "null")
    answer = _page.handle(name, given, data, lambda *told: emit(*map(_to_page, told)))
    return json.dumps(answer, ensure_ascii=False, default=str)


def restore(space_json: str, content: Any) -> None:
    """Put back databases: an object of file name → bytes."""
    files = content.to_py() if hasattr(content, "to_py") else content
    kept = {str(name): bytes(raw) for name, raw in files.items()}
    _page.restore(json.loads(space_json), kept)


def _to_page(told: Any) -> Any:
    if not isinstance(told, dict) or sys.platform != "emscripten":
        return told
    import js
    from pyodide.ffi import to_js

    return to_js(told, dict_converter=js.Object.fromEntries)
