"""What readers' code and their network do wrong: the page says so in its language and goes on."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Locator, expect

from setu.playground import build

from ..browser.host import Host, hosting
from ..conftest import Site
from .walking import DESKTOP, MINE, PATIENCE, Reader

pytestmark = pytest.mark.chromium
ROUTES = """

@app.get("/raise")
async def raising() -> int:
    return 1 // 0


@app.get("/loop")
async def loop() -> None:
    while True:
        pass


@app.get("/print")
async def printing() -> int:
    print("start" + "x" * 10_000_000 + "end")
    return 1


@app.get("/delete")
async def delete() -> int:
    import os

    os.remove("dokan.db")
    return 1


@app.get("/exit")
async def leave() -> None:
    import sys

    sys.exit()


@app.get("/fill")
async def fill() -> None:
    big = []
    while True:
        big.append(bytearray(400_000_000))
"""
REFUSE = """
Object.defineProperty(globalThis, "indexedDB", { get() { throw new DOMException("no", "SecurityError") } })
Object.defineProperty(globalThis, "localStorage", { get() { throw new DOMException("no", "SecurityError") } })
globalThis.wrong = []
addEventListener("error", event => {
    if (event.filename.includes("/assets/playground/")) wrong.push(event.message)
})
addEventListener("unhandledrejection", event => wrong.push(String(event.reason)))
"""  # noqa: E501


@pytest.fixture(scope="module")
def host(site: Site) -> Iterator[Host]:
    with hosting(site.folder) as server:
        yield server


@pytest.fixture(scope="module")
def context(chromium: Browser) -> Iterator[BrowserContext]:
    """One reader for all tests that need no empty cache."""
    context = chromium.new_context(**DESKTOP)
    context.set_default_timeout(PATIENCE)
    yield context
    context.close()


def ask(reader: Reader, path: str) -> Locator:
    element = reader.element("app")
    element.locator(".setu-answer").evaluate("answer => answer.replaceChildren()")
    element.locator(".setu-line select").select_option("GET")
    element.locator(".setu-line input").fill(path)
    element.locator(".setu-request [type=submit]").click()
    return element


def answers(reader: Reader) -> None:
    """The app answers, started anew where need be, and what was written is there."""
    expect(ask(reader, "/users").locator(".setu-code")).to_have_text("200", timeout=PATIENCE)
    expect(reader.editor("app")).to_contain_text(MINE.strip())


def test_an_app_that_goes_wrong_in_every_way(context: BrowserContext, host: Host) -> None:
    reader = Reader(context.new_page(), host, "hi")
    reader.open("app")
    reader.write("app")
    reader.page.keyboard.press("Control+End")
    reader.page.keyboard.insert_text(ROUTES)
    # So that the beginning, with the reader's mark, is among the lines that the editor draws.
    reader.page.keyboard.press("Control+Home")
    reader.run("app")

    element = ask(reader, "/raise")
    reader.said("app", "page_app_raised")
    expect(element.locator(".setu-error").first).to_contain_text("ZeroDivisionError")
    answers(reader)

    element = ask(reader, "/print")
    expect(element.locator(".setu-code")).to_have_text("200")
    shown = element.locator(".setu-outputs").inner_text()
    assert "startx" in shown
    assert "xend" in shown
    assert len(shown) < 200_000
    answers(reader)

    ask(reader, "/delete")
    expect(element.locator(".setu-code")).to_have_text("200")
    reader.run("app")  # the startup makes the tables again
    answers(reader)

    ask(reader, "/exit")
    reader.said("app", "page_app_raised")
    expect(element.locator(".setu-error").first).to_contain_text("SystemExit")
    answers(reader)

    reader.page.evaluate("globalThis.setuLimit = 170_000")
    ask(reader, "/fill")
    crashed, raised = reader.word("page_ended_crashed"), reader.word("page_app_raised")
    said = element.locator(".setu-said").first
    reader.page.wait_for_function(
        "([line, texts]) => texts.includes(line.textContent)",
        arg=[said.element_handle(), [crashed, raised]],
    )
    answers(reader)

    reader.page.evaluate("globalThis.setuLimit = 3000")
    ask(reader, "/loop")
    reader.said("app", "page_ended_time_limit")
    reader.page.evaluate("globalThis.setuLimit = undefined")
    answers(reader)

    reader.page.locator(".cm-content:visible").first.click()
    reader.page.keyboard.press("Control+Home")
    reader.page.keyboard.insert_text("def broken(:\n")
    reader.press(reader.button("app", "page_run"))
    reader.said("app", "page_app_failed")
    reader.page.reload()
    reader.press(reader.button("app", "page_edit"))
    expect(reader.editor("app")).to_contain_text(f"def broken(:{MINE.strip()}")
    reader.page.close()


@pytest.mark.parametrize(("kind", "lang"), [("app", "bn"), ("lab", "hi"), ("exercise", "en")])
def test_a_network_lost_halfway_through_any_file(
    chromium: Browser, host: Host, site: Site, kind: str, lang: str
) -> None:
    context = chromium.new_context(**DESKTOP)
    context.set_default_timeout(PATIENCE)
    reader = Reader(context.new_page(), host, lang)
    [folder] = [path for path in (site.folder / build.PLACE).iterdir() if path.is_dir()]
    reader.open(kind)
    reader.write(kind)
    # What did arrive is kept: each file breaks off until its turn has come.
    names = ["worker.js", "python_stdlib.zip", "packages.zst", "pyodide.asm.wasm"]
    for index in range(len(names)):
        broken = {f"{build.PLACE}/{folder.name}/{name}" for name in names[index:]}
        host.breaks_off.update(broken)
        reader.press(reader.button(kind, "page_check" if kind == "exercise" else "page_run"))
        reader.said(kind, "page_ended_offline")
        expect(reader.editor(kind)).to_contain_text(MINE.strip())
        host.breaks_off.clear()
    reader.run(kind)
    context.close()


@pytest.mark.parametrize(("kind", "lang"), [("app", "hi"), ("lab", "en"), ("exercise", "bn")])
def test_a_browser_that_keeps_nothing_says_so_and_runs(
    context: BrowserContext, host: Host, kind: str, lang: str
) -> None:
    reader = Reader(context.new_page(), host, lang)
    reader.page.add_init_script(REFUSE)
    reader.open(kind)
    reader.write(kind)
    reader.run(kind)
    expect(reader.page.get_by_text(reader.word("page_store_refused")).first).to_be_visible()
    expect(reader.editor(kind)).to_contain_text(MINE.strip())
    assert reader.page.evaluate("wrong") == []
    reader.page.close()


def test_two_tabs_of_one_chapter(context: BrowserContext, host: Host) -> None:
    one, other = (Reader(context.new_page(), host, "en") for _ in range(2))
    one.page.goto(one.address("chapters/ch08_update_delete/"))
    other.page.goto(one.address("chapters/ch08_update_delete/"))
    other.write("app", "# other\n")
    one.write("app", "# one\n")
    notice = other.page.locator(".setu-notice:visible")
    expect(notice.first).to_contain_text(other.word("page_changed_elsewhere"))
    expect(other.editor("app")).to_contain_text("# other")
    other.run("app")
    one.run("app")
    other.page.close()
    one.page.close()
