"""What a check sees of the app that it checks: requests, rows, columns and statements."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol, TypedDict
from urllib.parse import quote

NO_BODY: Any = ...
"""``json=...`` (the default) sends no body; ``json=None`` sends ``null``."""

Row = dict[str, Any]
"""One row of a table: column name to value."""


class Frame(TypedDict):
    """One place in the learner's own code; ``file`` is relative to the folder of their app."""

    file: str
    line: int
    name: str


@dataclass(frozen=True)
class Call:
    """One request. ``path`` is written as people read it (``/users/7 OR 1=1``), not quoted."""

    method: str
    path: str
    json: Any = NO_BODY
    params: Mapping[str, str] | None = None
    headers: Mapping[str, str] | None = None
    content: bytes | None = None

    @property
    def target(self) -> str:
        """The path as it goes over the wire, without the query."""
        return quote(self.path, safe="/", errors="replace")

    @property
    def body(self) -> bytes | None:
        """The bytes of the body: ``content``, or ``json`` as JSON, or none.

        A check may send what it got from the app: bytes, an endless number, half a character.
        """
        if self.json is NO_BODY:
            return self.content
        return json.dumps(self.json, ensure_ascii=False, default=str).encode(errors="replace")

    @property
    def all_headers(self) -> dict[str, str]:
        """``headers``, with the content type of a JSON body."""
        kind = {} if self.json is NO_BODY else {"content-type": "application/json"}
        return {**kind, **(self.headers or {})}

    @property
    def did(self) -> str:
        """The request in one line: ``PUT /users/3/email {"email": "nadia@example.com"}``."""
        query = "&".join(f"{name}={value}" for name, value in (self.params or {}).items())
        line = f"{self.method} {self.path}" + (f"?{query}" if query else "")
        return line if self.body is None else f"{line} {self.body.decode(errors='replace')}"


@dataclass(frozen=True)
class Reply:
    """One answer. Header names are in lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    did: str = ""
    error: str = ""
    """What the app raised (``NoResultFound: No row was found``), where the subject can see it."""
    frames: tuple[Frame, ...] = field(default=(), repr=False)
    """Where in the learner's code the answer was made, where the subject can see it."""

    @property
    def text(self) -> str:
        return self.body.decode(errors="replace")

    def json(self) -> Any:
        """The body as JSON; anything else fails the check with the key ``not_json``."""
        from setu.checks.expect import expect

        try:
            return json.loads(self.body)
        except (ValueError, RecursionError):  # nested too deep
            expect(False, "not_json", self, expected="JSON")

    def at(self, key: str, missing: Any = None) -> Any:
        """The value at ``key`` of a JSON object; ``missing`` where there is none, or no object.

        For checks that go on with a part of an answer: an app may answer with any shape.
        """
        body = self.json()
        return body.get(key, missing) if isinstance(body, dict) else missing


@dataclass(frozen=True)
class Column:
    """One column as the database itself describes it."""

    name: str
    type: str
    """In lower case, without its numbers: ``varchar``, ``numeric``, ``integer``, ``text``."""
    length: int | None = None
    """Of a string; of a number its precision."""
    scale: int | None = None
    nullable: bool = True
    default: str | None = None
    """The default that the *database* fills in, as SQL."""
    primary_key: bool = False
    unique: bool = False
    """A unique constraint or index on this column alone."""
    indexed: bool = False
    """An index on this column alone that is neither the primary key's nor unique."""
    checks: tuple[str, ...] = ()
    """The CHECK constraints of the table that name this column, as SQL."""
    check_names: tuple[str | None, ...] = ()
    """The names of these constraints, in the same order; ``None`` for one without."""


@dataclass(frozen=True)
class Statement:
    """One SQL statement that the app sent, with its parameters apart."""

    sql: str
    parameters: Any

    @property
    def verb(self) -> str:
        """``SELECT``, ``INSERT``, ``UPDATE``…"""
        return self.sql.split(None, 1)[0].upper()


class Refused(Exception):
    """The database refused a row that the checker wrote: one of its constraints says no."""


class Subject(Protocol):
    """What a check is given as ``subject``: the same everywhere a check runs.

    The rows are read and written through the checker's own connection, never the app's.
    """

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
        """Send one request; redirects are not followed."""

    def parallel(self, calls: Sequence[Call]) -> list[Reply]:
        """Send all at once (one after the other where there are no threads)."""

    def restart(self) -> None:
        """Shut the app down, import it anew, start it again on the same database."""

    def insert(self, table: str, rows: list[Row], *, key: str | None = None) -> None:
        """Write rows. When a constraint says no, the check fails with ``key``.

        Without a ``key`` it raises ``Refused``; a check that does not catch it fails with
        ``table_differs``.
        """

    def delete(self, table: str, id: int) -> None:
        """Delete the row with this ``id``."""

    def rows(self, table: str) -> list[Row]:
        """All rows by primary key; ``bool`` and ``Decimal`` where the column's type says so."""

    def columns(self, table: str) -> list[Column]:
        """The columns as the database has them; an empty list when there is no such table."""

    @property
    def statements(self) -> Sequence[Statement] | None:
        """What the app sent since this check began; ``None`` out of process."""


class App(Protocol):
    """The half of a subject that answers: in this process, in the browser, over a socket."""

    def send(self, call: Call) -> Reply: ...
    def parallel(self, calls: Sequence[Call]) -> list[Reply]: ...
    def restart(self) -> None: ...
    @property
    def statements(self) -> list[Statement] | None: ...


class Store(Protocol):
    """The half of a subject that keeps: the checker's own way into the database."""

    def empty(self) -> None:
        """Delete all rows of all tables."""

    def insert(self, table: str, rows: list[Row]) -> None: ...
    def delete(self, table: str, id: int) -> None: ...
    def rows(self, table: str) -> list[Row]: ...
    def columns(self, table: str) -> list[Column]: ...


class Unwritable(Exception):
    """A store could not do its work because of what the app left: ``key`` says which message."""

    def __init__(self, key: str, table: str, reason: str) -> None:
        super().__init__(key, table, reason)
        self.key, self.table, self.reason = key, table, reason
