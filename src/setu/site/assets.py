"""The site's own files that are no pages, and the addresses under which pages ask for them."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path

WORKER = "sw.js"
"""The service worker lies at the site's root: it serves what is at its side and below."""


def own(root: Path) -> dict[str, bytes]:
    """``docs/assets`` by place in the site."""
    folder = root / "docs" / "assets"
    found = {
        f"assets/{path.relative_to(folder).as_posix()}": path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }
    found[WORKER] = found.pop(f"assets/js/{WORKER}")
    return found


def addresses(files: Mapping[str, bytes]) -> dict[str, str]:
    """Place → place with a hash behind it, for scripts and styles.

    The service worker keeps such a file for good: its address changes with its content.
    """
    return {
        place: f"{place}?{hashlib.sha256(content).hexdigest()[:8]}"
        for place, content in files.items()
        if place.endswith((".css", ".js"))
    }
