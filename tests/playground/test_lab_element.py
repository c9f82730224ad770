"""Labs in Chromium: every cell gives its stored output, and the page says what state it is in."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from setu.chapters.record import committed_revisions
from setu.labs.outputs import normalise_outputs
from setu.site.words import site_words

from .walking import PATIENCE

pytestmark = pytest.mark.chromium
ROOT = Path(__file__).resolve().parents[2]
NOTEBOOKS = sorted(ROOT.glob("notebooks/en/*.ipynb"))
COURSE = Path("/course")
"""Where the course's files lie in the worker."""
BUSY = ".setu-state:is([data-state=waiting], [data-state=running])"
LISTEN = """async () => {
    const { href } = document.querySelector("link[href$='playground.css']")
    const { engine } = await import(new URL("engine.js", href))
    const one = engine()
    const call = one.call.bind(one)
    window.answers = {}
    one.call = async (name, given, on) => {
        const answer = await call(name, given, on)
        if (name === "lab.run") answers[given.cell] = answer.outputs
        return answer
    }
}"""


def cell(page: Page, name: str) -> Locator:
    return page.locator(f'[data-cell="{name}"]')


def press(page: Page, name: str, key: str, lang: str = "en") -> None:
    """Press a button of a cell, by the key of its words."""
    text = site_words(lang).text(key)
    cell(page, name).get_by_role("button", name=text, exact=True).click()


def state(page: Page, name: str, wanted: str) -> None:
    expect(cell(page, name).locator(".setu-state")).to_have_attribute(
        "data-state", wanted, timeout=PATIENCE
    )


def texts(outputs: list[dict[str, Any]]) -> dict[str, str]:
    """The text of each output by kind: Jupyter and the page may take up the streams in turn."""
    found: dict[str, str] = {}
    for output in outputs:
        kind = output.get("name", output["output_type"])
        lines = output.get("text") or output.get("traceback") or output["data"]["text/plain"]
        text = "\n".join(lines) if "traceback" in output else "".join(lines)
        # SQLAlchemy names the parameters of a row in an order that may differ from run to run.
        text = re.sub(
            r"^\[parameters: .*$", lambda line: "".join(sorted(line[0])), text, flags=re.M
        )
        found[kind] = found.get(kind, "") + text.rstrip() + "\n"
    return found


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_lab_gives_its_stored_outputs(page: Page, address: str, path: Path) -> None:
    cells = [
        each
        for each in json.loads(path.read_text(encoding="utf-8"))["cells"]
        if each["cell_type"] == "code" and "not-in-browser" not in each["metadata"].get("tags", [])
    ]
    page.goto(f"{address}labs/{path.stem}/")
    first, last = cells[0]["id"], cells[-1]["id"]
    press(page, first, "page_edit")
    expect(cell(page, first).locator(".cm-content")).to_be_visible()
    page.evaluate(LISTEN)
    press(page, last, "page_run_above")
    expect(page.locator(BUSY)).to_have_count(0, timeout=PATIENCE)
    press(page, last, "page_run")
    expect(page.locator(BUSY)).to_have_count(0, timeout=PATIENCE)

    answers = page.evaluate("answers")
    own = [COURSE / "notebooks" / path.stem, COURSE]
    revisions = committed_revisions(ROOT / "chapters" / path.stem)
    for each in cells:
        outputs = normalise_outputs(answers[each["id"]], own, revisions)
        assert texts(outputs) == texts(each["outputs"]), each["id"]
        fails = "raises-exception" in each["metadata"].get("tags", [])
        state(page, each["id"], "error" if fails else "run")
    expect(page.locator(".cell > .output:visible")).to_have_count(0)


def test_what_a_reader_does_with_cells(page: Page, address: str) -> None:
    page.goto(f"{address}labs/ch07_create_read/")
    stored = cell(page, "add-nadia").locator(":scope > .output")
    expect(stored).to_be_visible()
    press(page, "setup", "page_run")
    state(page, "setup", "run")
    state(page, "add-nadia", "fresh")
    expect(stored).to_be_visible()

    # A name that an earlier cell makes, before that cell was run.
    press(page, "public-user", "page_run")
    state(page, "public-user", "error")
    expect(cell(page, "public-user").locator(".setu-outputs")).to_contain_text("NameError")
    expect(cell(page, "public-user")).to_contain_text(site_words("en").text("page_lab_above_first"))
    cell(page, "public-user").locator(".setu-place").click()
    expect(cell(page, "public-user").locator(".cm-content")).to_be_focused()

    # Only what has not run yet is run.
    press(page, "empty", "page_run_above")
    state(page, "public-user", "run")
    expect(cell(page, "setup").locator(".setu-state")).to_contain_text("number 1")
    expect(stored).to_be_hidden()

    # Changed, brought back, changed.
    press(page, "add-nadia", "page_edit")
    expect(cell(page, "add-nadia").locator(".cm-content")).to_be_focused()
    page.keyboard.press("Control+Home")
    page.keyboard.insert_text("while True: print('tick')\n")
    state(page, "add-nadia", "edited")
    press(page, "add-nadia", "page_restore")
    state(page, "add-nadia", "run")
    cell(page, "add-nadia").locator(".cm-content").click()
    page.keyboard.press("Control+Home")
    page.keyboard.insert_text("while True: print('tick')\n")

    # Stop ends it at once; what was written stays, variables are gone, and can be had again.
    press(page, "add-nadia", "page_run")
    expect(cell(page, "add-nadia").locator(".setu-outputs")).to_contain_text("tick\ntick")
    press(page, "add-nadia", "page_stop")
    for name in ("setup", "add-nadia", "public-user"):
        state(page, name, "gone")
    expect(page.get_by_text(site_words("en").text("page_lab_lost"))).to_be_visible()
    expect(cell(page, "add-nadia").locator(".cm-content")).to_contain_text("while True")
    press(page, "add-nadia", "page_restore")
    press(page, "public-user", "page_run_above")
    state(page, "add-nadia", "run")

    # Another visit: an edit is there, and nothing has run.
    cell(page, "add-nadia").locator(".cm-content").click()
    page.keyboard.press("Control+End")
    page.keyboard.type("\n# আমার")
    page.reload()
    press(page, "setup", "page_edit")
    state(page, "add-nadia", "changed")
    expect(cell(page, "add-nadia")).to_contain_text("# আমার")
    page.get_by_role("button", name=site_words("en").text("page_lab_anew")).click()
    page.get_by_role("button", name=site_words("en").text("page_yes"), exact=True).click()
    state(page, "add-nadia", "fresh")
    expect(page.locator(".lab")).to_contain_text("ch07_create_read.backup-1")


def test_sql_and_tables_stand_over_the_page(page: Page, address: str) -> None:
    page.goto(f"{address}labs/ch07_create_read/")
    press(page, "setup", "page_run")
    state(page, "setup", "run")
    before = page.evaluate("document.querySelector('article').getBoundingClientRect().width")
    page.get_by_role("button", name=site_words("en").text("page_panel")).click()
    panel = page.get_by_role("complementary", name=site_words("en").text("page_panel"))
    expect(panel).to_contain_text("CREATE TABLE users")
    panel.get_by_role("tab", name=site_words("en").text("page_panel_tables")).click()
    expect(panel).to_contain_text("users")
    after = page.evaluate("document.querySelector('article').getBoundingClientRect().width")
    assert before == after
    page.keyboard.press("Escape")
    expect(panel).to_be_hidden()


@pytest.mark.parametrize("lang", ["bn", "hi"])
def test_a_lab_on_a_phone(chromium: Browser, address: str, lang: str) -> None:
    phone = chromium.new_context(
        viewport={"width": 360, "height": 740}, has_touch=True, is_mobile=True
    )
    page = phone.new_page()
    page.goto(f"{address}{lang}/labs/ch07_create_read/")
    press(page, "setup", "page_run", lang)
    state(page, "setup", "run")
    shown = site_words(lang).text("page_cell_run", number="১" if lang == "bn" else "1")
    expect(cell(page, "setup").locator(".setu-state")).to_have_text(shown)
    press(page, "two-teas", "page_run", lang)
    state(page, "two-teas", "error")
    widest = page.evaluate("document.scrollingElement.scrollWidth")
    assert widest <= 360
    assert not re.search(r"page_\w+", page.locator("article").inner_text())
    phone.close()
