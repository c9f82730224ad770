"""Reads a copy of a submission's database, in a sandbox where nothing else is.

``python -c … CONTROL FOLDER LIMITS``: for each question the grader sends the bytes of the
database and of its journals; the copy lies in ``FOLDER`` until the next one.
"""

from __future__ import annotations

import contextlib
import json
import resource
import socket
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any

from setu.checks.sqlite_store import SqliteStore
from setu.checks.subject import Refused, Unwritable
from setu.grading.inside import wire

LONGEST = 2**26


def main(control: int, folder: str, limits: str) -> None:
    for name, most in json.loads(limits).items():
        with contextlib.suppress(OSError, ValueError):
            resource.setrlimit(getattr(resource, f"RLIMIT_{name}"), (most, most))
    connection = socket.socket(fileno=control)
    wire.send(connection, {"ready": True})
    with contextlib.suppress(wire.WireError):
        while True:
            question = wire.receive(connection, most=LONGEST)
            copies = {
                name: wire.receive_bytes(connection, most=LONGEST) for name in question["files"]
            }
            wire.send(connection, answer(question, copies, Path(folder)))


def answer(question: dict[str, Any], copies: dict[str, bytes], folder: Path) -> dict[str, Any]:
    """``{"rows"|"columns"|"ok": …}``, ``{"refused": why}`` or ``{"unwritable": key, …}``."""
    for old in folder.iterdir():
        old.unlink()
    for name, content in copies.items():
        (folder / name).write_bytes(content)
    store = SqliteStore(folder / "dokan.db")
    table = question["table"]
    try:
        match question["do"]:
            case "rows":
                return {"rows": store.rows(table)}
            case "columns":
                return {"columns": [asdict(column) for column in store.columns(table)]}
            case _:
                rows = [{k: wire.unmarked(v) for k, v in row.items()} for row in question["rows"]]
                store.insert(table, rows)
                return {"ok": True}
    except Refused as error:
        return {"refused": str(error)}
    except Unwritable as error:
        return {"unwritable": error.key, "reason": error.reason}
    except Exception as error:  # a file that is no database, say
        return {"unwritable": "table_differs", "reason": f"{type(error).__name__}: {error}"}


if __name__ == "__main__":
    main(int(sys.argv[1]), *sys.argv[2:4])
