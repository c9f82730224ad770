"""Reads copies of submissions' databases, in a sandbox where nothing else is.

``python -c … CONTROL FOLDER LIMITS ALONE``: for each submission the grader sends a socket, and a
process that is forked for it answers there: for each question come the bytes of the database and
of its journals, which lie in ``FOLDER`` until the next one. A file made to take over whoever reads
it has that process and nothing of the next one's: it is killed and the folder emptied before.
"""

from __future__ import annotations

import contextlib
import json
import os
import resource
import shutil
import socket
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any, NoReturn

from setu.checks.sqlite_store import SqliteStore
from setu.checks.subject import Refused, Unwritable
from setu.grading.inside import wire
from setu.grading.inside.processes import in_own_namespace, keep_out, kill_all

LONGEST = 2**26


def main(control: int, folder: str, limits: str, alone: str) -> NoReturn:
    """Fork for each submission until the grader hangs up."""
    for name, most in json.loads(limits).items():
        with contextlib.suppress(OSError, ValueError):
            resource.setrlimit(getattr(resource, f"RLIMIT_{name}"), (most, most))
    keep_out()
    own = alone == "alone" and in_own_namespace()
    connection = socket.socket(fileno=control)
    wire.send(connection, {"ready": True})
    child = 0
    with contextlib.suppress(wire.WireError):
        while True:
            _, (questions,) = wire.receive_files(connection, 1, most=LONGEST)
            kill_all(child, alone=own)
            empty(Path(folder))
            child = os.fork()
            if child == 0:
                connection.close()
                serve(questions, Path(folder))
            os.close(questions)
            with contextlib.suppress(OSError):
                os.setpgid(child, child)
            wire.send(connection, {"ready": True})
    kill_all(child, alone=own)
    os._exit(0)  # as the place does


def serve(questions: int, folder: Path) -> NoReturn:
    """Answer the questions about one submission."""
    try:
        os.setpgid(0, 0)
        connection = socket.socket(fileno=questions)
        while True:
            question = wire.receive(connection, most=LONGEST)
            copies = {
                name: wire.receive_bytes(connection, most=LONGEST) for name in question["files"]
            }
            wire.send(connection, answer(question, copies, folder))
    finally:
        os._exit(0)


def answer(question: dict[str, Any], copies: dict[str, bytes], folder: Path) -> dict[str, Any]:
    """``{"rows"|"columns"|"ok": …}``, ``{"refused": why}`` or ``{"unwritable": key, …}``."""
    empty(folder)
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


def empty(folder: Path) -> None:
    """Delete whatever is in the folder."""
    for entry in os.scandir(folder):
        if entry.is_dir(follow_symlinks=False):
            shutil.rmtree(entry)
        else:
            os.unlink(entry)


if __name__ == "__main__":
    main(int(sys.argv[1]), *sys.argv[2:5])
