"""Runs in Pyodide (Node): code of readers that goes wrong, through the page's own calls."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from setu_page import bridge

Json = dict[str, Any]
COURSE = Path("/course")
ID = "ch07_create_read"

page = bridge.Page(Path("/room"))
saved: list[str] = []
files = {
    path.relative_to(COURSE / "chapters" / ID).as_posix(): path.read_text(encoding="utf-8")
    for path in (COURSE / "chapters" / ID).glob("app/*.py")
}


def emit(kind: str, first: str, second: Any) -> None:
    if kind == "saved":
        saved.append(",".join(second))


def call(name: str, given: Json) -> Json:
    answer = json.dumps(page.handle(name, given, {"files": files}, emit), default=str)
    return dict(json.loads(answer))


def cell(code: str) -> Json:
    return call("lab.run", {"lab": "trial", "cell": "a", "code": code})


def start(main: str) -> Json:
    return call("app.start", {"chapter": ID, "files": {**files, "app/main.py": main}})


def get(path: str) -> Json:
    given: Json = {"chapter": ID, "method": "GET", "path": path, "headers": {}, "body": None}
    return call("app.request", given)


ROUTE = """
@app.get("/trial")
async def trial() -> object:
    """


def route(body: str) -> Json:
    start(files["app/main.py"] + ROUTE + body + "\n")
    return {**get("/trial"), "after": get("/users")["status"]}


CELLS = {
    "syntax": "x = = 1",
    "recursion": "def f(n):\n    return f(n + 1)\nf(0)",
    "exit": "import sys; sys.exit(3)",
    "os_exit": "import os; os._exit(4)",
    "interrupt": "raise KeyboardInterrupt",
    "memory": "[bytearray(2**30) for _ in range(8)]",
    "input": "input('name? ')",
    "thread": "import threading; threading.Thread(target=print).start()",
    "program": "import subprocess; subprocess.run(['ls'])",
    "for_ever": "import asyncio; await asyncio.Event().wait()",
    "bad_str": "class E(Exception):\n    def __str__(self): raise ValueError\nraise E",
    "nested_run": "import asyncio\nasyncio.run(asyncio.sleep(0))",
    "network": "import httpx2\nasync with httpx2.AsyncClient() as c: await c.get('http://a.test')",
    "after": "6 * 7",
}
found: Json = {name: cell(code) for name, code in CELLS.items()}
printed = cell("print('x' * 10_000_000); print('end')")
found["much"] = {"length": len(printed["printed"]), "end": printed["printed"][-4:]}

found["start_syntax"] = start("def broken(:\n")
found["start_import"] = start("import nothing_like_this\n")
found["start_exit"] = start("import sys; sys.exit(5)\n")
found["start_os_exit"] = start("import os; os._exit(5)\n")
found["start_without_app"] = start("x = 1\n")
found["request_without_app"] = get("/users")
found["route_error"] = route("return 1 / 0")
found["route_exit"] = route("raise SystemExit(1)")
found["route_os_exit"] = route("import os; os._exit(1)")
found["route_print"] = route("print('hello'); return 1")
found["route_binary"] = route("from fastapi import Response; return Response(bytes([0, 255]))")
found["delete"] = route("import os; os.remove('dokan.db'); return 1")
found["reset"] = call("database.reset", {"space": {"kind": "chapter", "id": ID}})
found["tables_empty"] = call("tables", {"space": {"kind": "chapter", "id": ID}})
saved.clear()
found["again"] = start(files["app/main.py"])
found["saved"] = saved
page.restore({"kind": "lab", "id": "kept"}, {"a.db": b"no database", "../b.db": b"x"})
found["tables_broken"] = call("tables", {"space": {"kind": "lab", "id": "kept"}})
found["outside"] = Path("/room/course/b.db").exists()
HOSTILE = r'''
import sqlite3
with sqlite3.connect("hostile.db") as c:
    c.execute("""CREATE TABLE "a""b; DROP" ("x""y" TEXT, "select" BLOB)""")
    c.execute("""INSERT INTO "a""b; DROP" VALUES (?, ?)""", ["<b>" + "z" * 999, b"\xff"])
    c.execute("CREATE TABLE without (id INTEGER PRIMARY KEY, n) WITHOUT ROWID")
    c.executemany("INSERT INTO without VALUES (?, NULL)", [[n] for n in range(150, 0, -1)])
    c.execute("CREATE TABLE empty (a, b AS (a + 1))")
'''
call("lab.run", {"lab": "hostile", "cell": "a", "code": HOSTILE})
found["tables_hostile"] = call("tables", {"space": {"kind": "lab", "id": "hostile"}})
print(json.dumps(found))
