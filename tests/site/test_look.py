"""What every page of the real site shows and says of itself: place, description, data."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from bs4 import BeautifulSoup

from setu.catalog import load_catalog
from setu.i18n import LANGUAGES
from setu.site.course import Course, Source
from setu.site.meta import LONGEST, description, in_html, structured
from setu.site.place import name_chapters, place_of
from setu.site.styles import FONTS

from ..conftest import ROOT, Site

CHAPTERS = [chapter.id for chapter in load_catalog(ROOT).chapters]
IMAGES = ROOT / "docs" / "assets" / "images"


def soup(path: Path) -> BeautifulSoup:
    return BeautifulSoup(path.read_text(encoding="utf-8"), "html.parser")


def home(site: Site, lang: str) -> Path:
    return site.folder if lang == "en" else site.folder / lang


# --- the path


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_home_page_leads_to_every_chapter_by_the_name_it_has(site: Site, lang: str) -> None:
    links = soup(home(site, lang) / "index.html").select(".path a.chapter")
    assert [link["data-chapter"] for link in links] == CHAPTERS
    for link in links:
        page = soup(home(site, lang) / "chapters" / str(link["data-chapter"]) / "index.html")
        title = page.select("h1")[0].find(string=True)
        assert link.get_text().partition(". ")[2] == str(title)
        assert link.find_next_sibling(class_="minutes")


def test_the_home_page_has_something_to_run(site: Site) -> None:
    for lang in LANGUAGES:
        assert soup(home(site, lang) / "index.html").select("[data-setu=app][data-chapter]")


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_chapter_shows_where_it_stands_and_what_it_needs(site: Site, lang: str) -> None:
    for chapter in load_catalog(ROOT).chapters:
        page = soup(home(site, lang) / "chapters" / chapter.id / "index.html")
        steps = page.select("article .path-line a")
        assert [step["data-chapter"] for step in steps] == CHAPTERS
        current = [step["data-chapter"] for step in steps if step.get("aria-current")]
        assert current == [chapter.id]
        needs = [str(link["href"]).strip("./") for link in page.select("article .facts a")]
        assert [need.removeprefix("chapters/") for need in needs] == chapter.needs
        assert page.select("button[data-reads]")[0]["data-reads"] == chapter.id


def test_a_lab_and_an_exercise_lead_back_to_their_chapter(site: Site) -> None:
    for name in ("labs/ch07_create_read", "exercises/ch07_get_user"):
        page = soup(site.folder / name / "index.html")
        links = [str(link["href"]) for link in page.select("article .facts a")]
        assert links == ["../../chapters/ch07_create_read/"]
        assert not page.select("button[data-reads]")


def test_a_page_beside_the_path_has_no_place() -> None:
    assert place_of(Course(ROOT, "en"), "glossary.md") is None


def test_a_link_without_a_name_gets_its_chapter_s() -> None:
    named = name_chapters(Course(ROOT, "bn"), "- [](chapters/ch13_migrations.md) ডেটা")
    assert named.startswith("- [১৩. ")
    assert '{ .chapter data-chapter="ch13_migrations" }' in named
    assert "৮০" in named
    assert "exercise" not in named


def test_after_a_chapter_of_the_path_stand_its_exercises() -> None:
    named = name_chapters(Course(ROOT, "hi"), "- [](chapters/ch08_update_delete.md) बदलना\n\nx")
    line, *rest = named.split("\n")
    assert rest == ["", "x"]
    assert line.index("बदलना") < line.index("(exercises/ch08_update_email.md){ .exercise }")
    assert "(exercises/ch08_delete_user.md){ .exercise }" in line


# --- one style sheet


def test_a_page_loads_one_style_sheet_of_the_site(site: Site) -> None:
    for path in site.folder.rglob("index.html"):
        sheets = [str(link["href"]) for link in soup(path).select("link[rel=stylesheet]")]
        looks = [sheet for sheet in sheets if "assets/playground/" not in sheet]
        assert len(looks) == 1, path
        assert FONTS not in looks[0]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_style_sheet_keeps_what_material_s_script_puts_together(site: Site, lang: str) -> None:
    (sheet,) = (home(site, lang) / "style").glob("setu.*.min.css")
    css = sheet.read_text(encoding="utf-8")
    for name in ("tabbed-control--next", "md-search-result__more", "md-code__button", "md-dialog"):
        assert name in css, name
    if (ROOT / "node_modules" / "purgecss").is_dir():
        assert "md-banner" not in css


# --- what search engines and other sites read


def test_every_page_has_a_title_and_a_short_description_of_its_own(site: Site) -> None:
    for lang in LANGUAGES:
        said: dict[str, Path] = {}
        for path in home(site, lang).rglob("index.html"):
            if lang == "en" and path.relative_to(site.folder).parts[0] in LANGUAGES:
                continue
            (meta,) = soup(path).select("meta[name=description]")
            text = str(meta["content"])
            assert 20 < len(text) <= LONGEST, (path, text)
            assert text not in said, (path, said.get(text))
            said[text] = path


def test_structured_data_says_what_is_taught(site: Site) -> None:
    for lang in LANGUAGES:
        address = site.address + ("" if lang == "en" else f"{lang}/")
        (script,) = soup(home(site, lang) / "index.html").select("script[type*=ld]")
        course = json.loads(script.get_text())
        assert course["@type"] == "Course"
        assert course["inLanguage"] == course["hasCourseInstance"]["inLanguage"] == lang
        assert course["url"] == address
        assert [part["url"] for part in course["hasPart"]] == [
            f"{address}chapters/{chapter}/" for chapter in CHAPTERS
        ]
        page = home(site, lang) / "chapters/ch07_create_read/index.html"
        (script,) = soup(page).select("script[type*=ld]")
        chapter = json.loads(script.get_text())
        assert chapter["@type"] == "LearningResource"
        assert chapter["timeRequired"] == "PT60M"
        assert chapter["isPartOf"]["url"] == address
        assert len(chapter["teaches"]) == 6


def test_a_link_to_a_page_shows_the_card_of_its_language(site: Site) -> None:
    for lang in LANGUAGES:
        head = soup(home(site, lang) / "chapters/ch07_create_read/index.html")
        (image,) = head.select("meta[property='og:image']")
        address = str(image["content"])
        assert address == f"{site.address}assets/images/social-{lang}.png"
        assert (site.folder / address.removeprefix(site.address)).is_file()


@pytest.mark.parametrize(
    ("name", "width", "height"),
    [
        ("icon-192.png", 192, 192),
        ("icon-512.png", 512, 512),
        ("icon-maskable-512.png", 512, 512),
        *((f"social-{lang}.png", 1200, 630) for lang in LANGUAGES),
    ],
)
def test_a_picture_has_the_size_that_it_says(name: str, width: int, height: int) -> None:
    head = (IMAGES / name).read_bytes()[:24]
    assert head[:8] == b"\x89PNG\r\n\x1a\n"
    assert (int.from_bytes(head[16:20]), int.from_bytes(head[20:24])) == (width, height)


def test_a_description_is_the_first_paragraph_cut_at_a_word() -> None:
    text = "# One {#one}\n\n<div>\n\nNot this.\n\n</div>\n\n" + "A `word` [or two](x.md) " * 20
    said = description(Source("start.md", "en", text))
    assert said.startswith("A word or two A word")
    assert said.endswith("…")
    assert len(said) <= LONGEST


def test_data_cannot_end_its_script() -> None:
    assert "</script" not in in_html({"name": "</script><script>alert(1)</script>"})
    assert in_html(None) == ""


def test_without_an_address_no_url_is_made_up() -> None:
    course = Course(ROOT, "en")
    said = in_html(structured(course, course.sources["index.md"], "", ""))
    assert '"url"' not in said
    assert structured(course, course.sources["glossary.md"], "", "") is None
