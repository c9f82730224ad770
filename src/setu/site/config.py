"""mkdocs' configuration for one language: ``mkdocs.yml`` and what differs."""

from __future__ import annotations

import os
from pathlib import Path

from mkdocs.config.base import load_config
from mkdocs.config.defaults import MkDocsConfig

from setu.site.course import ENGLISH, Course
from setu.site.nav import navigation
from setu.site.plugin import SetuPlugin

SITE_URL = "SETU_SITE_URL"
"""Environment variable: where the site will be published; without it no page names its address."""
REPOSITORY_URL = "SETU_REPOSITORY_URL"
"""Environment variable, before ``extra.repository`` in mkdocs.yml: where the sources can be read
and mistakes reported; without either the pages have no links to them."""


def configure(root: Path, lang: str, site_dir: Path, strict: bool, elements: bool) -> MkDocsConfig:
    """The configuration to build one language of the course into ``site_dir``.

    ``elements``: whether pages get those of the playground.
    """
    course = Course(root, lang)
    words = course.words
    docs = root / "docs" / lang
    config = load_config(
        str(root / "mkdocs.yml"),
        docs_dir=str(docs if docs.is_dir() else root / "docs" / ENGLISH),
        site_dir=str(site_dir),
        site_name=words.text("site_name"),
        site_description=words.text("site_description"),
        site_url=site_url(lang),
        strict=strict,
        nav=navigation(course),
    )
    config.theme.dirs.insert(0, str(Path(__file__).with_name("theme")))
    config.theme["language"] = lang
    for choice in config.theme["palette"]:
        choice["toggle"]["name"] = words.text(choice["toggle"]["name"])
    if lang != ENGLISH:
        config.theme.static_templates.clear()
    config.theme.static_templates.add("offline.html")
    repository = os.environ.get(REPOSITORY_URL) or config.extra.get("repository") or ""
    config.extra["repository"] = repository.removesuffix("/")
    config.mdx_configs["toc"]["title"] = words.text("on_this_page")
    plugin = SetuPlugin(course, config.theme["features"], elements=elements)
    config.plugins["setu"] = plugin
    config.markdown_extensions.append(plugin.marks)  # type: ignore[arg-type]
    return config


def site_url(lang: str) -> str | None:
    """The address of this language's home page, if it is known where the site will be."""
    base = os.environ.get(SITE_URL, "")
    if not base:
        return None
    return base.removesuffix("/") + ("/" if lang == ENGLISH else f"/{lang}/")
