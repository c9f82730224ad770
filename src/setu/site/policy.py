"""The Content-Security-Policy that each page carries: nothing from elsewhere, no foreign script."""

from __future__ import annotations

import base64
import hashlib
import re
from pathlib import Path

SCRIPT = re.compile(r"<script(?P<attributes>[^>]*)>(?P<code>.*?)</script>", re.DOTALL)
NOT_RUN = re.compile(r"\ssrc=|\stype=\"?application/(?:ld\+)?json")
CHARSET = re.compile(r"<meta charset=\"?utf-8\"?\s*/?>", re.IGNORECASE)
RULES = {
    "default-src": "'self'",
    "script-src": "'self' 'wasm-unsafe-eval'",  # Python in the browser is WebAssembly
    "style-src": "'self' 'unsafe-inline'",  # the editor and the API's page make their styles
    "img-src": "'self' data:",
    "object-src": "'none'",
    "base-uri": "'self'",
    "form-action": "'self'",
}


def protect(folder: Path) -> None:
    """Write the policy into every page below ``folder``, with the hashes of its own scripts."""
    for path in folder.rglob("*.html"):
        html = path.read_text(encoding="utf-8")
        path.write_text(with_policy(html), encoding="utf-8")


def with_policy(html: str) -> str:
    """``html`` with its policy as the first thing after its character set.

    Raises ``ValueError`` for a page that does not say its character set.
    """
    rules = {**RULES, "script-src": " ".join([RULES["script-src"], *_hashes(html)])}
    policy = "; ".join(f"{name} {value}" for name, value in rules.items())
    meta = f'<meta http-equiv="Content-Security-Policy" content="{policy}">'
    protected, places = CHARSET.subn(lambda found: found[0] + meta, html, count=1)
    if not places:
        raise ValueError("a page without <meta charset>")
    return protected


def _hashes(html: str) -> list[str]:
    codes = [
        found["code"] for found in SCRIPT.finditer(html) if not NOT_RUN.search(found["attributes"])
    ]
    digests = [hashlib.sha256(code.encode()).digest() for code in dict.fromkeys(codes)]
    return [f"'sha256-{base64.b64encode(digest).decode()}'" for digest in digests]
