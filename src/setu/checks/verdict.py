"""The verdict: what came of one run of an exercise's checks, as data without words."""

from __future__ import annotations

import platform
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal, NotRequired, TypedDict

from setu.checks.subject import Frame

Status = Literal["pass", "fail", "skip"]
Outcome = Literal[
    "passed",
    "failed",
    "import_error",
    "start_error",
    "time_limit",
    "memory_limit",
    "checker_fault",
]


@dataclass(frozen=True)
class Declared:
    """A check as ``exercise.toml`` declares it."""

    id: str
    points: int
    advisory: bool = False
    needs: tuple[str, ...] = ()
    """Checks that have to pass before this one is tried."""


@dataclass(frozen=True)
class Result:
    """What came of one check. ``fault``: the check itself is broken, not the app.

    ``params`` of a check that was not tried name the one that comes first: ``{"needs": "route"}``.
    """

    id: str
    status: Status
    key: str | None = None
    params: dict[str, str] = field(default_factory=dict)
    frames: tuple[Frame, ...] = ()
    fault: bool = False


class CheckResult(TypedDict):
    """One entry of a verdict's ``checks``; ``key`` is null unless it failed.

    ``params`` of a check that another kept from being tried: ``{"needs": "route"}``.
    """

    id: str
    status: Status
    points: int
    advisory: bool
    key: str | None
    params: dict[str, str]


class Verdict(TypedDict):
    """Schema 1. ``error``: what Python said last, where the outcome is not about the checks."""

    schema: Literal[1]
    exercise: str
    outcome: Outcome
    passed: bool
    score: int
    max_score: int
    checks: list[CheckResult]
    frames: list[Frame]
    error: NotRequired[str]
    log: str
    seed: int
    versions: dict[str, str]


def judge(  # noqa: PLR0913  (the parts of a verdict)
    exercise: str,
    declared: Sequence[Declared],
    results: Sequence[Result],
    *,
    seed: int,
    outcome: Outcome | None = None,
    error: str = "",
    frames: Sequence[Frame] = (),
    log: str = "",
) -> Verdict:
    """The verdict on a run: ``outcome`` follows from the results unless something else ended it.

    A check without a result is skipped. Only checks that are not advisory count.
    """
    by_id = {result.id: result for result in results}
    checks: list[CheckResult] = []
    for check in declared:
        result = by_id.get(check.id, Result(check.id, "skip"))
        checks.append(
            {
                "id": check.id,
                "status": result.status,
                "points": check.points,
                "advisory": check.advisory,
                "key": result.key,
                "params": result.params,
            }
        )
    counted = [check for check in checks if not check["advisory"]]
    if outcome is None:
        if any(result.fault for result in results):
            outcome = "checker_fault"
        else:
            passed = all(check["status"] == "pass" for check in counted)
            outcome = "passed" if passed else "failed"
    failing = [by_id[check["id"]] for check in checks if check["status"] == "fail"]
    verdict: Verdict = {
        "schema": 1,
        "exercise": exercise,
        "outcome": outcome,
        "passed": outcome == "passed",
        "score": sum(check["points"] for check in counted if check["status"] == "pass"),
        "max_score": sum(check["points"] for check in counted),
        "checks": checks,
        "frames": list(frames or (failing[0].frames if failing else ())),
        "log": log,
        "seed": seed,
        "versions": {"python": platform.python_version()},
    }
    if error:
        verdict["error"] = error
    return verdict


UNFINISHED_CODE = (
    "SyntaxError",
    "IndentationError",
    "TabError",
    "ImportError",
    "ModuleNotFoundError",
    "NameError",
)
"""Errors at import whose line is the place to look."""
NOT_UTF_8 = re.compile(
    r"(SyntaxError|ValueError): (\(unicode error\) 'utf-8' codec|source code .*null bytes)"
)
NO_APP = "AttributeError: module 'app.main' has no attribute 'app'"


def outcome_key(verdict: Verdict) -> str:
    """The message key for how a run ended: the outcome, or what its error says more exactly.

    The page chooses likewise, in ``playground/src/verdict.ts``.
    """
    outcome, error = verdict["outcome"], verdict.get("error", "")
    if outcome == "import_error":
        return _import_key(error)
    if outcome == "start_error" and "CREATE TABLE" in error:
        return "start_error_table"
    if outcome == "time_limit" and all(check["status"] == "skip" for check in verdict["checks"]):
        return "time_limit_start"
    return outcome


def error_of(verdict: Verdict) -> str:
    """What ended the run, or else what broke the first check that is at fault itself."""
    broken = (
        f"{check['id']}: {check['params'].get('error', '')}"
        for check in verdict["checks"]
        if check["key"] == "checker_fault"
    )
    return verdict.get("error") or next(broken, "")


def _import_key(error: str) -> str:
    if NOT_UTF_8.match(error):
        return "import_error_encoding"
    if error.startswith(NO_APP):
        return "import_error_no_app"
    raised = re.match(r"([\w.]+)(:|$)", error)
    return "import_error_raised" if raised and raised[1] not in UNFINISHED_CODE else "import_error"


def first_failure(verdict: Verdict) -> str | None:
    """The message key that explains the verdict: of the first failing check, else the outcome."""
    if verdict["outcome"] not in ("passed", "failed"):
        return verdict["outcome"]
    failing = [check["key"] for check in verdict["checks"] if check["status"] == "fail"]
    return failing[0] if failing else None
