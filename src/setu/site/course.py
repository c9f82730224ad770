"""What the site is made of: one Markdown source for each page in each language."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property, partial
from pathlib import Path

from setu import markdown, translate
from setu.catalog import Catalog, Chapter, Exercise, load_catalog
from setu.errors import SetuError
from setu.labs import sync
from setu.labs.notebook import lab_path, read_notebook
from setu.language.glossary import Glossary, load_glossary
from setu.site import exercises, generated
from setu.site.words import digits, site_words

ENGLISH = "en"
PACKAGE = Path(__file__).parents[1]
INCLUDED = {".py", ".out", ".toml", ".mako", ".ini"}
"""What a page may show of a chapter's folder."""


@dataclass(frozen=True)
class Source:
    """One page in one language: where it stands, what it says, and in which language it is.

    ``lang`` is ``en`` where a translation is missing; ``file`` is ``None`` for a generated page.
    """

    uri: str
    lang: str
    text: str
    file: Path | None = None
    state: translate.State = field(default_factory=lambda: translate.State("in sync"))

    @property
    def title(self) -> str:
        return markdown.title(self.text)


class Course:
    """The course at ``root`` as the site of one language shows it."""

    def __init__(self, root: Path, lang: str) -> None:
        self.root = root
        self.lang = lang
        self.words = site_words(lang)

    @cached_property
    def catalog(self) -> Catalog:
        return load_catalog(self.root)

    @cached_property
    def glossary(self) -> Glossary:
        return load_glossary(self.root)

    @cached_property
    def sources(self) -> dict[str, Source]:
        """Every page by its uri (``chapters/ch07_create_read.md``), generated ones included.

        Raises ``SetuError`` for a translated page without an English one.
        """
        written = {source.uri: source for source in self._written()}
        chapters = [
            (chapter, written[uri])
            for chapter in self.catalog.chapters
            if (uri := chapter_uri(chapter)) in written
        ]
        made = [
            Source("old-new.md", self.lang, generated.old_new(self, chapters)),
            Source("glossary.md", self.lang, generated.glossary_page(self)),
            Source("errors.md", self.lang, generated.errors_index(self, chapters)),
        ]
        return written | {source.uri: source for source in made}

    @cached_property
    def everything_said(self) -> str:
        """All that a page of this language may show: texts, code, words, verdicts, drawings."""
        files = [*PACKAGE.rglob("*.toml"), *PACKAGE.rglob("*.html")]
        files += self.root.glob("exercises/*/messages.toml")
        files += (file for file in self.root.glob("chapters/*/**/*") if file.suffix in INCLUDED)
        files += self.root.glob(f"docs/diagrams/*.{self.lang}.svg")
        texts = [file.read_text(encoding="utf-8") for file in sorted(files)]
        texts.append(digits("0123456789", self.lang))
        return "\n".join([*(source.text for source in self.sources.values()), *texts])

    def _written(self) -> list[Source]:
        english = self.root / "docs" / ENGLISH
        pages = {path.relative_to(english) for path in english.rglob("*.md")}
        own = self.root / "docs" / self.lang
        for path in sorted(own.rglob("*.md")):
            if path.relative_to(own) not in pages:
                raise SetuError("page_without_english", path=path.relative_to(self.root))
        found = [self._read(page.as_posix(), english / page, own / page) for page in sorted(pages)]
        found += [
            self._read(
                exercise_uri(exercise),
                exercise.folder / f"{ENGLISH}.md",
                exercise.folder / f"{self.lang}.md",
                partial(exercises.page, exercise),
            )
            for exercise in self.catalog.exercises
            if (exercise.folder / f"{ENGLISH}.md").exists()
        ]
        found += [
            self._lab(chapter)
            for chapter in self.catalog.chapters
            if lab_path(self.root, ENGLISH, chapter).exists()
        ]
        return found

    def _read(
        self,
        uri: str,
        english: Path,
        own: Path,
        shape: Callable[[str], str] = lambda text: text,
    ) -> Source:
        text = english.read_text(encoding="utf-8")
        if self.lang == ENGLISH:
            return Source(uri, ENGLISH, shape(text), english)
        translated = own.read_text(encoding="utf-8") if own.exists() else None
        state = translate.state(text, translated)
        if translated is None:
            return Source(uri, ENGLISH, shape(text), english, state)
        return Source(uri, self.lang, shape(translated), own, state)

    def _lab(self, chapter: Chapter) -> Source:
        english = lab_path(self.root, ENGLISH, chapter)
        own = lab_path(self.root, self.lang, chapter)
        state = _lab_state(english, own) if self.lang != ENGLISH else translate.State("in sync")
        file, lang = (english, ENGLISH) if state.kind == "missing" else (own, self.lang)
        text = generated.lab_page(self, chapter, read_notebook(file)["cells"], lang)
        return Source(lab_uri(chapter), lang, text, file, state)

    def chapter_title(self, chapter: Chapter, title: str) -> str:
        """A chapter's title with its number in the language's digits."""
        number = digits(str(chapter.number), self.lang)
        return self.words.text("chapter_title", number=number, title=title)


def _lab_state(english: Path, own: Path) -> translate.State:
    """A lab's state by its text cells; one without any translated text counts as missing."""
    cells = sync.states(english, own) if own.exists() else {}
    if all(state == "missing" for state in cells.values()):
        return translate.State("missing")
    behind = tuple(cell for cell, state in cells.items() if state == "behind")
    return translate.State("behind", behind) if behind else translate.State("in sync")


def chapter_uri(chapter: Chapter) -> str:
    return f"chapters/{chapter.id}.md"


def lab_uri(chapter: Chapter) -> str:
    return f"labs/{chapter.id}.md"


def exercise_uri(exercise: Exercise) -> str:
    return f"exercises/{exercise.id}.md"
