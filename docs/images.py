"""The pictures that are made from the course's own drawings and words; run it when these change.

uv run python docs/images.py [--screenshots SITE]

Writes the icons and one social card per language to ``docs/assets/images``; with ``--screenshots``
the README's pictures of the site in the folder SITE to ``docs/screenshots``.
"""

from __future__ import annotations

import argparse
import base64
import shutil
import threading
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

from setu.i18n import LANGUAGES
from setu.site.fonts import FIRST, FONTS, Font
from setu.site.words import NAMES, site_words

ROOT = Path(__file__).resolve().parents[1]
IMAGES = ROOT / "docs" / "assets" / "images"
SCREENSHOTS = ROOT / "docs" / "screenshots"
CHAPTER = "chapters/ch07_create_read/"
RIVER = "#0f4c5c"
SAFE = 0.72
"""Of a maskable icon's width, what no launcher cuts off."""
CARD = """<style>
  {faces}
  body {{ margin: 0; width: 1200px; height: 630px; box-sizing: border-box; padding: 70px 80px 0;
    background: #fffdfa; color: #1c2526; font: 40px/1.5 {family}, "Noto Sans"; overflow: hidden; }}
  h1 {{ margin: 0; color: #0f4c5c; font-size: 104px; line-height: 1.35; }}
  p {{ margin: 0; max-width: 1000px; }}
  .languages {{ margin-top: 14px; color: #566264; font-size: 28px; }}
  svg {{ position: absolute; left: 0; bottom: 0; width: 1200px; stroke-linecap: round; }}
  .bridge-water {{ fill: #cfe4e6 }} .bridge-bank {{ fill: #d9d2bf }}
  .bridge-lines {{ stroke: #0f4c5c; stroke-width: 1.6; opacity: .55 }}
  .bridge-arch {{ stroke: #0f4c5c; stroke-width: 4 }}
  .bridge-deck {{ stroke: #b45309; stroke-width: 4 }}
</style>{bridge}<h1>{name}</h1><p>{description}</p><p class="languages">{languages}</p>"""


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        """Nothing of each request."""


def whole(font: Font) -> str:
    """The family of a font's file before the site takes a part of it."""
    return font.package.replace("-", " ").title() if font.words_only else font.family


def text_family(lang: str) -> str:
    """What text in a language is set in."""
    return next(whole(font) for font in FONTS if font.family == FIRST[lang][0])


LOAD_FONTS = "Promise.all([...document.fonts].map(font => font.load()))"
"""``document.fonts.ready`` comes too soon: one font is asked for when another lacks a letter."""


def faces() -> str:
    """The site's fonts as rules of CSS that need no other file."""
    return "".join(
        f'@font-face{{font-family:"{whole(font)}";font-weight:{font.weight};'
        f"src:url(data:font/woff2;base64,"
        f"{base64.b64encode(font.file(ROOT).read_bytes()).decode()})}}"
        for font in FONTS
    )


def icons(browser: Browser) -> None:
    """The icon as PNG in the sizes of the manifest, and one that fills the square."""
    drawing = (IMAGES / "icon.svg").read_text(encoding="utf-8")
    for name, size, part in (
        ("icon-192.png", 192, 1.0),
        ("icon-512.png", 512, 1.0),
        ("icon-maskable-512.png", 512, SAFE),
    ):
        page = browser.new_page(viewport={"width": size, "height": size})
        ground = "transparent" if part == 1 else RIVER
        page.set_content(
            f"<style>body{{margin:0;background:{ground}}}"
            f"svg{{display:block;width:{part:.0%};margin:{(1 - part) / 2:.0%}}}</style>{drawing}"
        )
        page.screenshot(path=IMAGES / name, omit_background=True)
        page.close()


def cards(browser: Browser) -> None:
    """What a link to the course shows elsewhere: 1200×630, in each language."""
    bridge = (ROOT / "src/setu/site/theme/partials/bridge.svg").read_text(encoding="utf-8")
    for lang in LANGUAGES:
        words = site_words(lang)
        page = browser.new_page(viewport={"width": 1200, "height": 630})
        page.set_content(
            CARD.format(
                faces=faces(),
                family=f'"{text_family(lang)}"',
                bridge=bridge,
                name=words.text("site_name"),
                description=words.text("site_description"),
                languages=" · ".join(NAMES.values()),
            )
        )
        page.evaluate(LOAD_FONTS)
        page.screenshot(path=IMAGES / f"social-{lang}.png")
        page.close()


def screenshots(browser: Browser, site: Path) -> None:
    """The home page and a chapter's app in each language, as a phone shows them."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(site)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    SCREENSHOTS.mkdir(exist_ok=True)
    context = browser.new_context(
        viewport={"width": 390, "height": 700}, locale="en", service_workers="block"
    )
    for lang in LANGUAGES:
        home = f"http://127.0.0.1:{server.server_port}/" + ("" if lang == "en" else f"{lang}/")
        for name, path, shown in (("home", "", "h1"), ("chapter", CHAPTER, ".setu-start")):
            page = context.new_page()
            page.goto(home + path, wait_until="networkidle")
            page.locator(shown).first.evaluate("each => each.scrollIntoView({block: 'center'})")
            page.wait_for_timeout(500)  # the header's title changes
            page.screenshot(path=SCREENSHOTS / f"{name}-{lang}.png")
            page.close()
    server.shutdown()


if __name__ == "__main__":
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--screenshots", type=Path, metavar="SITE")
    site = asked.parse_args().screenshots
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(
            executable_path=shutil.which("chromium") or shutil.which("google-chrome"),
            args=["--no-sandbox", "--disable-gpu"],
        )
        if site:
            screenshots(chromium, site)
        else:
            icons(chromium)
            cards(chromium)
        chromium.close()
