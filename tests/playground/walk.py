"""Runs in Pyodide (Node): walks chapters, labs and exercises through the page's own calls.

``walk.py WHAT``: prints one JSON line for each case. The course is read from ``/course``.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from setu_page import bridge

import setu
import setu.exercises

Json = dict[str, Any]
COURSE = Path("/course")
ROOM = Path("/room")
SUFFIXES = {".py", ".ini", ".mako"}
SEED = 7

# The bank and the catalog are not part of what the page loads.
for package, place in ((setu, "setu"), (setu.exercises, "setu/exercises")):
    package.__path__.append(str(COURSE / "src" / place))

page = bridge.Page(ROOM)
saved: list[Json] = []


def emit(kind: str, first: str, second: Any) -> None:
    if kind == "saved":
        saved.append(
            json.loads(first) | {"files": {name: len(raw) for name, raw in second.items()}}
        )


def call(name: str, given: Json, data: Json | None = None) -> Json:
    """The answer as the page gets it: through JSON."""
    answer: Json = json.loads(json.dumps(page.handle(name, given, data, emit), default=str))
    return answer


def texts(folder: Path) -> dict[str, str]:
    inside = {path: path.relative_to(folder) for path in sorted(folder.rglob("*"))}
    return {
        place.as_posix(): path.read_text(encoding="utf-8")
        for path, place in inside.items()
        if path.suffix in SUFFIXES and place.parts[0] in ("app", "migrations", "alembic.ini")
    }


def chapter(id: str) -> Json:
    return {"files": texts(COURSE / "chapters" / id)}


def scripts() -> Iterator[Json]:
    for id in ("ch02_session", "ch03_models"):
        answer = call("script.run", {"chapter": id, "files": {}}, chapter(id))
        yield {"id": id, **answer}


def apps() -> Iterator[Json]:
    for id in ("ch06_wiring", "ch07_create_read", "ch08_update_delete", "ch13_migrations"):
        if id == "ch13_migrations":
            given: Json = {"chapter": id, "files": {}, "command": "upgrade head"}
            call("alembic.run", given, chapter(id))
        started = call("app.start", {"chapter": id, "files": {}}, chapter(id))
        listed = ask(id, "GET", "/users")
        wrong = ask(id, "GET", "/nothing")
        yield {"id": id, "started": started, "listed": listed, "wrong": wrong}


def ask(id: str, method: str, path: str, body: Any = None) -> Json:
    given: Json = {
        "chapter": id,
        "method": method,
        "path": path,
        "headers": {} if body is None else {"Content-Type": "application/json"},
        "body": None if body is None else json.dumps(body),
    }
    return call("app.request", given, chapter(id))


def labs() -> Iterator[Json]:
    from setu.labs.outputs import normalise_outputs

    for path in sorted(COURSE.glob("notebooks/en/*.ipynb")):
        id = path.stem
        revisions = {file.name[:12] for file in (COURSE / "chapters" / id).glob("**/versions/*.py")}
        folders = [ROOM / "course" / "notebooks" / id, ROOM / "course"]
        for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]:
            if cell["cell_type"] != "code" or "not-in-browser" in cell["metadata"].get("tags", []):
                continue
            given = {"lab": id, "cell": cell["id"], "code": "".join(cell["source"])}
            answer = call("lab.run", given, chapter(id))
            got = normalise_outputs(answer["outputs"], folders, revisions)
            yield {
                "lab": id,
                "cell": cell["id"],
                "got": comparable(got),
                "wanted": comparable(cell["outputs"]),
            }


def comparable(outputs: list[Json]) -> dict[str, str]:
    """The text of each output by kind: Jupyter and the page may take up the streams in turn."""
    found: dict[str, str] = {}
    for output in outputs:
        kind = str(output.get("name", output["output_type"]))
        lines = output.get("text") or output.get("traceback") or output["data"]["text/plain"]
        joined = "\n".join(lines) if "traceback" in output else "".join(lines)
        found[kind] = found.get(kind, "") + _sorted_parameters(joined)
    return found


def _sorted_parameters(text: str) -> str:
    """SQLAlchemy lists parameters in the order of a set, another one where hashes have 32 bits."""

    def in_order(match: re.Match[str]) -> str:
        return "[parameters: [{" + ", ".join(sorted(match[1].split(", "))) + "}]]"

    return re.sub(r"\[parameters: \[\{(.*)\}\]\]", in_order, text)


def exercises(*, whole: bool) -> Iterator[Json]:
    """Starter, solution, and one mistake of each; ``whole``: variants and all mistakes too."""
    from setu.catalog import load_catalog
    from setu.checks.verdict import first_failure
    from setu.exercises.bank import mistakes_of, solution_files, variants_of

    for exercise in load_catalog(COURSE).exercises:
        starter, solution = texts(exercise.folder / "starter"), solution_files(exercise)
        data = {
            "declared": [check.model_dump() for check in exercise.checks],
            "checks": (exercise.folder / "checks.py").read_text(encoding="utf-8"),
            "starter": starter,
        }
        cases: list[tuple[str, dict[str, str], str | None]] = [
            ("starter", {}, exercise.first_failure),
            ("solution", solution, None),
        ]
        if whole:
            for variant in variants_of(exercise):
                cases.append((f"variant {variant.name}", {**solution, **texts(variant)}, None))
        bank = [each for each in mistakes_of(exercise) if not each.needs_threads]
        for mistake in bank[: None if whole else 1]:
            source = {**starter, **solution}[mistake.file]
            wrong = {**solution, mistake.file: source.replace(mistake.old, mistake.new)}
            cases.append((mistake.id, wrong, mistake.key))
        for name, files, key in cases:
            given = {"exercise": exercise.id, "files": files, "seed": SEED}
            answer = call("exercise.check", given, data)
            verdict = answer["verdict"]
            yield {
                "case": f"{exercise.id} {name}",
                "wanted": key,
                "got": first_failure(verdict),
                "verdict": verdict,
            }


def alembic() -> Iterator[Json]:
    id = "ch13_migrations"
    files = chapter(id)["files"]
    changed = files["app/models.py"].replace(
        "    stock_quantity:",
        "    origin: Mapped[str | None] = mapped_column(String(50))\n    stock_quantity:",
    )
    mine: dict[str, str] = {}
    for command in (
        "upgrade head",
        "current",
        "check",
        'revision --autogenerate --rev-id 0005 -m "add origin"',
        "upgrade head",
        "check",
        "downgrade -1",
        "history",
        "stamp head",
        "nonsense",
        'revision -m "open',
    ):
        if command.startswith("check"):
            mine["app/models.py"] = changed
        given = {"chapter": id, "files": mine, "command": command}
        answer = call("alembic.run", given, {"files": files})
        mine.update({path: text for path, text in answer["files"].items() if text is not None})
        tables = call("tables", {"space": {"kind": "chapter", "id": id}})
        yield {"command": command, **answer, "tables": tables["tables"]}


WALKS = {
    "scripts": scripts,
    "apps": apps,
    "labs": labs,
    "exercises": lambda: exercises(whole=False),
    "bank": lambda: exercises(whole=True),
    "alembic": alembic,
}

if __name__ == "__main__":
    for told in WALKS[sys.argv[1]]():
        print(json.dumps(told), flush=True)
