"""What an app says of itself in ``/openapi.json``, whatever shape its answer has."""

from __future__ import annotations

from typing import Any

from setu.checks.subject import Reply


def operations(reply: Reply) -> dict[str, Any]:
    """``{"GET /users/{user_id}": {…}}``: the documented routes; empty for an odd answer."""
    paths = reply.at("paths")
    if not isinstance(paths, dict):
        return {}
    return {
        f"{method.upper()} {path}": operation
        for path, methods in paths.items()
        if isinstance(methods, dict)
        for method, operation in methods.items()
    }


def answer_schema(operation: Any, status: str = "200") -> Any:
    """The JSON schema that a route promises for its answer; ``None`` where it promises none."""
    for key in ("responses", status, "content", "application/json", "schema"):
        operation = operation.get(key) if isinstance(operation, dict) else None
    return operation
