"""What the course adds to mkdocs: its pages, its marks, its frame."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from jinja2 import Environment, pass_context
from mkdocs.config.base import Config
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.plugins import BasePlugin, event_priority
from mkdocs.structure.files import File, Files
from mkdocs.structure.nav import Navigation
from mkdocs.structure.pages import Page
from mkdocs.structure.toc import AnchorLink
from mkdocs.utils.templates import url_filter

from setu.site import assets, elements, includes, install, meta, search, smaller, styles
from setu.site.course import ENGLISH, Course, chapter_uri
from setu.site.fonts import FIRST, Fonts
from setu.site.marks import Marks
from setu.site.place import name_chapters, place_of
from setu.site.versions import locked_versions
from setu.site.words import LANGUAGES, NAMES, site_words

UNUSED = r"^assets/(javascripts/lunr|stylesheets)/"
WORKER = re.compile(r'"search": "([^"]*)javascripts/workers/(search\.\w+\.min\.js)"')
MADE_OF = {"glossary.md": "docs/glossary.toml", "old-new.md": "chapters", "errors.md": "chapters"}
"""Where the words of a page without a file of its own stand."""
GENERATOR = re.compile(r'<meta name="generator"[^>]*>')
# What Material's script is given on every page, and before.js has.
GIVEN = re.compile(
    r'"features": \[[^]]*\], |"annotate": null, |'
    r'"tags": null, "translations": \{[^}]*\}, "version": null'
)
ELEMENTS = re.compile(r"<div [^>]*data-(?:setu|cell)=")


class NoOptions(Config):  # type: ignore[no-untyped-call]
    """The plugin is made in Python, mkdocs.yml says nothing of it."""


class SetuPlugin(BasePlugin[NoOptions]):  # type: ignore[no-untyped-call]
    """Virtual files in, Markdown marked up, templates told about languages and versions."""

    def __init__(self, course: Course, features: Sequence[str], *, elements: bool) -> None:
        self.course = course
        self.elements = elements
        """Whether pages get those of the playground."""
        self.lang = course.lang
        self.up = "" if self.lang == ENGLISH else "../"
        self.marks = Marks(course.root, course.glossary)
        self.versions = locked_versions(course.root)
        self.fonts = Fonts(course.root, course.lang, course.everything_said)
        self.assets = assets.own(course.root, features) | self.fonts.shared
        self.addresses = assets.addresses(self.assets)
        self.terms = {lang: assets.terms(course.glossary, lang) for lang in LANGUAGES}
        courses = {lang: Course(course.root, lang).sources for lang in LANGUAGES}
        self.translated = {
            uri: [lang for lang in LANGUAGES if courses[lang][uri].lang == lang]
            for uri in course.sources
        }

    # --- files ---

    def on_files(self, files: Files, *, config: MkDocsConfig) -> Files:
        for file in list(files):
            shared = file.src_uri.startswith("assets/") or file.src_uri == "sitemap.xml"
            # The style sheets' rules are in styles.py's one.
            unused = file.src_uri.endswith(".map") or re.search(UNUSED, file.src_uri)
            if file.is_documentation_page() or unused or (self.up and shared):
                files.remove(file)
        for uri, source in self.course.sources.items():
            files.append(File.generated(config, uri, content=source.text))
        own = dict([self.terms[self.lang]])
        own["manifest.webmanifest"] = install.manifest(self.course.words, self.lang, self.up)
        for uri, content in (self._downloads() | self.fonts.own | own).items():
            files.append(File.generated(config, uri, content=content))
        if self.lang == ENGLISH:
            for uri, content in self.assets.items():
                files.append(File.generated(config, uri, content=content))
        return files

    def _downloads(self) -> dict[str, bytes]:
        found: dict[str, bytes] = {}
        for chapter in self.course.catalog.chapters:
            found[f"files/{chapter.id}.zip"] = elements.zip_of(chapter.folder, chapter.id)
            found |= elements.raw_files(chapter.id, chapter.folder, chapter.tabs)
        for exercise in self.course.catalog.exercises:
            starter = exercise.folder / "starter"
            found[f"files/{exercise.id}.zip"] = elements.zip_of(starter, f"work/{exercise.id}")
            found |= elements.raw_files(exercise.id, starter, exercise.edit)
        for uri, source in self.course.sources.items():
            if uri.startswith("labs/") and source.file:
                found[f"files/{source.file.name}"] = source.file.read_bytes()
        return found

    def on_nav(self, nav: Navigation, *, config: MkDocsConfig, files: Files) -> Navigation:
        for chapter in self.course.catalog.chapters:
            file = files.get_file_from_path(chapter_uri(chapter))
            if file is not None:
                # The page of a section in the navigation is the one that is called index;
                # its address is settled before.
                _ = file.url
                file.name = "index"
        return nav

    # --- pages ---

    def on_page_markdown(self, text: str, *, page: Page, config: MkDocsConfig, files: Files) -> str:
        source = self.course.sources[page.file.src_uri]
        home = posixpath.relpath(".", page.url or ".") + f"/{self.up}"
        self.marks.set_page(source.uri, source.lang, home)
        name = source.file.relative_to(self.course.root).as_posix() if source.file else source.uri
        first_line = source.text.count("\n") - text.count("\n") + 1
        text = includes.resolve(text, self.course.root, name, first_line)
        if source.uri == "index.md":
            text = name_chapters(self.course, text)
        return elements.fill(self.course, source.uri, text)

    def on_page_content(self, html: str, *, page: Page, config: MkDocsConfig, files: Files) -> str:
        if page.file.src_uri == "glossary.md":  # groups are enough at the side
            for top in page.toc:
                for group in top.children:
                    group.children.clear()
        return html.replace("</h1>", f"</h1>{self._contents(page)}", 1)

    def _contents(self, page: Page) -> str:
        """The page's sections to unfold below its title, for screens without room beside it."""
        sections = page.toc.items[0].children if page.toc.items else []
        if len(sections) < 3 or page.is_homepage:
            return ""
        links = "".join(f'<li><a href="{each.url}">{each.title}</a></li>' for each in sections)
        label = self.course.words.text("on_this_page")
        return (
            f'<details class="contents" lang="{self.lang}" data-search-exclude>'
            f"<summary>{label}</summary>"
            f'<ul lang="{self.course.sources[page.file.src_uri].lang}">{links}</ul></details>'
        )

    # --- templates ---

    def on_env(self, env: Environment, *, config: MkDocsConfig, files: Files) -> Environment:
        @pass_context
        def in_course(context: Any, path: str) -> str:
            """From the page to ``path`` below the home of the whole course."""
            return f"{context['base_url'].rstrip('/')}/{self.up}{path}"

        @pass_context
        def url(context: Any, value: str) -> str:
            if str(value).startswith("assets/"):
                return in_course(context, self.addresses.get(value, value))
            return str(url_filter(context, value))

        env.filters["url"] = url
        env.filters["in_course"] = in_course
        env.globals["words"] = {lang: site_words(lang) for lang in LANGUAGES}
        env.globals["language_names"] = NAMES
        env.globals["preload"] = self.fonts.preload
        env.globals["first_font"] = FIRST[self.lang]
        env.globals["terms"] = {
            lang: f"{_folder(lang)}{place}" for lang, (place, _) in self.terms.items()
        }
        env.globals["versions"] = self.versions
        env.globals["up"] = self.up
        env.globals["playground"] = self.elements
        env.globals["sitemap"] = self._sitemap(config, files)
        return env

    def _sitemap(self, config: MkDocsConfig, files: Files) -> list[dict[str, str]]:
        """Of each page its address by language, where it is translated; nothing without a URL."""
        if not config.site_url:
            return []
        return [
            {
                lang: f"{config.site_url}{_folder(lang)}{_clean(file.url)}"
                for lang in self.translated[file.src_uri]
            }
            for file in files.documentation_pages()
        ]

    def on_page_context(
        self, context: Any, *, page: Page, config: MkDocsConfig, nav: Navigation
    ) -> Any:
        source = self.course.sources[page.file.src_uri]
        headings = {link.id: link.title for link in _flat(page.toc)}
        context["source"] = source
        context["place"] = place_of(self.course, source.uri)
        context["can_run"] = self.elements and ELEMENTS.search(page.content or "")
        context["behind"] = [(key, headings[key]) for key in source.state.behind if key in headings]
        context["languages"] = [
            {
                "lang": lang,
                "name": NAMES[lang],
                "path": f"{_folder(lang)}{_clean(page.url)}",
                "translated": lang in self.translated[source.uri],
            }
            for lang in LANGUAGES
        ]
        context["course_url"] = course_url = (config.site_url or "").removesuffix(
            _folder(self.lang)
        )
        if source.lang != self.lang and course_url:
            page.canonical_url = f"{course_url}{_clean(page.url)}"
        page.meta["description"] = meta.description(source)
        home = config.site_url or ""
        address = home and str(page.canonical_url)
        context["structured"] = meta.in_html(meta.structured(self.course, source, home, address))
        context["repository"] = config.extra["repository"]
        file = source.file
        made_of = MADE_OF.get(source.uri, "")
        context["page_file"] = file.relative_to(self.course.root).as_posix() if file else made_of
        return context

    @event_priority(-100)
    def on_post_page(self, output: str, *, page: Page, config: MkDocsConfig) -> str:
        return self._mended(output)

    def on_post_template(self, output: str, *, template_name: str, config: MkDocsConfig) -> str:
        return self._mended(output)

    def _mended(self, html: str) -> str:
        """Material's page with our search worker, and with a name for its search dialog."""
        worker = self.addresses["assets/js/search-worker.js"].removeprefix("assets/")
        html = WORKER.sub(rf'"search": "\1{worker}#../javascripts/workers/\2"', html)
        html = GIVEN.sub("", html).replace(", }</script>", "}</script>")
        html = GENERATOR.sub("", html)
        label = self.course.words.text("search")
        return html.replace('role="dialog"', f'role="dialog" aria-label="{label}"', 1)

    @event_priority(-100)
    def on_post_build(self, *, config: MkDocsConfig) -> None:
        search.finish(self.course, config.site_dir)
        icons = smaller.finish(Path(config.site_dir))
        styles.finish(self.course.root, Path(config.site_dir), icons)
        install.list_everything(Path(config.site_dir), self.up, self.assets)


def _flat(links: Any) -> list[AnchorLink]:
    return [each for link in links for each in (link, *_flat(link.children))]


def _folder(lang: str) -> str:
    return "" if lang == ENGLISH else f"{lang}/"


def _clean(url: str) -> str:
    return "" if url in ("./", ".") else url
