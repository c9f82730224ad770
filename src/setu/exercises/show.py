"""A verdict in words: what was done, what was expected, what came, what usually causes it."""

from __future__ import annotations

from dataclasses import dataclass

from rich.console import Console

from setu.catalog import Exercise
from setu.checks.expect import shorten
from setu.checks.subject import Frame
from setu.checks.verdict import CheckResult, Verdict
from setu.errors import SetuError
from setu.exercises.frames import fold_frames
from setu.i18n import Words, read_messages

SHOWN_OUTPUT = 20
"""Lines of the learner's own output that are shown, the last ones."""
SHORT = 80
"""Characters that tell of each failure after the first."""
SHOWN_PLACES = 3
"""Lines of the learner's code that are shown, the innermost ones."""
SIGNS = {"pass": "✓", "fail": "✗", "skip": "–"}
STYLES = {"pass": "green", "fail": "red", "skip": "dim"}


@dataclass(frozen=True)
class Line:
    text: str
    style: str = ""


def show_verdict(verdict: Verdict, exercise: Exercise, lang: str, *, plain: bool) -> None:
    """Print a verdict: in colour with signs, or (``plain``) in words alone."""
    path = exercise.folder / "messages.toml"
    try:
        words = Words(lang, read_messages(path))
    except FileNotFoundError as error:
        raise SetuError("exercise_file_missing", path=path) from error
    except ValueError as error:
        raise SetuError("malformed_file", path=path, detail=error) from error
    show(verdict_lines(verdict, exercise, words, plain=plain), plain=plain)


def show(lines: list[Line], *, plain: bool) -> None:
    """Print lines; ``plain`` without colours."""
    console = Console(highlight=False, soft_wrap=True, no_color=plain or None)
    for line in lines:
        console.print(line.text, style=None if plain else line.style or None, markup=False)


def verdict_lines(verdict: Verdict, exercise: Exercise, words: Words, *, plain: bool) -> list[Line]:
    """The lines of a verdict; of several failures the first is told in full."""
    counts = {"score": verdict["score"], "max_score": verdict["max_score"]}
    failing = [check for check in verdict["checks"] if check["status"] == "fail"]
    lines = []
    if verdict["outcome"] == "passed":
        lines.append(Line(words.text("verdict_passed", **counts), "bold green"))
    elif verdict["outcome"] == "failed":
        lines.append(Line(words.text("verdict_failed", **counts), "bold red"))
    else:
        lines += _ended(verdict, exercise, words)
    if failing and verdict["outcome"] != "import_error":
        lines += _failure(failing[0], words, plain=plain)
    if verdict["outcome"] in ("passed", "failed"):
        lines += _places(_own(verdict, exercise), words)
        lines += _others(verdict, failing[:1], words, plain=plain)
    if verdict["log"].strip():
        printed = list(fold_frames(verdict["log"].strip("\n").splitlines()))[-SHOWN_OUTPUT:]
        lines += [Line(""), Line(words.text("verdict_output"), "bold")]
        lines += [Line(f"  {line}", "dim") for line in printed]
    return lines


def _ended(verdict: Verdict, exercise: Exercise, words: Words) -> list[Line]:
    lines = [Line(words.text(verdict["outcome"]), "bold red")]
    if error := verdict.get("error"):
        lines.append(Line(f"  {error}"))
    return lines + _places(_own(verdict, exercise) or verdict["frames"], words)


def _failure(check: CheckResult, words: Words, *, plain: bool) -> list[Line]:
    lines = [Line(""), _named(check, words, plain=plain)]
    for name in ("did", "expected", "got"):
        if value := check["params"].get(name):
            lines.append(Line(f"  {words.text(f'verdict_{name}')}: {value}"))
    if key := check["key"]:
        lines.append(Line(f"  {words.text(key, **check['params'])}", "yellow"))
    return lines


def _own(verdict: Verdict, exercise: Exercise) -> list[Frame]:
    """The places in what the learner writes; a route that came ready is no place to look."""
    ready = exercise.folder / "starter"
    return [
        frame
        for frame in verdict["frames"]
        if frame["file"] in exercise.edit or not (ready / frame["file"]).exists()
    ]


def _places(frames: list[Frame], words: Words) -> list[Line]:
    shown = frames[-SHOWN_PLACES:]
    return [Line("  " + words.text("verdict_place", **frame), "cyan") for frame in shown]


def _others(verdict: Verdict, told: list[CheckResult], words: Words, *, plain: bool) -> list[Line]:
    lines = [Line("")]
    waiting: dict[str, list[str]] = {}
    for check in verdict["checks"]:
        if check["status"] == "skip" and (first := check["params"].get("needs")):
            waiting.setdefault(first, []).append(check["id"])
        elif check not in told:
            line = _named(check, words, plain=plain)
            if check["status"] == "fail":
                params = check["params"]
                came = " → ".join(filter(None, (params.get("did"), params.get("got"))))
                line = Line(f"{line.text}  {shorten(came, SHORT)}", line.style)
            lines.append(line)
    for first, ids in waiting.items():
        line = Line(words.text("check_waits", first=first, checks=", ".join(ids)), STYLES["skip"])
        lines.append(line if plain else Line(f"{SIGNS['skip']} {line.text}", line.style))
    return lines


def _named(check: CheckResult, words: Words, *, plain: bool) -> Line:
    status = check["status"]
    sign = f"{words.text(f'check_{status}')}:" if plain else SIGNS[status]
    note = f" ({words.text('check_advisory')})" if check["advisory"] else ""
    return Line(f"{sign} {check['id']}{note}", STYLES[status])
