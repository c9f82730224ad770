"""A page of HTML that stands alone: no scripts, no request, everything strange is only text."""

from __future__ import annotations

import base64
import hashlib
import html
import re

from setu.printable import printable

STYLE = """
:root { color-scheme: light dark; --dim: #596273; --line: #c9cfda; --bar: #3465c4;
  --good: #17693a; --bad: #b3261e; --warn: #7a4a00; --paper: #fff; --ink: #1b1f27; --box: #f4f6fa }
@media (prefers-color-scheme: dark) { :root { --dim: #a5aebd; --line: #3d4553; --bar: #86abf5;
  --good: #72d195; --bad: #ff9a90; --warn: #f0c274; --paper: #14171d; --ink: #e7eaf0;
  --box: #1d222b } }
* { box-sizing: border-box }
body { font: 1rem/1.6 system-ui, "Noto Sans", "Noto Sans Bengali", "Noto Sans Devanagari",
  sans-serif; max-width: 60rem; margin: 0 auto; padding: 1.5rem 1rem 4rem; color: var(--ink);
  background: var(--paper); overflow-wrap: anywhere }
h1 { font-size: 1.6rem; line-height: 1.3; margin: 0 0 .5rem }
h2 { font-size: 1.2rem; line-height: 1.35; margin: 2.2rem 0 .6rem }
p { margin: .4rem 0 }
.scroll { overflow-x: auto }
table { border-collapse: collapse; width: 100% }
th, td { text-align: start; vertical-align: top; padding: .4rem .7rem .4rem 0;
  border-bottom: 1px solid var(--line); overflow-wrap: break-word }
th { font-weight: 600; white-space: nowrap }
td.number, th.number { text-align: end; font-variant-numeric: tabular-nums; white-space: nowrap }
.verdict { background: var(--box); border-radius: .5rem; padding: .8rem 1rem }
.verdict p { margin: 0; white-space: pre-wrap; min-height: .8em }
.verdict .in { padding-inline-start: 1.2rem }
.verdict .in.dim, code { font-family: ui-monospace, "Noto Sans Mono", monospace; font-size: .9em }
td:last-child { min-width: 7rem }
.bold { font-weight: 600 } .green { color: var(--good) } .red { color: var(--bad) }
.yellow { color: var(--warn) } .cyan, .dim { color: var(--dim) }
.small { color: var(--dim); font-size: .875rem }
svg { display: block; width: 100%; max-width: 40rem; height: auto }
svg rect { fill: var(--bar) } svg text { fill: currentColor; font-size: 13px }
svg line { stroke: var(--line) }
""".strip()
_HASH = base64.b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()
POLICY = f"default-src 'none'; style-src 'sha256-{_HASH}'; base-uri 'none'; form-action 'none'"
CODE = re.compile(r"`([^`\n]+)`")


def text(value: object) -> str:
    """Anything as text for HTML, without signs that would move or hide other text."""
    return html.escape(printable(str(value)))


def prose(value: str) -> str:
    """A sentence of ours with its `code`; like ``text`` otherwise."""
    return CODE.sub(r"<code>\1</code>", text(value))


def page(lang: str, title: str, body: str) -> bytes:
    """The whole page; ``body`` is HTML, ``title`` is not."""
    head = (
        f'<!doctype html>\n<html lang="{lang}">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta name="referrer" content="no-referrer">\n<meta name="robots" content="noindex">\n'
        f"<title>{text(title)}</title>\n<style>{STYLE}</style>\n</head>\n"
    )
    return f"{head}<body>\n<main>\n{body}\n</main>\n</body>\n</html>\n".encode(errors="replace")
