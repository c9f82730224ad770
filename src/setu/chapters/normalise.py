"""What differs from run to run and machine to machine, taken out of recorded output.

The one list for demos and labs: both the stored and the new output have gone through it.
"""

from __future__ import annotations

import hashlib
import re
import sysconfig
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Replacement:
    """One kind of text that is never twice the same, and what stands in its place."""

    pattern: re.Pattern[str]
    text: str
    reason: str


def _replacement(pattern: str, text: str, reason: str) -> Replacement:
    return Replacement(re.compile(pattern, re.MULTILINE), text, reason)


REPLACEMENTS = (
    _replacement(r"\x1b\[[0-9;?]*[A-Za-z]", "", "colours: some programs ignore NO_COLOR"),
    _replacement(r"\r\n?", "\n", "Windows ends its lines in two characters"),
    _replacement(r"[ \t]+$", "", "SQLAlchemy leaves blanks at line ends, editors remove them"),
    _replacement(r"\b\d+\.\d+(?:e-\d+)? ?(s|ms|µs|seconds)\b", r"… \1", "durations"),
    _replacement(
        r"^((?:.*Create Date: )|)\d{4}-\d\d-\d\d \d\d:\d\d:\d\d[.,]\d+",
        r"\1…",
        "the time at which Alembic wrote a file, or at which a line was logged",
    ),
    _replacement(r"\b0x[0-9a-fA-F]{4,}\b", "0x…", "where an object lies in memory"),
    _replacement(r"\b[0-9a-f]{32,}\b", "…", "salts and hashes are new with every password"),
    _replacement(r"\bprocess \[\d+\]", "process […]", "uvicorn names its process id"),
    _replacement(r"\bthread id \d+", "thread id …", "sqlite3 names the ids of threads"),
    _replacement(r"\bThread-\d+( \(\w+\))?", "Thread-…", "aiosqlite starts a thread a connection"),
    _replacement(
        r"\b(127\.0\.0\.1|localhost):(?!(?:8000|5432|3306)\b)\d+",
        r"\1:…",
        "ports that the system hands out; the well-known ones stay",
    ),
    _replacement(
        r"^\S*[/\\](?:site|dist)-packages[/\\](\w+)\S*:\d+: (\w+Warning: .*)(?:\n {2}\S.*)?$",
        r"\1: \2",
        "a warning from a library's own code names its path and line",
    ),
    _replacement(
        r"\S*[/\\]ipykernel_\d+[/\\]\d+\.py:(\d+)",
        r"cell:\1",
        "Jupyter names a cell's code after its own process",
    ),
    _replacement(
        r"^<?sys>?:\d+: RuntimeWarning: coroutine .* was never awaited\n?"
        r"(?:RuntimeWarning: Enable tracemalloc .*\n?)?",
        "",
        "what a failed attribute leaves behind: when it is printed is up to the garbage collector",
    ),
)

_FRAME = re.compile(r'^(?P<edge>[ |]*)  File "(?P<file>[^"]+)", line \d+, in (?P<name>.+)$')
_REVISION = re.compile(r"(?<![0-9A-Za-z])[0-9a-f]{12}(?![0-9A-Za-z])")
_ZIPPED_STDLIB = re.compile(r".*/python3\d+\.zip/")
_STDLIB = Path(sysconfig.get_path("stdlib")).as_posix()


def normalise(text: str, own: Sequence[Path], revisions: Collection[str] = ()) -> str:
    """``text`` without what changes from run to run.

    ``own``: the learner's folders (the course, the working folder); their paths are shortened and
    their frames stay, the frames of others become one line. ``revisions``: Alembic revision ids
    that are committed and therefore stay; the others become stable ids, the same one for the same.
    """
    folders = sorted({path for folder in own for path in spellings(folder)}, key=len, reverse=True)
    for replacement in REPLACEMENTS:
        text = replacement.pattern.sub(replacement.text, text)
    text = "\n".join(_fold_frames(text.split("\n"), folders))
    for folder in folders:
        text = text.replace(f"{folder}/", "").replace(f"{folder}\\", "").replace(folder, ".")
    text = _name_revisions(text, revisions).strip("\n")
    return f"{text}\n" if text else ""


def spellings(folder: Path) -> set[str]:
    """The ways in which programs write this folder: as it is, resolved, with either slash."""
    return {
        spelling
        for path in (folder, folder.resolve())
        for spelling in (str(path), path.as_posix(), str(path).replace("\\", "\\\\"))
    }


def _fold_frames(lines: Sequence[str], folders: Sequence[str]) -> Iterator[str]:
    """Traceback frames of other people's code as one line, the learner's with one line of source.

    Python versions underline differently and show more or fewer lines of a statement.
    """
    owners: list[str] = []
    edge = ""
    index = 0
    while index < len(lines):
        frame = _FRAME.match(lines[index])
        if frame is None:
            if owners:
                yield edge + folded_frames(owners)
                owners = []
            yield lines[index]
            index += 1
            continue
        edge = frame["edge"]
        end = index + 1
        while end < len(lines) and _belongs_to_frame(lines[end], edge):
            end += 1
        owner = owner_of_frame(frame["file"], frame["name"], folders)
        if owner is None:
            if owners:
                yield edge + folded_frames(owners)
                owners = []
            yield lines[index].replace("\\", "/")
            yield from lines[index + 1 : min(index + 2, end)]
        else:
            owners.append(owner)
        index = end
    if owners:
        yield edge + folded_frames(owners)


def _belongs_to_frame(line: str, edge: str) -> bool:
    return line.startswith((f"{edge}    ", f"{edge}  [Previous line repeated"))


def owner_of_frame(file: str, name: str, folders: Sequence[str]) -> str | None:
    """The package of the frame, ``Python`` for the standard library, ``None`` for one's own."""
    path = file.replace("\\", "/")
    if installed := re.search(r"/(?:site|dist)-packages/(\w+)", path):
        return installed[1]
    if (
        path.startswith(f"{_STDLIB}/")
        or _ZIPPED_STDLIB.match(path)
        or (path.startswith("<") and name != "<module>")
    ):
        return "Python"
    if path.startswith("<frozen"):
        return "Python"
    if any(path.startswith(folder.replace("\\", "/")) for folder in folders):
        return None
    if compiled := re.search(r"(?:^|/)(?:lib|src)/(\w+)/", path):
        return compiled[1]
    return None


def folded_frames(owners: Sequence[str]) -> str:
    """The line that stands for the frames of other people's packages."""
    packages = [name for name in dict.fromkeys(owners) if name != "Python"] or ["Python"]
    return f"  … frames of {', '.join(packages)} …"


def _name_revisions(text: str, kept: Collection[str]) -> str:
    found = dict.fromkeys(each for each in _REVISION.findall(text) if each not in kept)
    names = {each: _stable_revision(index) for index, each in enumerate(found)}
    return _REVISION.sub(lambda match: names.get(match[0], match[0]), text)


def _stable_revision(index: int) -> str:
    return hashlib.sha256(f"revision {index}".encode()).hexdigest()[:12]
