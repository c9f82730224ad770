"""Chromium with the elements of the pages; a small course for what goes from page to terminal."""

from __future__ import annotations

from ..browser.conftest import address, chromium, serve
from ..exercises.conftest import course, exercise, setu

__all__ = ["address", "chromium", "course", "exercise", "serve", "setu"]
