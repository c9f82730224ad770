"""A verdict in words: what was done, what was expected, what came, what usually causes it."""

from __future__ import annotations

from dataclasses import dataclass

from rich.console import Console

from setu.catalog import Exercise
from setu.checks.expect import shorten
from setu.checks.subject import Frame
from setu.checks.verdict import CheckResult, Status, Verdict, error_of, outcome_key
from setu.errors import SetuError
from setu.exercises.frames import fold_frames
from setu.exercises.wrapping import wrap
from setu.i18n import Words, read_messages
from setu.printable import printable

SHOWN_OUTPUT = 20
"""Lines of the learner's own output that are shown, the last ones."""
LONGEST_LINE = 200
"""Characters of such a line that are shown."""
SHORT = 80
"""Characters that tell of each failure after the first."""
SHOWN_PLACES = 3
"""Lines of the learner's code that are shown, the innermost ones."""
SIGNS = {"pass": "✓", "fail": "✗", "skip": "–"}
STYLES = {"pass": "green", "fail": "red", "skip": "dim"}
PICTURES = {code: 0x2400 + code for code in range(32) if chr(code) not in "\t\n"} | {127: 0x2421}
"""A sign to see for each control character, which would command the terminal: ``␛``."""


@dataclass(frozen=True)
class Line:
    """``whole``: a place or something that the learner's code printed, never broken by us."""

    text: str
    style: str = ""
    whole: bool = False


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
    """Print lines; ``plain`` without colours. In a terminal they are broken at spaces."""
    console = Console(highlight=False, soft_wrap=True, no_color=plain or None)
    for line in lines:
        text = printable(line.text.translate(PICTURES))
        broken = console.is_terminal and not line.whole
        for part in wrap(text, console.width) if broken else [text]:
            console.print(part, style=None if plain else line.style or None, markup=False)


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
        lines += _failure(failing[0], verdict, words, plain=plain)
    if verdict["outcome"] in ("passed", "failed"):
        lines += _places(_own(verdict, exercise), words)
        lines += _others(verdict, failing[:1], words, plain=plain)
    return lines + _printed(verdict["log"], words)


def _ended(verdict: Verdict, exercise: Exercise, words: Words) -> list[Line]:
    key = outcome_key(verdict)
    lines = [Line(words.text(key), "bold red")]
    if error := error_of(verdict):
        lines.append(Line(f"  {error}"))
    places = _own(verdict, exercise)
    if key != "start_error_table":  # the place where all tables are made comes ready
        places += [frame for frame in verdict["frames"][-1:] if frame not in places]
    return lines + _places(places, words)


def _failure(check: CheckResult, verdict: Verdict, words: Words, *, plain: bool) -> list[Line]:
    lines = [Line(""), _named(check, words, plain=plain)]
    for name in ("did", "expected", "got"):
        if value := check["params"].get(name):
            lines.append(Line(f"  {words.text(f'verdict_{name}')}: {value}"))
    if (key := check["key"]) and key != verdict["outcome"]:  # or it would be said twice
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
    return [Line("  " + words.text("verdict_place", **frame), "cyan", True) for frame in shown]


def _printed(log: str, words: Words) -> list[Line]:
    """The end of what the learner's code printed."""
    if not log.strip():
        return []
    printed = list(fold_frames(log.strip("\n").splitlines()))
    shown = [
        line if len(line) <= LONGEST_LINE else f"{line[: LONGEST_LINE - 1]}…"
        for line in printed[-SHOWN_OUTPUT:]
    ]
    head = "verdict_output" if shown == printed else "verdict_output_shortened"
    return [
        Line(""),
        Line(words.text(head), "bold"),
        *(Line(f"  {line}", "dim", True) for line in shown),
    ]


def _others(verdict: Verdict, told: list[CheckResult], words: Words, *, plain: bool) -> list[Line]:
    lines = [Line("")]
    if passed := [_name(check, words) for check in verdict["checks"] if check["status"] == "pass"]:
        lines.append(Line(_signed("pass", ", ".join(passed), words, plain=plain), STYLES["pass"]))
    waiting: dict[str, list[str]] = {}
    for check in verdict["checks"]:
        if check["status"] == "skip" and (first := check["params"].get("needs")):
            waiting.setdefault(first, []).append(check["id"])
        elif check["status"] != "pass" and check not in told:
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
    return Line(_signed(status, _name(check, words), words, plain=plain), STYLES[status])


def _name(check: CheckResult, words: Words) -> str:
    return check["id"] + (f" ({words.text('check_advisory')})" if check["advisory"] else "")


def _signed(status: Status, text: str, words: Words, *, plain: bool) -> str:
    return f"{words.text(f'check_{status}')}: {text}" if plain else f"{SIGNS[status]} {text}"
