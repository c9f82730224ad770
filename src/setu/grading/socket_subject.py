"""The two halves of the subject that checks are given, for an app in a room."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NoReturn

from setu.checks.expect import Unexpected, shorten
from setu.checks.subject import Call, Column, Refused, Reply, Row, Statement, Unwritable
from setu.grading.inside.wire import unmarked
from setu.grading.room import Ended, NotStarted, Room

RULES = ("checks", "check_names")
"""The fields of a column that are tuples, and lists in JSON."""


class RunEnded(KeyboardInterrupt):
    """Ends the run of all checks, as pytest ends at Ctrl+C: there is nobody left to ask."""


class SocketApp:
    """The app of a submission, over HTTP on a socket. Nothing of it is imported."""

    statements: list[Statement] | None = None

    def __init__(self, room: Room) -> None:
        self._room = room

    def send(self, call: Call) -> Reply:
        return self.parallel([call])[0]

    def parallel(self, calls: Sequence[Call]) -> list[Reply]:
        try:
            return [_answered(reply) for reply in self._room.exchange(calls)]
        except Ended as ended:
            raise RunEnded from ended

    def restart(self) -> None:
        try:
            self._room.end()
            self._room.start()
        except NotStarted as error:
            last = self._room.output().strip().rpartition("\n")[2]
            raise Unexpected("restart_failed", {"got": shorten(last)}) from error
        except Ended as ended:
            raise RunEnded from ended


class RemoteStore:
    """The database of a submission.

    Rows and columns come from the reader, which has a copy. Whether a row is refused is tried out
    on a copy, too; only then is it written where the app finds it, by the place, whose word
    counts for nothing: what it did not write is missing in the next copy.
    """

    def __init__(self, room: Room) -> None:
        self._room = room

    def empty(self) -> None:
        self._write("", do="empty")

    def insert(self, table: str, rows: list[Row]) -> None:
        tried = self._read("insert", table, rows=rows)
        if "refused" in tried:
            raise Refused(_text(tried["refused"]))
        self._write(table, do="insert", rows=rows)

    def delete(self, table: str, id: int) -> None:
        self._write(table, do="delete", id=id)

    def rows(self, table: str) -> list[Row]:
        rows = self._read("rows", table).get("rows")
        try:
            return [{name: unmarked(value) for name, value in row.items()} for row in rows or ()]
        except (AttributeError, TypeError, ValueError, ArithmeticError) as error:
            _unreadable(table, error)

    def columns(self, table: str) -> list[Column]:
        columns = self._read("columns", table).get("columns")
        try:
            return [
                Column(**{**column, **{name: tuple(column[name]) for name in RULES}})
                for column in columns or ()
            ]
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            _unreadable(table, error)

    def _read(self, do: str, table: str, **more: Any) -> dict[str, Any]:
        try:
            answer = self._room.read({"do": do, "table": table, **more})
        except Ended as ended:
            raise RunEnded from ended
        return _judged(answer, table)

    def _write(self, table: str, **message: Any) -> None:
        try:
            answer = self._room.write({"table": table, **message})
        except Ended as ended:
            raise RunEnded from ended
        _judged(answer, table)


def _judged(answer: dict[str, Any], table: str) -> dict[str, Any]:
    if "unwritable" in answer:
        told = answer["unwritable"]
        key = told if told in ("database_locked", "table_missing") else "table_differs"
        raise Unwritable(key, table, shorten(_text(answer.get("reason"))))
    return answer


def _unreadable(table: str, error: Exception) -> NoReturn:
    raise Unwritable("table_differs", table, type(error).__name__) from error


def _answered(reply: Reply) -> Reply:
    """A reply in which nothing came, from an app that is there, is the app's own failure."""
    if reply.status:
        return reply
    return Reply(500, {}, b"", reply.did, reply.error)


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""
