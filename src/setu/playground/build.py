"""The playground's files for the site: scripts, Python, data.

All but one lie in a folder that is named by its content.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from setu.catalog import load_catalog
from setu.i18n import LANGUAGES
from setu.playground.archive import SOURCE, make_archives, run_node, settle
from setu.playground.data import data_files, start_words

PLACE = "assets/playground"
PYODIDE = ("pyodide.mjs", "pyodide.asm.mjs", "pyodide.asm.wasm")
"""What the worker loads of the npm package; the standard library is one of its own."""
COUNTED = ("pyodide.asm.wasm", "python_stdlib.zip", "packages.zst", "course.zst")
"""What the page shows progress of while it loads."""
MADE_OF = ("playground", "chapters", "exercises", "notebooks/en", "uv.lock", "package-lock.json")
CODE = {".py", ".ts", ".css", ".mjs", ".toml", ".ini", ".mako", ".ipynb", ".lock", ".json"}


def folder(root: Path) -> Path:
    """Where the playground lies as its sources are now, if it could be made."""
    return root / ".cache" / "playground" / f"site-{_stamp(root)}"


def make(root: Path) -> Path | None:
    """The folder with ``assets/playground/``; made anew if something of it has changed.

    ``None`` for a course that has no playground. Raises ``SetuError`` if it cannot be made: a
    version that is not the locked one, a package that could not be fetched, a broken script.
    """
    if not (root / "playground").is_dir():
        return None
    made = folder(root)
    if not made.is_dir():
        made.parent.mkdir(parents=True, exist_ok=True)
        with TemporaryDirectory(dir=made.parent) as scratch:
            _write(root, Path(scratch), Path(scratch, "site", PLACE))
            settle(Path(scratch, "site"), made)
    return made


def put(made: Path, site: Path) -> None:
    """Replace the playground of a built site by the one in ``made``."""
    mark = site / PLACE / "made"
    if mark.is_file() and mark.read_text(encoding="utf-8") == made.name:
        return
    shutil.rmtree(site / PLACE, ignore_errors=True)
    shutil.copytree(made / PLACE, site / PLACE)
    mark.write_text(made.name, encoding="utf-8")


def _write(root: Path, scratch: Path, place: Path) -> None:
    bundle = scratch / "bundle"
    run_node(str(root / "playground" / "build.mjs"), str(bundle))
    whole = bundle / "whole"
    for path in make_archives(root):
        shutil.copy(path, whole)
    for name in PYODIDE:
        shutil.copy(root / "node_modules" / "pyodide" / name, whole)
    for name, content in data_files(load_catalog(root)).items():
        (whole / name).parent.mkdir(exist_ok=True)
        (whole / name).write_bytes(content)
    sizes = {name: _sizes(whole / name) for name in COUNTED}
    _fill(whole / "worker.js", "sizes", sizes)
    digest = hashlib.sha256()
    paths = [path for path in sorted(whole.rglob("*")) if path.is_file()]
    names = [path.relative_to(whole).as_posix() for path in paths]
    for name, path in zip(names, paths, strict=True):
        digest.update(f"{name}\0".encode())
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    (whole / "files.json").write_text(json.dumps(names), encoding="utf-8")
    name = digest.hexdigest()[:16]
    others = [*PYODIDE[:2], "worker.js"]
    sent = sum(sent for _, sent in [*sizes.values(), *(_sizes(whole / each) for each in others)])
    _fill(bundle / "start.js", "folder", name)
    _fill(bundle / "start.js", "megabytes", str(round(sent / 1e6)))
    _fill(bundle / "start.js", "words", {lang: start_words(lang) for lang in LANGUAGES})
    place.mkdir(parents=True)
    whole.rename(place / name)
    shutil.copy(bundle / "start.js", place)


def _sizes(path: Path) -> tuple[int, int]:
    """Of a file its size and its size as a host sends it that compresses with gzip."""
    content = path.read_bytes()
    packed = path.suffix in {".zip", ".zst"}
    return len(content), len(content) if packed else len(gzip.compress(content, 6, mtime=0))


def _fill(path: Path, name: str, value: object) -> None:
    """Put into a script what only the whole build knows."""
    text = path.read_text(encoding="utf-8")
    path.write_text(
        re.sub(f'["`]@{name}@["`]', lambda _: json.dumps(value, ensure_ascii=False), text),
        encoding="utf-8",
    )


def _stamp(root: Path) -> str:
    digest = hashlib.sha256()
    for source in (*(root / name for name in MADE_OF), SOURCE / "setu"):
        for path in _files(source):
            found = path.stat()
            digest.update(f"{path}\0{found.st_size}\0{found.st_mtime_ns}\n".encode())
    return digest.hexdigest()[:16]


def _files(source: Path) -> Iterator[Path]:
    paths = [source] if source.is_file() else sorted(source.rglob("*"))
    return (path for path in paths if path.suffix in CODE and "__pycache__" not in path.parts)
