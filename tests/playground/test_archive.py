"""The archives hold the locked packages, as byte-code that Pyodide's Python imports."""

from __future__ import annotations

import json
import shutil
from importlib import metadata
from pathlib import Path

import pytest

from setu.errors import SetuError
from setu.playground import archive

ROOT = Path(__file__).resolve().parents[2]
needs_pyodide = pytest.mark.skipif(
    not (ROOT / "node_modules/pyodide").is_dir(), reason="uv run setu build fetches Pyodide"
)
IMPORTS = """
import importlib, json, sys
from importlib import metadata
from setu_page import bridge

names = "fastapi sqlalchemy.orm sqlalchemy.dialects.mysql alembic.command httpx2 pytest pdb"
for name in names.split():
    importlib.import_module(name)
from alembic.config import Config
from pathlib import Path
import alembic, anyio, fastapi, pydantic
assert list(Path(alembic.__file__).parent.glob("templates/async/*.mako"))
assert fastapi.FastAPI.get.__doc__ and sys.version_info >= (3, 14)
try:
    assert False
except AssertionError:
    print(json.dumps({name: metadata.version(name) for name in names_asked}))
"""


@needs_pyodide
def test_the_packages_of_the_page_are_those_of_the_lock(tmp_path: Path) -> None:
    script = tmp_path / "imports.py"
    names = [*archive.PACKAGES, *archive.WHEELS]
    script.write_text(f"names_asked = {names}\n{IMPORTS}", encoding="utf-8")
    paths = map(str, archive.make_archives(ROOT))
    node = str(ROOT / "playground/node.mjs")
    said = archive.run_node(node, *paths, str(script))
    lock = {each["name"]: each.get("version") for each in archive._lock(ROOT)["package"]}
    assert json.loads(said) == {name: lock[name] for name in names}


def test_another_version_than_the_lock_has_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    real = metadata.version
    monkeypatch.setattr(
        metadata, "version", lambda name: "0.1" if name == "starlette" else real(name)
    )
    with pytest.raises(SetuError) as caught:
        archive.make_archives(ROOT)
    assert caught.value.key == "playground_other_version"
    assert caught.value.params["package"] == "starlette"


def test_a_lock_without_a_wheel_for_pyodide_is_named(tmp_path: Path) -> None:
    lock = (ROOT / "uv.lock").read_text(encoding="utf-8")
    gone = lock.replace(archive.WHEELS["pydantic-core"], "-cp399-cp399-other.whl")
    (tmp_path / "uv.lock").write_text(gone, encoding="utf-8")
    with pytest.raises(SetuError) as caught:
        archive.make_archives(tmp_path)
    assert caught.value.key == "playground_no_wheel"
    assert caught.value.params["package"] == "pydantic-core"


def test_a_wheel_with_another_hash_is_not_used(tmp_path: Path) -> None:
    lock = next(each for each in archive._lock(ROOT)["package"] if each["name"] == "httpx2-jsfetch")
    other = tmp_path / lock["wheels"][0]["url"].rpartition("/")[2]
    other.write_bytes(b"PK something else")
    lock["wheels"][0]["url"] = other.as_uri()
    with pytest.raises(SetuError) as caught:
        archive._unpacked(tmp_path, lock)
    assert caught.value.params["detail"] == "sha256"
    assert not list((tmp_path / ".cache").rglob("*.py"))


def test_a_folder_made_twice_at_once_is_kept_and_old_ones_go(tmp_path: Path) -> None:
    for name in ("a", "b", "c", "d", "d"):
        made = tmp_path / "made"
        (made / "in").mkdir(parents=True)
        archive.settle(made, tmp_path / f"site-{name}")
        shutil.rmtree(made, ignore_errors=True)
    assert len(list(tmp_path.glob("site-*"))) == archive.KEPT
    assert (tmp_path / "site-d" / "in").is_dir()
