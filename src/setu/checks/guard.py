"""The subject that checks are given: an app and a store, and the rules that hold everywhere."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from setu.checks.expect import Unexpected, expect, shorten, shown
from setu.checks.subject import (
    NO_BODY,
    App,
    Call,
    Column,
    Refused,
    Reply,
    Row,
    Statement,
    Store,
    Unwritable,
)


class Guarded:
    """A ``Subject`` made of any ``App`` and any ``Store``.

    Everywhere: no answer holds a password hash that the checker wrote (``hash_leaked``), and none
    has a status of 500 or more (``server_error``, unless the check has a better key for it). A
    table that a check wrote to keeps the columns that it wrote (``table_differs``).
    """

    def __init__(self, app: App, store: Store) -> None:
        self._app, self._store = app, store
        self._hashes: set[str] = set()
        self._names: dict[str, set[str]] = {}
        self._runs = True
        self.crashed: Reply | None = None
        """The first answer of this check with a status of 500 or more."""

    def begin(self) -> None:
        """Start a check: an app that runs, empty tables, nothing seen yet.

        What a crash left behind, a pool without connections say, is not the next check's fault.
        """
        if self.crashed or not self._runs:
            self.crashed = None
            self.restart()
        self._names = {}
        if self._app.statements is not None:
            self._app.statements.clear()
        with _blamed():
            self._store.empty()

    def request(  # noqa: PLR0913  (the parts of a request)
        self,
        method: str,
        path: str,
        *,
        json: Any = NO_BODY,
        params: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
        content: bytes | None = None,
    ) -> Reply:
        return self._seen(self._app.send(Call(method, path, json, params, headers, content)))

    def parallel(self, calls: Sequence[Call]) -> list[Reply]:
        return [self._seen(reply) for reply in self._app.parallel(calls)]

    def restart(self) -> None:
        self._runs = False
        self._app.restart()
        self._runs = True

    def insert(self, table: str, rows: list[Row], *, key: str | None = None) -> None:
        for row in rows:
            self._hashes.update(str(value) for name, value in row.items() if "hash" in name)
        try:
            with _blamed():
                self._store.insert(table, rows)
            self._names.setdefault(table, set()).update(*rows)
        except Refused as refused:
            did = shorten(f"INSERT INTO {table} {shown(rows)}")
            told = {"did": did, "expected": "INSERT OK", "got": shorten(str(refused))}
            if key is None:
                raise RefusedRow("table_differs", {"table": table, **told}) from refused
            raise Unexpected(key, told) from refused

    def delete(self, table: str, id: int) -> None:
        with _blamed():
            self._store.delete(table, id)

    def rows(self, table: str) -> list[Row]:
        with _blamed():
            rows = self._store.rows(table)
            for row in rows:
                if lost := self._names.get(table, set()) - row.keys():
                    raise Unwritable("table_differs", table, f"no column {min(lost)}")
            return rows

    def columns(self, table: str) -> list[Column]:
        with _blamed():
            return self._store.columns(table)

    @property
    def statements(self) -> Sequence[Statement] | None:
        return self._app.statements

    def _seen(self, reply: Reply) -> Reply:
        if reply.status >= 500 and self.crashed is None:
            self.crashed = reply
        leaked = next((one for one in self._hashes if one.encode() in reply.body), None)
        expect(leaked is None, "hash_leaked", reply, crash="hash_leaked")
        return reply


class RefusedRow(Unexpected, Refused):
    """A ``Refused`` that fails the check, unless the check asks for it and catches it."""

    def __str__(self) -> str:
        return self.params["got"]


class _blamed:
    """Turns what a store could not do into the failure of the check."""

    def __enter__(self) -> None: ...

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        if isinstance(error, Unwritable):
            params = {"table": error.table, "got": shown(error.reason)}
            raise Unexpected(error.key, params) from error
