"""Every page of the real site: links, languages, addresses, search; nothing from another host."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from urllib.parse import unquote, urldefrag, urljoin, urlsplit

import pytest
from bs4 import BeautifulSoup, Tag

from setu.i18n import LANGUAGES
from setu.site.course import Course
from setu.site.fonts import FONTS
from setu.site.subset import words_of

from ..conftest import ROOT, Site

FOLDERS = {"en": "", "bn": "bn", "hi": "hi"}
OTHER_SCRIPT = {"bn": r"[\u0904-\u0939]", "hi": r"[\u0980-\u09ff]"}
LOADED = [
    ("link[href]", "href"),
    ("script[src]", "src"),
    ("img[src]", "src"),
    ("iframe[src]", "src"),
]
NOT_READ = {"code", "pre", "kbd", "script", "style"}
ENGLISH = re.compile(r"[A-Za-z]+(?: [A-Za-z'’]+){3,}")
CSS_URL = re.compile(r"url\(\s*['\"]?(?!data:)([^)'\"]+)")


@cache
def soup(path: Path) -> BeautifulSoup:
    return BeautifulSoup(path.read_text(encoding="utf-8"), "html.parser")


@cache
def ids(path: Path) -> set[str]:
    return {str(tag["id"]) for tag in soup(path).select("[id]")} | {
        str(tag["name"]) for tag in soup(path).select("a[name]")
    }


def language_of(site: Site, path: Path) -> str:
    first = path.relative_to(site.folder).parts[0]
    return first if first in LANGUAGES else "en"


def names(site: Site, lang: str) -> set[str]:
    """The pages of one language by their path below its folder."""
    folder = site.folder / FOLDERS[lang]
    return {
        path.relative_to(folder).as_posix()
        for path in site.pages()
        if language_of(site, path) == lang and path.name == "index.html"
    }


def attributes(path: Path, selector: str, name: str) -> Iterator[str]:
    for tag in soup(path).select(selector):
        assert isinstance(tag, Tag)
        yield str(tag[name])


def test_the_site_has_the_same_pages_in_every_language(site: Site) -> None:
    assert len(names(site, "en")) > 15
    assert names(site, "en") == names(site, "bn") == names(site, "hi")


def test_every_chapter_lab_and_exercise_has_its_page(site: Site) -> None:
    chapters = {path.parent.name for path in ROOT.glob("chapters/*/chapter.toml")}
    exercises = {path.parent.name for path in ROOT.glob("exercises/*/exercise.toml")}
    there = names(site, "en")
    assert {f"chapters/{name}/index.html" for name in chapters} <= there
    assert {f"labs/{name}/index.html" for name in chapters} <= there
    assert {f"exercises/{name}/index.html" for name in exercises} <= there


def test_every_internal_link_and_anchor_leads_somewhere(site: Site) -> None:
    broken = []
    for path in site.pages():
        if path.name == "404.html":
            continue  # its addresses begin at the root of the host
        here = "https://site/" + path.relative_to(site.folder).as_posix()
        for href in attributes(path, "a[href]", "href"):
            target, anchor = urldefrag(urljoin(here, href))
            parts = urlsplit(target)
            if parts.netloc != "site":
                continue
            file = site.folder / unquote(parts.path).lstrip("/")
            file = file / "index.html" if file.is_dir() else file
            if not file.is_file() or (anchor and unquote(anchor) not in ids(file)):
                broken.append(f"{path.relative_to(site.folder)}: {href}")
    assert not broken


def test_nothing_is_loaded_from_another_host(site: Site) -> None:
    found = [
        f"{path.relative_to(site.folder)}: {value}"
        for path in site.pages()
        for selector, name in LOADED
        for value in attributes(path, selector, name)
        if urlsplit(value).netloc and not value.startswith(site.address)
    ]
    found += [
        f"{path.relative_to(site.folder)}: {url}"
        for path in [*site.pages(), *site.folder.rglob("*.css")]
        for url in CSS_URL.findall(path.read_text(encoding="utf-8"))
        if urlsplit(url).netloc
    ]
    assert not found


def test_every_file_that_a_page_loads_is_there(site: Site) -> None:
    missing = []
    for path in site.pages():
        if path.name == "404.html":
            continue
        for selector, name in LOADED:
            for value in attributes(path, selector, name):
                if not urlsplit(value).netloc:
                    place = unquote(urlsplit(value).path)
                    file = (path.parent / place).resolve()
                    if not (file.is_file() or (file / "index.html").is_file()):
                        missing.append(f"{path.relative_to(site.folder)}: {value}")
    assert not missing


def test_assets_are_there_once(site: Site) -> None:
    assert (site.folder / "assets/css/setu.css").is_file()
    for lang in ("bn", "hi"):
        assert not (site.folder / lang / "assets").exists()
        assert not (site.folder / lang / "404.html").exists()


def test_no_page_knows_the_machine_it_was_built_on(site: Site) -> None:
    traces = [str(ROOT), str(Path.home()) + "/", "/site-packages/"]
    for path in site.pages():
        text = path.read_text(encoding="utf-8")
        for trace in traces:
            assert trace not in text, path


def test_each_page_says_its_language(site: Site) -> None:
    for path in site.pages():
        assert str(soup(path).select("html")[0]["lang"]) == language_of(site, path), path


def test_heading_ids_are_the_same_in_every_language(site: Site) -> None:
    for name in names(site, "en"):
        headings = {
            lang: [
                str(tag.get("id"))
                for tag in soup(site.folder / FOLDERS[lang] / name).select(
                    "article :is(h1,h2,h3,h4)"
                )
            ]
            for lang in LANGUAGES
        }
        assert headings["en"] == headings["bn"] == headings["hi"], name


def test_no_id_stands_twice_on_a_page(site: Site) -> None:
    for path in site.pages():
        found = [str(tag["id"]) for tag in soup(path).select("[id]")]
        assert len(found) == len(set(found)), (path, {id_ for id_ in found if found.count(id_) > 1})


def test_the_switcher_leads_to_the_same_page(site: Site) -> None:
    for path in site.pages():
        if path.name == "404.html":
            continue
        lang = language_of(site, path)
        name = path.relative_to(site.folder / FOLDERS[lang]).parent
        for link in soup(path).select("a.md-select__link"):
            there = (path.parent / str(link["href"])).resolve()
            assert there == (site.folder / FOLDERS[str(link["hreflang"])] / name).resolve()


def test_hreflang_names_the_translations_and_nothing_else(site: Site) -> None:
    for path in site.pages():
        if path.name == "404.html":
            continue
        for link in soup(path).select("link[hreflang]"):
            lang, href = str(link["hreflang"]), str(link["href"])
            assert href.startswith(site.address)
            there = site.folder / href.removeprefix(site.address) / "index.html"
            main = soup(there).select("article")[0]
            own = lang if lang in LANGUAGES else "en"
            assert language_of(site, there) == own
            assert not main.select("aside.state + div[lang=en]"), (path, href)


def test_a_page_that_is_not_translated_gives_the_english_address(site: Site) -> None:
    for path in site.pages():
        if path.name != "index.html":
            continue
        missing = soup(path).select("article > aside.state + div[lang=en]")
        folder = path.relative_to(site.folder).parent.as_posix().removeprefix(".")
        if missing:
            folder = folder.partition("/")[2]
        address = site.address + (f"{folder}/" if folder else "")
        assert str(soup(path).select("link[rel=canonical]")[0]["href"]) == address


def test_the_sitemap_lists_every_page_in_each_of_its_languages(site: Site) -> None:
    sitemap = (site.folder / "sitemap.xml").read_text(encoding="utf-8")
    assert f"<loc>{site.address}bn/glossary/</loc>" in sitemap
    assert 'hreflang="x-default"' in sitemap
    assert not (site.folder / "bn" / "sitemap.xml").exists()


def test_the_404_page_speaks_three_languages(site: Site) -> None:
    page = soup(site.folder / "404.html")
    said = [str(tag["lang"]) for tag in page.select("article p[lang]")]
    assert said == list(LANGUAGES)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_search_index_is_of_one_language_and_nfc(site: Site, lang: str) -> None:
    text = (site.folder / FOLDERS[lang] / "search/search_index.json").read_text(encoding="utf-8")
    assert unicodedata.is_normalized("NFC", text)
    index = json.loads(text)
    there = {doc["location"].split("#")[0] for doc in index["docs"]}
    folder = site.folder / FOLDERS[lang]
    assert all((folder / place / "index.html").is_file() for place in there)
    assert not any(place.startswith("labs/") for place in there)
    searched = {name.removesuffix("index.html") for name in names(site, lang)}
    assert {place for place in searched if not place.startswith("labs/")} == there


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_titles_are_the_index_without_its_texts(site: Site, lang: str) -> None:
    folder = site.folder / FOLDERS[lang] / "search"
    whole, titles = (
        json.loads((folder / name).read_text(encoding="utf-8"))
        for name in ("search_index.json", "titles.json")
    )
    assert titles["docs"] == [{**doc, "text": ""} for doc in whole["docs"]]
    worker = site.folder / "assets/js"
    assert (worker / titles["config"].pop("whole")).resolve() == folder / "search_index.json"
    assert titles["config"] == whole["config"]


@pytest.mark.parametrize("lang", ["bn", "hi"])
def test_the_glossary_of_a_language_has_no_other_script(site: Site, lang: str) -> None:
    text = soup(site.folder / lang / "glossary/index.html").select("article")[0].get_text()
    assert not re.search(OTHER_SCRIPT[lang], text)


@pytest.mark.parametrize("lang", ["bn", "hi"])
def test_english_of_more_than_a_name_is_marked(site: Site, lang: str) -> None:
    """A screen reader would read it with the wrong voice; code and output are as they are."""
    found = []
    for name in names(site, lang):
        for text in soup(site.folder / lang / name).select("article")[0].find_all(string=True):
            known = any(tag.name in NOT_READ or tag.get("lang") == "en" for tag in text.parents)
            if not known and (english := ENGLISH.search(text)):
                found.append(f"{name}: {english[0]}")
    assert not found


@pytest.mark.parametrize("lang", ["bn", "hi"])
def test_every_joined_form_on_a_page_is_in_its_font(site: Site, lang: str) -> None:
    font = next(each for each in FONTS if each.words_only == lang)
    drawn = words_of(Course(ROOT, lang).everything_said, font.characters)
    letters = {*"".join(drawn)}
    for name in names(site, lang):
        shown = words_of(
            " ".join(soup(site.folder / lang / name).find_all(string=True)), font.characters
        )
        # A number is made of digits that do not join.
        assert not {word for word in shown - drawn if not (word.isdigit() or len(word) == 1)}, name
        assert {*"".join(shown)} <= letters, name


def test_each_page_says_with_which_versions_it_was_run(site: Site) -> None:
    for name in names(site, "en"):
        foot = soup(site.folder / name).select("footer.page-foot")[0].get_text()
        assert re.search(r"Python 3\.\d+, FastAPI [\d.]+, SQLAlchemy 2\.1\.\d+", foot), name


def test_every_page_carries_its_policy_before_anything_is_loaded(site: Site) -> None:
    for path in site.pages():
        first, second = soup(path).select("head > *")[:2]
        assert first.get("charset") == "utf-8", path
        assert second.get("http-equiv") == "Content-Security-Policy", path
        rules = dict(rule.split(" ", 1) for rule in str(second["content"]).split("; "))
        assert rules["default-src"] == "'self'"
        assert rules["object-src"] == "'none'"
        assert "unsafe-inline" not in rules["script-src"]


def test_no_page_has_a_script_in_an_attribute(site: Site) -> None:
    for path in site.pages():
        for tag in soup(path).find_all(True):
            assert not [name for name in tag.attrs if name.startswith("on")], (path, tag.name)
