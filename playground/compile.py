"""Byte-code of the standard library and of the packages; runs in Pyodide, see ``compile.mjs``."""

import json
import sys
from compression import zstd

STARTED = {name.partition(".")[0] for name in sys.modules}
"""What Python has imported when it can unpack an archive."""

import ast
import importlib.util
import marshal
import zipfile
from pathlib import Path

HEADER = importlib.util.MAGIC_NUMBER + bytes(12)
LEVEL = 19
READS_DOCSTRINGS = ("email/",)
"""Modules that put the docstrings of others together."""


class ShortDocstrings(ast.NodeTransformer):
    """Of each docstring its first line. Assertions stay: FastAPI speaks by them."""

    def _short(self, node):
        self.generic_visit(node)
        first = node.body[0] if node.body else None
        if (
            isinstance(first, ast.Expr)
            and isinstance(first.value, ast.Constant)
            and isinstance(first.value.value, str)
        ):
            first.value.value = first.value.value.strip().split("\n")[0]
        return node

    visit_Module = visit_ClassDef = visit_FunctionDef = visit_AsyncFunctionDef = _short


def compiled(source: bytes, filename: str, *, whole: bool = False) -> bytes:
    tree = ast.parse(source, filename)
    if not whole:
        ShortDocstrings().visit(tree)
    return HEADER + marshal.dumps(compile(tree, filename, "exec", dont_inherit=True))


def standard_library(job: dict) -> tuple[dict[str, bytes], dict[str, bytes]]:
    """The top-level modules and packages that the start needs, and the rest."""
    start, rest = {}, {}
    with zipfile.ZipFile("/stdlib.zip") as old:
        for name in old.namelist():
            if name.endswith("/") or name.startswith(tuple(job["stdlib"])):
                continue
            content = old.read(name)
            place = name
            if name.endswith(".py"):
                whole = name.startswith(READS_DOCSTRINGS)
                content = compiled(content, f"/lib/python314.zip/{name}", whole=whole)
                place = f"{name}c"
            top = name.partition("/")[0].removesuffix(".py")
            chosen = start if top in STARTED else rest
            chosen[place] = content
    return start, rest


def packages(job: dict) -> dict[str, bytes]:
    found = {}
    for place in job["files"]:
        content, name = Path("/packages", place).read_bytes(), place
        if place.endswith(".py") and place not in job["source"]:
            content = compiled(content, f"/lib/python3.14/site-packages/{place}")
            name += "c"
        elif place.endswith("/METADATA"):
            content = content.split(b"\n\n", 1)[0]
        found[name] = content
    return found


def archive(files: dict[str, bytes]) -> bytes:
    """Four bytes with the length of a JSON list ``[[path, size], …]``, the list, the contents."""
    index = json.dumps([[name, len(content)] for name, content in files.items()]).encode()
    plain = len(index).to_bytes(4, "little") + index + b"".join(files.values())
    options = {
        zstd.CompressionParameter.compression_level: LEVEL,
        zstd.CompressionParameter.window_log: 24,
        zstd.CompressionParameter.enable_long_distance_matching: 1,
        zstd.CompressionParameter.checksum_flag: 1,
    }
    return zstd.compress(plain, options=options)


job = json.loads(Path("/job.json").read_text())
files = packages(job)
if job["stdlib"] is not None:
    start, rest = standard_library(job)
    files |= rest
    with zipfile.ZipFile("/out/python_stdlib.zip", "w") as new:
        for name, content in sorted(start.items()):
            place = zipfile.ZipInfo(name, (2026, 1, 1, 0, 0, 0))
            new.writestr(place, content, zipfile.ZIP_DEFLATED, 9)
Path("/out", f"{job['name']}.zst").write_bytes(archive(dict(sorted(files.items()))))
