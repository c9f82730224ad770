"""The Content-Security-Policy in a real browser: it lets the site work and nothing else."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Route

from ..conftest import Site

pytestmark = pytest.mark.chromium
CHAPTER = "bn/chapters/ch07_create_read/"
ATTACKS = {
    "an inline script": "<script>document.title = 'hurt'</script>",
    "a script of another host": '<script src="https://example.com/x.js"></script>',
    "an attribute": "<img src=x onerror=\"document.title = 'hurt'\">",
    "a frame": '<iframe src="https://example.com/"></iframe>',
    "another base": '<base href="https://example.com/">',
    "a javascript: link": "<a id=trap href=\"javascript:document.title = 'hurt'\">x</a>",
}


def answer_with(body: str) -> Callable[[Route], None]:
    return lambda route: route.fulfill(body=body, content_type="text/html")


def test_what_somebody_writes_into_a_page_does_not_run(
    chromium: Browser, address: str, site: Site
) -> None:
    context = chromium.new_context(service_workers="block")
    page = context.new_page()
    let_through: list[str] = []
    page.route("https://example.com/**", lambda route: let_through.append(route.request.url))
    html = (site.folder / CHAPTER / "index.html").read_text(encoding="utf-8")
    for name, attack in ATTACKS.items():
        body = html.replace("</h1>", f"</h1>{attack}", 1)
        page.route(address + CHAPTER, answer_with(body))
        page.goto(address + CHAPTER)
        if page.locator("#trap").count():
            page.click("#trap")
        assert page.title() != "hurt", name
        assert page.evaluate("document.baseURI").startswith(address), name
        assert not let_through, name
        page.unroute(address + CHAPTER)
    context.close()


def test_the_same_attack_works_without_the_policy(
    chromium: Browser, address: str, site: Site
) -> None:
    """So that the test above can fail."""
    context = chromium.new_context(service_workers="block", bypass_csp=True)
    page = context.new_page()
    html = (site.folder / CHAPTER / "index.html").read_text(encoding="utf-8")
    body = html.replace("</h1>", f"</h1>{ATTACKS['an inline script']}", 1)
    page.route(address + CHAPTER, answer_with(body))
    page.goto(address + CHAPTER)
    assert page.title() == "hurt"
    context.close()


def test_no_page_sets_a_cookie(page: Page, browser_context: BrowserContext, address: str) -> None:
    for path in ("", CHAPTER, "hi/labs/ch07_create_read/", "exercises/ch07_get_user/"):
        page.goto(address + path)
        page.focus("input.md-search__input")
        assert page.evaluate("document.cookie") == ""
    assert browser_context.cookies() == []
