"""Building the site: each language by itself and only if something of it changed."""

from __future__ import annotations

import hashlib
import logging
import os
import shutil
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path

from setu.errors import SetuError
from setu.i18n import LANGUAGES
from setu.one_at_a_time import alone
from setu.playground import build as playground
from setu.site import fonts, install, policy
from setu.site.problems import Problems

SHARED = (
    "chapters",
    "docs/assets",
    "docs/diagrams",
    "docs/glossary.toml",
    "docs/en",
    "exercises",
    "notebooks/en",
    "mkdocs.yml",
    "node_modules/.setu-lock",
    "uv.lock",
)
"""Sources of every language; each has its own ``docs/<lang>`` and ``notebooks/<lang>`` besides."""
PACKAGE = Path(__file__).parents[1]
"""The tool itself: pages are made anew when it changes."""
IGNORED = {"__pycache__", ".pytest_cache", ".mypy_cache", ".ipynb_checkpoints", ".ruff_cache"}
IGNORED_SUFFIXES = {".pyc", ".db", ".db-journal", ".db-wal", ".db-shm"}
MARK = "assets/css/setu.css"
"""A file that every built site has: a folder without it is not overwritten."""

Say = Callable[..., None]


@dataclass
class Outcome:
    """One language's build: what is wrong in its pages, and whether there are pages at all."""

    lang: str
    problems: list[SetuError | str]
    built: bool


class Builder:
    """Keeps the built languages in ``cache`` and builds those that changed, side by side."""

    def __init__(
        self, root: Path, say: Say, *, strict: bool = True, cache: Path | None = None
    ) -> None:
        self.root = root
        self.say = say
        self.strict = strict
        self.cache = cache or root / ".cache" / "site"
        self._pool: ProcessPoolExecutor | None = None
        self._fonts_asked = False

    def folder(self, lang: str) -> Path:
        """Where the pages of one language lie after a build."""
        return self.cache / lang

    def update(self, languages: Sequence[str] = LANGUAGES) -> list[Outcome]:
        """Build the languages whose sources changed since their last good build."""
        if not self._fonts_asked and (why := fonts.fetch(self.root)):
            self.say("site_no_fonts", detail=why)
        self._fonts_asked = True
        made = self._playground()
        with alone(self.cache):
            return self._build(made, languages)

    def _build(self, made: Path | None, languages: Sequence[str]) -> list[Outcome]:
        stamps = {lang: stamp(self.root, lang, bool(made)) for lang in languages}
        stale = [lang for lang in languages if self._stamp_file(lang) != stamps[lang]]
        if not stale:
            self._put(made, languages)
            return []
        self.say("site_building", languages=" ".join(stale))
        started = time.perf_counter()
        jobs = [(self.root, lang, self.folder(lang), self.strict, bool(made)) for lang in stale]
        outcomes = list(self._workers().map(build_language, *zip(*jobs, strict=True)))
        for outcome in outcomes:
            mark = self.cache / f"{outcome.lang}.stamp"
            if outcome.built:
                mark.write_text(stamps[outcome.lang], encoding="utf-8")
            else:
                mark.unlink(missing_ok=True)
        self._put(made, languages)
        built = [outcome.lang for outcome in outcomes if outcome.built]
        if built:
            seconds = f"{time.perf_counter() - started:.1f}"
            self.say("site_built", seconds=seconds, languages=" ".join(built))
        return outcomes

    def _playground(self) -> Path | None:
        """Its folder, made once for all languages; without it the pages are made all the same."""
        try:
            return playground.make(self.root)
        except SetuError as error:
            self.say("site_no_playground", detail=error)
            return None

    def _put(self, made: Path | None, languages: Sequence[str]) -> None:
        if made and "en" in languages and self.folder("en").is_dir():
            playground.put(made, self.folder("en"))
            install.list_playground(self.folder("en") / playground.PLACE)

    def write(self, out: Path) -> None:
        """Copy the whole site to ``out``, an empty folder or an earlier site.

        Raises ``SetuError`` for a folder with other files in it.
        """
        if out.exists() and any(out.iterdir()) and not (out / MARK).is_file():
            raise SetuError("out_is_not_a_site", path=out)
        shutil.rmtree(out, ignore_errors=True)
        for lang in LANGUAGES:
            shutil.copytree(
                self.folder(lang), out if lang == "en" else out / lang, dirs_exist_ok=True
            )

    def close(self) -> None:
        if self._pool:
            self._pool.shutdown()

    def _stamp_file(self, lang: str) -> str:
        path = self.cache / f"{lang}.stamp"
        built = path.is_file() and (self.folder(lang) / "index.html").is_file()
        return path.read_text(encoding="utf-8") if built else ""

    def _workers(self) -> ProcessPoolExecutor:
        if self._pool is None:
            self._pool = ProcessPoolExecutor(len(LANGUAGES), mp_context=get_context("spawn"))
        return self._pool


def build_language(
    root: Path, lang: str, folder: Path, strict: bool, elements: bool = False
) -> Outcome:
    """Build one language into ``folder``; runs in a process of its own.

    ``elements``: whether there is a playground whose elements the pages can have. The old
    pages stay where they are until the new ones are all there.
    """
    os.environ["NO_MKDOCS_2_WARNING"] = "1"  # a notice to site authors, not to learners
    from mkdocs.commands.build import build
    from mkdocs.exceptions import Abort

    from setu.site.config import configure

    new = folder.with_name(f"{folder.name}.new")
    problems = Problems()
    logger = logging.getLogger("mkdocs")
    logger.addHandler(problems)
    logger.propagate = False
    built = False
    try:
        build(configure(root, lang, new, strict, elements))
        policy.protect(new)
        built = True
    except Abort:
        if not problems.found:
            raise
    except SetuError as error:
        problems.found = [error]  # mkdocs has said the same in fewer words
    finally:
        logger.removeHandler(problems)
    if built:
        shutil.rmtree(folder, ignore_errors=True)
        new.rename(folder)
    return Outcome(lang, problems.found, built)


def stamp(root: Path, lang: str, elements: bool = False) -> str:
    """A hash that changes when a source of this language changes (size or time of a file)."""
    there = f"\0{elements}"
    addresses = "".join(
        os.environ.get(name, "\n") for name in ("SETU_SITE_URL", "SETU_REPOSITORY_URL")
    )
    digest = hashlib.sha256((addresses + there).encode())
    names = (*SHARED, f"docs/{lang}", f"notebooks/{lang}")
    for source in (PACKAGE, *(root / name for name in names)):
        for path in _files(source):
            found = path.stat()
            digest.update(f"{path}\0{found.st_size}\0{found.st_mtime_ns}\n".encode())
    return digest.hexdigest()


def _files(path: Path) -> Iterator[Path]:
    if path.is_file():
        if path.suffix not in IGNORED_SUFFIXES:
            yield path
    elif path.is_dir():
        for child in sorted(path.iterdir()):
            if child.name not in IGNORED:
                yield from _files(child)
