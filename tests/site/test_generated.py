"""Pages made from pages: old → new, errors, glossary, exercises, navigation."""

from pathlib import Path

import pytest

from setu.errors import SetuError
from setu.site import generated
from setu.site.course import Course
from setu.site.nav import navigation

from .conftest import write


def test_old_new_has_the_boxes_of_the_chapters_with_links_that_work_there(
    small_course: Path,
) -> None:
    text = Course(small_course, "en").sources["old-new.md"].text
    assert '!!! old-new "Reading rows"' in text
    assert "[models](chapters/ch07_create_read.md#models)" in text
    assert "In the chapter: [Models](chapters/ch07_create_read.md#models)" in text
    assert "A failure" not in text


def test_old_new_in_bangla_has_the_bangla_boxes(small_course: Path) -> None:
    text = Course(small_course, "bn").sources["old-new.md"].text
    assert "## ৭. তৈরি ও পড়া {#ch07}" in text


def test_old_new_leads_to_the_section_and_not_to_a_part_of_it(small_course: Path) -> None:
    page = small_course / "docs/en/chapters/ch07_create_read.md"
    text = page.read_text(encoding="utf-8")
    write(page, text.replace("!!! old-new", "### One row {#one-row}\n\n!!! old-new"))
    text = Course(small_course, "en").sources["old-new.md"].text
    assert "In the chapter: [Models](chapters/ch07_create_read.md#models)" in text


def test_errors_name_the_exception_and_not_what_is_set_in_below_it(small_course: Path) -> None:
    write(
        small_course / "chapters/ch07_create_read/demos/wrong_name.out",
        "Traceback (most recent call last):\nValidationError: 1 error:\n  {}\n    GET /users\n",
    )
    text = Course(small_course, "en").sources["errors.md"].text
    assert "```text\nValidationError: 1 error:\n```" in text


def test_errors_lead_to_the_heading_that_explains_them(small_course: Path) -> None:
    text = Course(small_course, "en").sources["errors.md"].text
    assert "```text\nNameError: name 'Rahim' is not defined\n```" in text
    assert "[A failure](chapters/ch07_create_read.md#failure)" in text
    assert "[SQL:" not in text


def test_glossary_shows_the_english_word_beside(small_course: Path) -> None:
    text = Course(small_course, "bn").sources["glossary.md"].text
    assert '### সেশন {#session}\n\n<p class="beside"><span lang="en">session</span>' in text


def test_hints_are_folded_and_the_element_stands_before_them(small_course: Path) -> None:
    text = Course(small_course, "en").sources["exercises/ch07_get_user.md"].text
    element, hint = text.index('data-id="ch07_get_user"'), text.index("<details")
    assert element < hint
    assert '<details class="hint" id="hint-2"' in text
    assert "## Hint" not in text


@pytest.mark.parametrize(
    ("link", "moved"),
    [
        ("](#models)", "](chapters/ch07.md#models)"),
        ("](ch08.md#undo)", "](chapters/ch08.md#undo)"),
        ("](../labs/ch07.md)", "](labs/ch07.md)"),
        ("](https://docs.python.org/3/)", "](https://docs.python.org/3/)"),
        ("](term:session)", "](term:session)"),
    ],
)
def test_links_move_with_their_box(link: str, moved: str) -> None:
    assert generated.relocate(f"[x{link}", "chapters/ch07.md") == f"[x{moved}"


def test_navigation_comes_from_the_catalog(small_course: Path) -> None:
    nav = navigation(Course(small_course, "bn"))
    assert nav[0] == {"হোম": "index.md"}
    assert nav[1] == {
        "অধ্যায়": [
            {
                "৭. তৈরি ও পড়া": [
                    {"৭. তৈরি ও পড়া": "chapters/ch07_create_read.md"},
                    {"ল্যাব": "labs/ch07_create_read.md"},
                    {"অনুশীলন: One user": "exercises/ch07_get_user.md"},
                ]
            }
        ]
    }
    assert [next(iter(entry.values())) for entry in nav[2]["দরকারে দেখুন"]] == [
        "old-new.md",
        "glossary.md",
        "errors.md",
    ]


def test_a_missing_translation_is_the_english_page(small_course: Path) -> None:
    source = Course(small_course, "hi").sources["chapters/ch07_create_read.md"]
    assert (source.lang, source.state.kind) == ("en", "missing")


def test_a_translation_without_an_english_page_is_refused(small_course: Path) -> None:
    write(small_course / "docs/hi/extra.md", "# X {#x}\n")
    with pytest.raises(SetuError, match=r"docs/hi/extra\.md"):
        _ = Course(small_course, "hi").sources
