"""Pages without what need not be sent: the same text, in fewer bytes."""

from __future__ import annotations

import gzip
import re
from pathlib import Path

import pytest
from bs4 import BeautifulSoup

from setu.site.smaller import finish, smaller, without_icons

from ..conftest import ROOT, Site

MENU = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24"><path d="M3 6h18v2H3z"/></svg>'
NEXT = "chapters/ch08_update_delete/index.html"
# A site that knows its address says it, and what it is about, to search engines and messengers.
FOR_OTHERS = re.compile(
    r'<(?:meta (?:property|name="twitter)|link rel="(?:canonical|alternate ))[^>]*>|'
    r'<script type="application/ld\+json">.*?</script>',
    re.DOTALL,
)
HEADERS = 200
"""Bytes, about, that a host sends before a page."""


def test_layout_goes_and_code_keeps_every_space() -> None:
    html = "<p>\n   one\n  two</p>\n\n<pre><span></span><code>a\n    b  <b>c</b>\n</code></pre>\n"
    assert smaller(html) == "<p> one two</p> <pre><code>a\n    b  <b>c</b>\n</code></pre> "


def test_only_marks_that_have_a_colour_of_their_own_stay() -> None:
    code = '<span class="k">if</span><span class="w"> </span><span class="n">x</span>'
    assert smaller(f"<pre>{code}</pre>") == '<pre><span class="k">if</span> x</pre>'


def test_words_of_one_kind_are_marked_together() -> None:
    words = (
        '<span class="k">async</span>',
        '<span class="k">def</span>',
        '<span class="nf">f</span>',
    )
    expected = '<pre><span class="k">async def</span> <span class="nf">f</span></pre>'
    assert smaller(f"<pre>{' '.join(words)}</pre>") == expected
    lines = '<pre><span class="c1"># a</span>\n<span class="c1"># b</span></pre>'
    assert smaller(lines) == lines


@pytest.mark.parametrize("tag", ["pre", "script", "style", "textarea"])
def test_what_must_stay_as_it_is_stays(tag: str) -> None:
    html = f"<{tag}>a\n\n  b</{tag}>"
    assert smaller(html) == html


def test_an_icon_is_drawn_once_by_the_style_sheet(tmp_path: Path) -> None:
    for name in ("one.html", "two.html"):
        (tmp_path / name).write_text(f"<p>{MENU}{MENU}</p>", encoding="utf-8")
    rules = finish(tmp_path)
    page = (tmp_path / "two.html").read_text(encoding="utf-8")
    assert "M3 6h18v2H3z" not in page
    assert rules.count("M3 6h18v2H3z") == 1
    [name] = {str(icon["class"][0]) for icon in BeautifulSoup(page, "html.parser").select("svg")}
    assert f".{name}>rect{{clip-path:" in rules
    assert "url(" not in rules


@pytest.mark.parametrize(
    "drawing",
    ['<path d="M1 1h2" stroke-width="2"/>', '<path d="M1 1h2"/><circle r="3"/>'],
    ids=["drawn with a pen", "of two parts"],
)
def test_an_icon_that_is_more_than_one_filled_path_is_a_mask(drawing: str) -> None:
    rules: dict[str, str] = {}
    page = without_icons(f'<svg viewBox="0 0 24 24">{drawing}</svg>', rules)
    assert BeautifulSoup(page, "html.parser").select("svg:empty")
    [rule] = rules.values()
    assert "data:image/svg+xml" in rule


def test_a_drawing_of_the_course_is_no_icon() -> None:
    drawing = MENU.replace("0 0 24 24", "0 0 640 200")
    assert without_icons(drawing, {}) == drawing


@pytest.mark.parametrize("folder", ["", "bn/", "hi/"])
def test_the_next_chapter_is_less_than_14_kb(site: Site, folder: str) -> None:
    html = (site.folder / folder / NEXT).read_text(encoding="utf-8")
    assert len(gzip.compress(FOR_OTHERS.sub("", html).encode(), 6)) + HEADERS < 14_000


def test_every_file_that_a_page_links_to_is_the_source_itself(site: Site) -> None:
    for folder in ("", "bn/", "hi/"):
        page = site.folder / folder / NEXT
        soup = BeautifulSoup(page.read_text(encoding="utf-8"), "html.parser")
        links = soup.select("div[data-setu=app] .files a")
        assert links
        for link in links:
            raw = (page.parent / str(link["href"])).resolve()
            source = ROOT / "chapters/ch08_update_delete" / link.text
            assert raw.read_bytes() == source.read_bytes()
