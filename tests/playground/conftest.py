"""Chromium with the elements of the pages; a small course for what goes from page to terminal."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from ..browser.conftest import address, chromium, serve
from ..exercises.conftest import course, exercise, setu
from .walking import DESKTOP, PATIENCE

__all__ = ["address", "chromium", "course", "exercise", "serve", "setu"]


@pytest.fixture(scope="module")
def reader(chromium: Browser) -> Iterator[BrowserContext]:
    """One reader for a whole file: the runtime is loaded once and then comes from the cache."""
    context = chromium.new_context(locale="en-US", **DESKTOP)
    context.set_default_timeout(PATIENCE)
    yield context
    context.close()


@pytest.fixture
def page(reader: BrowserContext) -> Iterator[Page]:
    page = reader.new_page()
    yield page
    page.close()
