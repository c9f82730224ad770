"""A notebook as a page: ids from cells, outputs as they were printed, no escape codes."""

from setu import markdown
from setu.site import labs

from .conftest import CELLS, code_cell, text_cell


def test_headings_take_the_id_of_their_cell() -> None:
    found = markdown.sections(labs.to_markdown(CELLS, "en"))
    assert [section.id for section in found] == ["title", "break", "break-2"]


def test_a_comment_in_a_fence_is_no_heading() -> None:
    assert "# no heading\n" in labs.to_markdown(CELLS, "en")


def test_a_code_cell_keeps_its_id_its_tags_and_its_source() -> None:
    page = labs.to_markdown(CELLS, "en")
    assert '<div class="cell" id="setup" data-cell="setup" data-tags="" markdown>' in page
    assert 'data-cell="fails" data-tags="raises-exception"' in page
    assert "```python\nprint('নাদিয়া')\n```" in page


def test_an_error_loses_its_colours_and_stays_whole() -> None:
    page = labs.to_markdown(CELLS, "en")
    assert "output--error" in page
    assert "````text\nZeroDivisionError: division by zero ```\n````" in page
    assert "\x1b" not in page


def test_a_table_stays_a_table_without_scripts() -> None:
    html = "<style>td{}</style><table><tr><td>চা</td></tr></table><script>x</script>"
    output: dict[str, object] = {
        "output_type": "display_data",
        "data": {"text/html": html, "text/plain": "..."},
    }
    page = labs.to_markdown([code_cell("show", "rows", output)], "en")
    assert "<table><tr><td>চা</td></tr></table>" in page
    assert "<script>" not in page
    assert "<style>" not in page


def test_a_text_that_is_not_translated_yet_says_so() -> None:
    cell = text_cell("why", "Why?") | {"metadata": {"setu": {"missing": True}}}
    page = labs.to_markdown([cell], "bn")
    assert 'lang="en"' in page
    assert "এখনো ইংরেজিতে" in page
