"""The SQL of a request, cell, script or check in the form that the page draws."""

from __future__ import annotations

from typing import Literal, TypedDict

from setu.chapters.sql_events import CATALOG, Sent, listen, open_group, shorten

About = Literal["startup", "shutdown", "request", "run", "check"]

MOST = 2_000
"""Statements of one group that are told; a loop in the reader's code can send any number."""
MOST_PARAMETERS = 20
"""Sets of parameters of one statement that are told."""

__all__ = ["About", "SqlGroup", "group_of", "listen", "open_group"]


class SentTold(TypedDict):
    """``Sent`` of protocol.ts."""

    kind: Literal["statement", "boundary"]
    sql: str
    parameters: list[str]
    rows: int | None
    ms: float
    error: str | None
    catalog: bool


class SqlGroup(TypedDict):
    """``SqlGroup`` of protocol.ts."""

    title: str
    about: About
    sent: list[SentTold]


def group_of(title: str, about: About, group: list[Sent]) -> list[SqlGroup]:
    """What was noted since the group was opened, which is empty now; ``[]`` when it was nothing."""
    sent = [_told(each) for each in group[:MOST]]
    group.clear()
    return [{"title": title, "about": about, "sent": sent}] if sent else []


def _told(sent: Sent) -> SentTold:
    return {
        "kind": sent.kind,
        "sql": sent.sql,
        "parameters": [_shown(each) for each in sent.parameters[:MOST_PARAMETERS] if each],
        "rows": sent.rows,
        "ms": round(max(sent.seconds, 0.0) * 1000, 3),
        "error": sent.error,
        "catalog": CATALOG.search(sent.sql) is not None,
    }


def _shown(parameters: object) -> str:
    try:
        return shorten(parameters)
    except Exception:  # an object of the reader's whose repr fails
        return "…"
