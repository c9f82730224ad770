"""The one way in which a check fails."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from setu.checks.subject import Reply

Facts = dict[str, Any]
"""What a failure tells, where several checks tell the same: ``Facts(did=…, expected=…)``."""

LONGEST = 240
"""Characters of a value that are shown to a learner."""


class Unexpected(Exception):
    """Something else came than was expected; ``key`` names the message that explains it."""

    def __init__(self, key: str, params: dict[str, str], reply: Reply | None = None) -> None:
        super().__init__(key, params)
        self.key, self.params, self.reply = key, params, reply


def expect(
    condition: object,
    key: str,
    reply: Reply | None = None,
    *,
    crash: str = "server_error",
    **params: object,
) -> None:
    """Fail the check with the message ``key`` unless ``condition`` holds.

    ``params`` fill the message's placeholders and three lines that every failure shows: ``did``
    (what was done), ``expected`` and ``got``. ``did`` and ``got`` come from ``reply`` unless they
    are given. They are data (a status, JSON, SQL), never sentences: they are shown in all
    languages. A ``reply`` with a status of 500 or more fails with ``crash`` in place of ``key``,
    unless what Python said has a key of its own.
    """
    if condition:
        return
    told = {name: shown(value) for name, value in params.items()}
    if reply is not None:
        told = {"did": shorten(reply.did), "got": came(reply), **told}
        if reply.status >= 500:
            key = crash_key(reply, crash)
    raise Unexpected(key, told, reply)


def crash_key(reply: Reply, key: str = "server_error") -> str:
    """The message key of a crash: ``key`` guesses the cause, what Python said may tell it."""
    if reply.error.startswith(("NameError:", "UnboundLocalError:")):
        return "name_unknown"
    if key == "server_error" and reply.error.startswith("ResponseValidationError:"):
        return "answer_unreadable"
    return key


def came(reply: Reply) -> str:
    """An answer in one line: ``200 null``, ``500 NoResultFound: No row was found``."""
    return shorten(f"{reply.status} {reply.error or reply.text}".strip())


def shown(value: object) -> str:
    """A value in one line: text as it is, anything else as JSON."""
    if isinstance(value, str):
        return shorten(value)
    return shorten(json.dumps(value, ensure_ascii=False, default=str))


def shorten(text: str, longest: int = LONGEST) -> str:
    """The text in one line of at most ``longest`` characters."""
    whole = text.encode(errors="replace").decode()  # JSON can hold half a character: "\ud800"
    line = " ".join(whole.split())
    return line if len(line) <= longest else line[: longest - 1] + "…"
