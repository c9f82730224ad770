"""Smaller pages: without the layout of the templates, icons drawn by the style sheet."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path
from urllib.parse import quote

VERBATIM = re.compile(r"(<(pre|script|style|textarea)\b.*?</\2>)", re.DOTALL)
SPACE = re.compile(r"\s+")
# Pygments marks names, constants, spaces, brackets and signs, and begins with an empty element for
# old browsers. All of them have the colour of the code itself (``setu.css``).
PLAIN = re.compile(r'<span class="(?:n|w|p|o|kc|ow|sa)">([^<]*)</span>|(?<=<pre>)<span></span>')
ALIKE = re.compile(r'(<span class="(\w+)">[^<]*)</span>( *)<span class="\2">')
"""Two words of one kind, ``async def`` say."""
ICON = re.compile(
    r'<svg(?P<attributes>(?: [\w:-]+="[^"]*")*? viewBox="0 0 24 24"[^>]*)>(?P<drawing>.*?)</svg>'
)
PATH = re.compile(r'<path d="([^"]*)"(?:/>|></path>)')
# A whole square of which the style sheet cuts the icon out: an image in a style sheet is a document
# of its own, and a handful of those keep the first paint waiting for a tenth of a second.
SQUARE = "<rect/>"
SHOWN = (
    "svg[class^=icon-]>rect{width:100%;height:100%;fill:currentcolor}"
    "svg[class^=icon-]:empty{background-color:currentcolor;forced-color-adjust:none;"
    "-webkit-mask:var(--icon) center/contain no-repeat;mask:var(--icon) center/contain no-repeat}"
)


def finish(site_dir: Path) -> str:
    """Make the pages in ``site_dir`` smaller; gives the rules of their icons."""
    rules: dict[str, str] = {}
    for page in sorted(site_dir.rglob("*.html")):
        html = smaller(page.read_text(encoding="utf-8"))
        page.write_text(without_icons(html, rules), encoding="utf-8")
    return "".join([SHOWN, *rules.values()]) if rules else ""


def smaller(html: str) -> str:
    """A page that looks and reads the same."""
    parts = VERBATIM.split(html)
    # Of each element that is kept as it is, split gives the element and its name.
    outside = [SPACE.sub(" ", part) for part in parts[::3]]
    inside = [_joined(PLAIN.sub(r"\1", part)) for part in parts[1::3]]
    return "".join(a + b for a, b in zip(outside, [*inside, ""], strict=True))


def _joined(code: str) -> str:
    while (joined := ALIKE.sub(r"\1\3", code)) != code:
        code = joined
    return code


def without_icons(html: str, rules: dict[str, str]) -> str:
    """``html`` with icons that the style sheet draws; ``rules`` gets those that are new."""

    def icon(found: re.Match[str]) -> str:
        attributes = re.sub(r' (?:xmlns|viewBox)="[^"]*"', "", found["attributes"])
        drawn = attributes.replace("currentColor", "#000").replace(' aria-hidden="true"', "")
        name = "icon-" + hashlib.sha256((drawn + found["drawing"]).encode()).hexdigest()[:3]
        path = PATH.fullmatch(found["drawing"])
        if path and not drawn:
            rules[name] = f'.{name}>rect{{clip-path:path("{path[1]}")}}'
            return f'<svg class="{name}" viewBox="0 0 24 24">{SQUARE}</svg>'
        svg = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24"{drawn}>'
        address = quote(f"{svg}{found['drawing']}</svg>", safe=" ='/:.-,()")
        rules[name] = f'.{name}{{--icon:url("data:image/svg+xml,{address}")}}'
        return f'<svg class="{name}" viewBox="0 0 24 24"></svg>'

    return ICON.sub(icon, html)
