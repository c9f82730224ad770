"""The site's own files that are no pages, and the addresses under which pages ask for them."""

from __future__ import annotations

import hashlib
import html
import json
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import material  # type: ignore[import-untyped]
from jinja2 import Environment, FileSystemLoader

from setu.i18n import LANGUAGES
from setu.language.glossary import Glossary
from setu.site.words import site_words

WORKER = "sw.js"
"""The service worker lies at the site's root: it serves what is at its side and below."""
BEFORE = "assets/js/before.js"
"""The script that gives Material's script what its pages carry otherwise."""
PROGRESS = "assets/js/progress.js"
THEME = Path(__file__).with_name("theme")
ENGLISH = "en"
SAID = (
    "clipboard.copied",
    "clipboard.copy",
    "search.result.more.one",
    "search.result.more.other",
    "search.result.none",
    "search.result.one",
    "search.result.other",
    "search.result.placeholder",
    "search.result.term.missing",
    "select.version",
)


def own(root: Path, features: Sequence[str]) -> dict[str, bytes]:
    """``docs/assets`` by place in the site; ``features`` are those of the theme."""
    folder = root / "docs" / "assets"
    found = {
        f"assets/{path.relative_to(folder).as_posix()}": path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }
    found[WORKER] = found.pop(f"assets/js/{WORKER}")
    _fill(found, BEFORE, "words", material_words())
    _fill(found, BEFORE, "features", features)
    _fill(found, PROGRESS, "words", progress_words())
    permalinks = {lang: site_words(lang).text("permalink") for lang in LANGUAGES}
    _fill(found, "assets/js/setu.js", "permalink", permalinks)
    return found


def _fill(files: dict[str, bytes], place: str, name: str, value: object) -> None:
    """Put into a script what only the build knows."""
    if script := files.get(place):
        said = json.dumps(value, ensure_ascii=False)
        files[place] = script.replace(f'"@{name}@"'.encode(), said.encode())


def progress_words() -> dict[str, dict[str, str]]:
    """By language what progress.js says."""
    return {
        lang: {
            "read": words.text("state_read"),
            "begun": words.text("state_begun"),
            "passed": words.text("state_passed"),
            "failed": words.text("state_failed"),
            "new": words.text("state_new"),
            "progress": words.text("progress", done="{done}", all="{all}"),
            "solved": words.text("solved", done="{done}", all="{all}"),
        }
        for lang in LANGUAGES
        for words in [site_words(lang)]
    }


@cache
def material_words() -> dict[str, dict[str, str]]:
    """By language what Material's script says; a page would carry it otherwise."""
    folders = [THEME, Path(material.__file__).parent / "templates"]
    environment = Environment(loader=FileSystemLoader(folders), autoescape=True)
    found = {}
    for lang in LANGUAGES:
        own, general = (
            environment.get_template(f"partials/languages/{name}.html").module
            for name in (lang, ENGLISH)
        )
        found[lang] = {key: _word(own, key) or _word(general, key) for key in SAID}
    return found


def _word(language: Any, key: str) -> str:
    word = html.unescape(str(language.t(key)))
    return "" if word == "None" else word


def terms(glossary: Glossary, lang: str) -> tuple[str, bytes]:
    """The explanations of all terms by key, as a script: its place below the language's home.

    A page that carried those of its terms would be longer by them each time.
    """
    said = {term.key: getattr(term.explain, lang) for term in glossary}
    content = f"setuTerms={json.dumps(said, ensure_ascii=False)}".encode()
    return f"style/terms.{hashlib.sha256(content).hexdigest()[:8]}.js", content


def addresses(files: Mapping[str, bytes]) -> dict[str, str]:
    """Place → place with a hash behind it, for scripts and styles.

    The service worker keeps such a file for good: its address changes with its content.
    """
    return {
        place: f"{place}?{hashlib.sha256(content).hexdigest()[:8]}"
        for place, content in files.items()
        if place.endswith((".css", ".js"))
    }
