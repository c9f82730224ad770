"""A small course built for real: what the marks become, and what a build refuses."""

from __future__ import annotations

import json
import struct
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from bs4 import BeautifulSoup, Tag

from setu.errors import SetuError
from setu.site.build import Builder, Outcome, build_language, stamp
from setu.site.plugin import SetuPlugin

from .conftest import CHAPTER, write

PAGE = "chapters/ch07_create_read/index.html"


@pytest.fixture
def build(small_course: Path, tmp_path: Path) -> Callable[[str], Outcome]:
    """Builds one language of the small course strictly; its pages are in ``tmp_path/<lang>``."""
    return lambda lang: build_language(small_course, lang, tmp_path / lang, strict=True)


def page(tmp_path: Path, lang: str, name: str = PAGE) -> BeautifulSoup:
    return BeautifulSoup((tmp_path / lang / name).read_text(encoding="utf-8"), "html.parser")


def one(soup: BeautifulSoup, selector: str) -> Tag:
    found = soup.select(selector)
    assert len(found) == 1, selector
    return found[0]


def explanations(folder: Path) -> dict[str, str]:
    """What ``setu.js`` loads with the first term, from the address that the page gives it."""
    script = one(BeautifulSoup((folder / PAGE).read_text("utf-8"), "html.parser"), "[data-terms]")
    [path] = folder.glob("style/terms.*.js")
    assert str(script["data-terms"]).endswith(f"/style/{path.name}")
    name, _, content = path.read_text("utf-8").partition("=")
    assert name == "setuTerms"
    found: dict[str, str] = json.loads(content)
    return found


def said(outcome: Outcome) -> str:
    return "\n".join(map(str, outcome.problems))


def test_the_page_shows_code_and_output_by_name(
    build: Callable[[str], Outcome], tmp_path: Path
) -> None:
    assert build("en") == Outcome("en", [], True)
    text = page(tmp_path, "en").get_text()
    assert "def greet() -> str:" in text
    assert "NameError: name 'Rahim' is not defined" in text


def test_a_term_links_to_the_glossary_and_explains_itself(
    build: Callable[[str], Outcome], tmp_path: Path
) -> None:
    build("bn")
    term = one(page(tmp_path, "bn"), "a.term")
    assert term["href"] == "../../glossary/#session"
    assert "সেশন" in explanations(tmp_path / "bn")["session"]


def test_the_explanation_of_a_term_is_not_in_the_search_index(
    build: Callable[[str], Outcome], tmp_path: Path
) -> None:
    build("en")
    tip = explanations(tmp_path / "en")["session"]
    index = json.loads((tmp_path / "en/search/search_index.json").read_text(encoding="utf-8"))
    places = [doc["location"] for doc in index["docs"] if tip in doc["text"]]
    assert places == ["glossary/#session"]


def test_labs_and_files_are_not_in_the_search_index(
    build: Callable[[str], Outcome], tmp_path: Path
) -> None:
    build("en")
    index = (tmp_path / "en/search/search_index.json").read_text(encoding="utf-8")
    assert "labs/" not in index
    assert "uv run setu app" not in index
    assert "Use get" not in index  # a hint


def test_boxes_without_a_title_speak_the_language_of_the_page(
    build: Callable[[str], Outcome], tmp_path: Path
) -> None:
    build("bn")
    assert one(page(tmp_path, "bn"), ".admonition.note .admonition-title").text == "মনে রাখুন"


def test_a_missing_translation_shows_the_english_page_marked_as_english(
    build: Callable[[str], Outcome], tmp_path: Path
) -> None:
    build("hi")
    soup = page(tmp_path, "hi")
    assert one(soup, "html")["lang"] == "hi"
    assert "अंग्रेज़ी में पढ़िए" in one(soup, "aside.state").text
    assert one(soup, 'article div[lang="en"] h1').text.startswith("Create and read")


def test_a_translation_that_is_behind_names_the_sections(
    build: Callable[[str], Outcome], tmp_path: Path
) -> None:
    build("bn")
    links = [link["href"] for link in page(tmp_path, "bn").select("aside.state a")]
    assert links[:3] == ["#ch07", "#models", "#failure"]


def test_the_app_can_be_read_and_downloaded_without_javascript(
    build: Callable[[str], Outcome], small_course: Path, tmp_path: Path
) -> None:
    build("en")
    box = one(page(tmp_path, "en"), 'div[data-setu="app"]')
    assert "uv run setu app ch07" in box.text
    assert "def greet()" not in box.text  # a page would send every file again
    [raw] = box.select(".files a")
    assert raw.text == "app/main.py"
    source = (small_course / "chapters/ch07_create_read/app/main.py").read_bytes()
    assert ((tmp_path / "en" / PAGE).parent / str(raw["href"])).read_bytes() == source
    link = box.select("a[download]")[-1]["href"]
    with zipfile.ZipFile((tmp_path / "en" / PAGE).parent / str(link)) as archive:
        assert "ch07_create_read/app/main.py" in archive.namelist()


def test_the_exercise_points_to_the_solution_and_does_not_show_it(
    build: Callable[[str], Outcome], tmp_path: Path
) -> None:
    build("en")
    soup = page(tmp_path, "en", "exercises/ch07_get_user/index.html")
    assert "uv run setu solution ch07_get_user" in one(soup, 'div[data-setu="exercise"]').text
    assert len(soup.select("details.hint")) == 2


def test_a_cell_of_a_lab_can_be_found_with_its_code(
    build: Callable[[str], Outcome], tmp_path: Path
) -> None:
    build("en")
    soup = page(tmp_path, "en", "labs/ch07_create_read/index.html")
    assert one(soup, "div.cell#setup .highlight:not(.output *) pre > code").text == (
        "print('নাদিয়া')\n"
    )
    notebook = one(soup, ".lab a[download]")["href"]
    assert ((tmp_path / "en/labs/ch07_create_read") / str(notebook)).resolve().is_file()


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ('--8<-- "chapters/ch07_create_read/app/main.py:none"', "ch07_create_read.md:8 shows none"),
        ("[x](term:sesion)", "marks the term sesion, which is not in docs/glossary.toml. Did you"),
        ("![](diagram:none)", "shows the diagram none"),
        ("![](picture:none)", "docs/assets/images/guides/none.en.png"),
        ('<div data-setu="exercise" data-id="ch07_none"></div>', "There is no exercise ch07_none"),
        ("[x](ch99.md)", "ch99.md"),
        ("[x](#nowhere)", "#nowhere"),
    ],
)
def test_what_is_not_there_fails_the_build(
    small_course: Path, build: Callable[[str], Outcome], text: str, sentence: str
) -> None:
    head, body = CHAPTER.split("# Create and read {#ch07}\n")
    page = f"{head}# Create and read {{#ch07}}\n\n{text}\n{body}"
    write(small_course / "docs/en/chapters/ch07_create_read.md", page)
    outcome = build("en")
    assert not outcome.built
    assert sentence in said(outcome)


def test_only_the_language_that_changed_is_built_again(small_course: Path) -> None:
    before = {lang: stamp(small_course, lang) for lang in ("en", "bn", "hi")}
    write(small_course / "docs/bn/chapters/ch07_create_read.md", CHAPTER)
    after = {lang: stamp(small_course, lang) for lang in ("en", "bn", "hi")}
    assert [lang for lang in before if before[lang] != after[lang]] == ["bn"]


def test_an_english_page_and_code_are_of_every_language(small_course: Path) -> None:
    before = {lang: stamp(small_course, lang) for lang in ("en", "bn", "hi")}
    write(small_course / "chapters/ch07_create_read/app/main.py", "NAME = 1\n")
    after = {lang: stamp(small_course, lang) for lang in ("en", "bn", "hi")}
    assert all(before[lang] != after[lang] for lang in before)


def test_a_database_beside_the_app_changes_nothing(small_course: Path) -> None:
    before = stamp(small_course, "en")
    write(small_course / "chapters/ch07_create_read/dokan.db", "")
    assert stamp(small_course, "en") == before


def test_a_folder_with_other_files_is_not_overwritten(small_course: Path, tmp_path: Path) -> None:
    mine = tmp_path / "mine"
    write(mine / "thesis.txt", "years of work")
    builder = Builder(small_course, lambda *_, **__: None)
    with pytest.raises(SetuError, match="empty folder"):
        builder.write(mine)
    assert (mine / "thesis.txt").exists()


def test_the_plugin_knows_in_which_languages_a_page_is(small_course: Path) -> None:
    from setu.site.course import Course

    plugin = SetuPlugin(Course(small_course, "en"), [], elements=False)
    assert plugin.translated["chapters/ch07_create_read.md"] == ["en", "bn"]
    assert plugin.translated["glossary.md"] == ["en", "bn", "hi"]


def test_a_picture_is_of_the_page_s_language_and_keeps_its_room(
    small_course: Path, build: Callable[[str], Outcome], tmp_path: Path
) -> None:
    for lang, width in (("en", 720), ("bn", 600)):
        path = small_course / f"docs/assets/images/guides/learn.{lang}.png"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + struct.pack(">II", width, 300))
        text = CHAPTER.replace("{#ch07}\n", '{#ch07}\n\n![A "task"](picture:learn)\n', 1)
        write(small_course / f"docs/{lang}/chapters/ch07_create_read.md", text)
        build(lang)
    for lang, shown, up in (("en", "480", "../.."), ("bn", "400", "../../..")):
        image = one(page(tmp_path, lang, "chapters/ch07_create_read/index.html"), "figure img")
        assert image["src"] == f"{up}/assets/images/guides/learn.{lang}.png"
        assert [image[name] for name in ("width", "height", "loading")] == [shown, "200", "lazy"]
        assert image["alt"] == 'A "task"'
