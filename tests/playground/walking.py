"""A reader who opens pages of a host, changes something in an element, and runs or checks it."""

from __future__ import annotations

import re
import time
from dataclasses import dataclass
from typing import Any

from playwright.sync_api import Locator, Page, expect

from setu.site.words import site_words

from ..browser.host import Host

PATIENCE = 120_000.0
DESKTOP: dict[str, Any] = {"viewport": {"width": 1280, "height": 900}}
PHONE: dict[str, Any] = {
    "viewport": {"width": 360, "height": 740},
    "has_touch": True,
    "is_mobile": True,
}
PLACES = {
    "app": "chapters/ch07_create_read/",
    "lab": "labs/ch07_create_read/",
    "exercise": "exercises/ch07_get_user/",
}
MINE = "# আমার লেখা\n"
KEPT = """async () => {
  const names = await caches.keys()
  const course = await (await caches.open("setu-course")).keys()
  const kept = course.map(request => request.url)
  const needs = [location.href.replace(/[?#].*/, ""), "offline.html", "start.js"]
  if (!needs.every(need => kept.some(url => url.includes(need)))) return false
  const name = names.find(name => name.startsWith("setu-playground-"))
  if (!name) return false
  const cache = await caches.open(name)
  const urls = (await cache.keys()).map(request => request.url)
  const list = urls.find(url => url.endsWith("files.json"))
  if (!list) return false
  const all = await (await cache.match(list)).json()
  return all.every(each => urls.includes(new URL(each, list).href))
}"""
"""Whether the service worker has this page and all that the playground may need."""


@dataclass
class Reader:
    """One page of a browser, in one language; presses with a finger on a phone."""

    page: Page
    host: Host
    lang: str
    touch: bool = False

    def word(self, key: str) -> str:
        return site_words(self.lang).text(key)

    def open(self, kind: str) -> None:
        self.page.goto(self.address(PLACES[kind]))

    def address(self, path: str) -> str:
        return self.host.address + ("" if self.lang == "en" else f"{self.lang}/") + path

    def press(self, target: Locator) -> None:
        target.tap() if self.touch else target.click()

    def element(self, kind: str) -> Locator:
        if kind == "lab":
            return self.page.locator('[data-cell="setup"]')
        return self.page.locator(f'div[data-setu="{kind}"]')

    def button(self, kind: str, key: str) -> Locator:
        named = self.element(kind).get_by_role("button", name=self.word(key), exact=True)
        return named.and_(self.page.locator(":not(.setu-symbol)"))

    def write(self, kind: str, text: str = MINE) -> None:
        """Open the editor and type at its beginning."""
        self.press(self.button(kind, "page_edit"))
        editor = self.editor(kind)
        expect(editor).to_be_focused(timeout=PATIENCE)
        self.page.keyboard.press("Control+Home")
        self.page.keyboard.insert_text(text)
        expect(editor).to_contain_text(text.strip())

    def editor(self, kind: str) -> Locator:
        return self.element(kind).locator(".cm-content:visible").first

    def run(self, kind: str) -> None:
        """Run the app or the cell, or check the exercise, and wait for the right answer."""
        self.press(self.button(kind, "page_check" if kind == "exercise" else "page_run"))
        self.ran(kind)

    def ran(self, kind: str) -> None:
        element = self.element(kind)
        if kind == "app":
            self.said(kind, "page_app_running")
            element.locator(".setu-answer").evaluate("answer => answer.replaceChildren()")
            self.press(element.get_by_role("button", name="GET /users", exact=True))
            self.press(element.locator(".setu-request [type=submit]"))
            expect(element.locator(".setu-code")).to_have_text("200", timeout=PATIENCE)
            expect(element.locator(".setu-group").first).to_contain_text("GET /users → 200")
        elif kind == "lab":
            expect(element.locator(".setu-state")).to_have_attribute(
                "data-state", "run", timeout=PATIENCE
            )
        else:
            verdict = element.locator(".setu-verdict")
            expect(verdict).to_have_attribute("data-outcome", "failed", timeout=PATIENCE)

    def said(self, kind: str, key: str) -> None:
        """The sentence of a key, in the page's language, is in the element."""
        text = self.word(key).replace("`", "")
        told = self.element(kind).locator(".setu-said, [role=status]").filter(has_text=text)
        expect(told.first).to_be_visible(timeout=PATIENCE)

    def looks_right(self) -> None:
        """Nothing is wider than the page, and every text has its words."""
        root = self.page.locator("html")
        expect(root).to_have_attribute("lang", self.lang)
        wide, room = self.page.evaluate("[document.scrollingElement.scrollWidth, innerWidth]")
        assert wide <= room
        assert not re.search(r"\bpage_\w+", self.page.locator("article").inner_text())

    def kept_by_worker(self) -> None:
        """Wait until the service worker has this page and all that the playground may need."""
        end = time.monotonic() + PATIENCE / 1000
        while not self.page.evaluate(KEPT):
            assert time.monotonic() < end, "the service worker has not kept everything"
            time.sleep(0.2)
