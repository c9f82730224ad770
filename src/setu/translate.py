"""What state a translation is in: which sections of the English page it follows.

A translated page's front matter holds one short hash per English section by heading id:
``follows: {models: "3f2a91"}``. ``setu translate accept`` writes it.
"""

from __future__ import annotations

import difflib
import hashlib
import re
import subprocess
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from setu import markdown
from setu.errors import SetuError
from setu.i18n import LANGUAGES

SOURCE = "en"
TRANSLATIONS = tuple(lang for lang in LANGUAGES if lang != SOURCE)
HISTORY = 300
"""How many earlier versions of an English page are looked through for a section's old text."""


@dataclass(frozen=True)
class Page:
    """A page or an exercise's text, and where each language has it; a file may be missing."""

    name: str
    files: Mapping[str, Path]


@dataclass(frozen=True)
class State:
    """``behind`` names the English sections that changed after they were translated."""

    kind: Literal["in sync", "behind", "missing"]
    behind: tuple[str, ...] = ()


@dataclass(frozen=True)
class Accepted:
    """One section that was set; ``difference`` is what changed in English, ``None`` if unknown."""

    section: str
    difference: str | None


def section_hash(text: str) -> str:
    """Six hex digits for a section's text; how its lines are broken does not matter."""
    normal = " ".join(unicodedata.normalize("NFC", text).split())
    return hashlib.sha256(normal.encode()).hexdigest()[:6]


def section_hashes(page: str) -> dict[str, str]:
    """The hash of each section of an English page, by heading id."""
    _, body = markdown.front_matter(page)
    return {section.id: section_hash(section.text) for section in markdown.sections(body)}


def state(english: str, translated: str | None) -> State:
    """Compare a translated page's ``follows`` with the English page as it is now."""
    if translated is None:
        return State("missing")
    meta, _ = markdown.front_matter(translated)
    follows = meta.get("follows") or {}
    behind = [key for key, digest in section_hashes(english).items() if follows.get(key) != digest]
    return State("behind", tuple(behind)) if behind else State("in sync")


def all_pages(root: Path) -> list[Page]:
    """Everything that is translated: the pages of ``docs/en`` and the texts of the exercises."""
    docs = root / "docs"
    names = sorted(
        path.relative_to(docs / SOURCE).with_suffix("").as_posix()
        for path in (docs / SOURCE).rglob("*.md")
    )
    exercises = sorted(path.parent for path in (root / "exercises").glob(f"*/{SOURCE}.md"))
    return [
        *(Page(name, {lang: docs / lang / f"{name}.md" for lang in LANGUAGES}) for name in names),
        *(Page(path.name, {lang: path / f"{lang}.md" for lang in LANGUAGES}) for path in exercises),
    ]


def find_page(root: Path, wanted: str) -> Page:
    """The page of this name: ``start``, ``ch07``, ``chapters/ch07_create_read``, an exercise's id.

    Raises ``SetuError`` naming the nearest.
    """
    pages = all_pages(root)
    for page in pages:
        short = page.name.removeprefix("chapters/")
        is_chapter = page.name.startswith("chapters/")
        if wanted in (page.name, short) or (is_chapter and wanted == short[:4]):
            return page
    close = difflib.get_close_matches(wanted, [page.name for page in pages], n=1, cutoff=0.0)
    raise SetuError("unknown_page", id=wanted, nearest=close[0] if close else "")


def accept(root: Path, lang: str, page: Page, wanted: Sequence[str] = ()) -> list[Accepted]:
    """Note that ``lang`` now follows these English sections, or all of them; writes the file.

    Raises ``SetuError`` for a page that ``lang`` lacks and for a section that English lacks.
    """
    path = page.files[lang]
    if not path.exists():
        raise SetuError("no_translation", path=path.relative_to(root))
    translated = path.read_text(encoding="utf-8")
    now = section_hashes(page.files[SOURCE].read_text(encoding="utf-8"))
    for section in wanted:
        if section not in now:
            close = difflib.get_close_matches(section, list(now), n=1, cutoff=0.0)
            raise SetuError("unknown_section", id=section, page=page.name, nearest=close[0])
    meta, _ = markdown.front_matter(translated)
    before: dict[str, str] = meta.get("follows") or {}
    changed = [key for key in wanted or now if before.get(key) != now[key]]
    follows = {key: now[key] if key in changed else before.get(key) for key in now}
    path.write_text(_with_follows(translated, follows), encoding="utf-8", newline="\n")
    return [
        Accepted(key, _difference(root, page.files[SOURCE], key, before.get(key)))
        for key in changed
    ]


def _with_follows(page: str, follows: Mapping[str, str | None]) -> str:
    found = markdown.FRONT_MATTER.match(page)
    head, body = (found["yaml"], page[found.end() :]) if found else ("", page)
    head = re.sub(r"^follows:.*\n(?:[ \t]+.*\n)*", "", head, flags=re.MULTILINE)
    lines = [f'  {key}: "{digest}"\n' for key, digest in follows.items() if digest]
    return f"---\n{head}follows:\n{''.join(lines)}---\n{body}"


def _difference(root: Path, path: Path, section: str, old: str | None) -> str | None:
    new = _section_text(path.read_text(encoding="utf-8"), section)
    before = _earlier(root, path, section, old) if old else ""
    if before is None:
        return None
    lines = difflib.unified_diff(before.splitlines(), new.splitlines(), "then", "now", lineterm="")
    return "\n".join(lines)


def _earlier(root: Path, path: Path, section: str, digest: str) -> str | None:
    name = path.relative_to(root).as_posix()
    for commit in _git(root, "log", f"-{HISTORY}", "--format=%H", "--", name).split():
        text = _section_text(_git(root, "show", f"{commit}:{name}"), section)
        if section_hash(text) == digest:
            return text
    return None


def _section_text(page: str, section: str) -> str:
    _, body = markdown.front_matter(page)
    return next((each.text for each in markdown.sections(body) if each.id == section), "")


def _git(root: Path, *words: str) -> str:
    try:
        done = subprocess.run(
            ["git", *words], cwd=root, capture_output=True, encoding="utf-8", check=False
        )
    except FileNotFoundError:
        return ""
    return done.stdout
