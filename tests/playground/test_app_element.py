"""The app of each chapter in Chromium: files, requests, SQL, tables, Swagger UI, Alembic, zip."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from setu.site.elements import files_of
from setu.site.words import site_words

from .walking import PATIENCE

pytestmark = pytest.mark.chromium
ROOT = Path(__file__).resolve().parents[2]
APIS = ["ch06_wiring", "ch07_create_read", "ch08_update_delete", "ch13_migrations"]
SCRIPTS = ["ch02_session", "ch03_models"]
N_PLUS_ONE = """

@app.get("/many")
async def many(db: DB) -> int:
    for user_id in range(5):
        await db.execute(select(User.username).where(User.id == user_id))
    return 5
"""


def word(key: str) -> str:
    return site_words("en").text(key)


def press(page: Page, key: str) -> None:
    app = page.locator("div[data-setu=app]")
    app.get_by_role("button", name=word(key), exact=True).first.click()


def begin(page: Page, address: str, chapter: str, key: str = "page_run") -> None:
    page.goto(f"{address}chapters/{chapter}/")
    press(page, key)


def said(page: Page, key: str) -> None:
    expect(page.locator(".setu-app .setu-said").first).to_have_text(word(key), timeout=PATIENCE)


def send(page: Page, example: str) -> None:
    """Choose a ready request and send it; the answer of the one before goes first."""
    page.locator(".setu-answer").evaluate("answer => answer.replaceChildren()")
    page.get_by_role("button", name=example, exact=True).click()
    page.locator(".setu-request [type=submit]").click()
    page.wait_for_selector(".setu-code")


def edit(page: Page, before: str, text: str) -> None:
    """Type at one end of the first file (``Control+Home``, ``Control+End``)."""
    page.locator(".cm-content").first.click()
    page.keyboard.press(before)
    page.keyboard.insert_text(text)


@pytest.mark.parametrize("chapter", APIS)
def test_the_app_of_a_chapter_answers_each_ready_request(
    page: Page, address: str, chapter: str
) -> None:
    begin(page, address, chapter)
    said(page, "page_app_running")
    names = page.locator(".setu-example").all_inner_texts()
    assert names
    for index in range(len(names)):
        page.locator(".setu-answer").evaluate("answer => answer.replaceChildren()")
        page.locator(".setu-example").nth(index).click()
        page.locator(".setu-request [type=submit]").click()
        page.wait_for_selector(".setu-code")
        assert int(page.locator(".setu-code").inner_text()) < 500, names[index]
    assert page.locator(".setu-group").count() > 1


@pytest.mark.parametrize("chapter", SCRIPTS)
def test_a_script_chapter_shows_its_output_and_its_sql(
    page: Page, address: str, chapter: str
) -> None:
    begin(page, address, chapter)
    said(page, "page_app_done")
    printed = page.locator(".setu-outputs .output").inner_text()
    stored = (ROOT / "chapters" / chapter / "demos/right_run_app.out").read_text(encoding="utf-8")
    command, wanted = stored.split("\n", 1)
    assert command == "$ python -m app"
    assert printed.split() == wanted.split()
    assert page.locator(".setu-transaction").count() > 0


def test_edit_run_break_mend_reset_and_download(page: Page, address: str, tmp_path: Path) -> None:
    begin(page, address, "ch07_create_read", "page_edit")
    edit(page, "Control+End", N_PLUS_ONE)
    page.keyboard.press("Control+Enter")
    said(page, "page_app_running")

    send(page, "GET /many")
    assert page.locator(".setu-answer code").last.inner_text() == "5"
    group = page.locator(".setu-group").first
    assert "GET /many → 200" in group.inner_text()
    assert group.locator(".setu-statement").count() == 1
    assert "× 5" in group.inner_text()
    assert word("page_xray_n_plus_one") in group.inner_text()

    send(page, "POST /users")
    send(page, "POST /users")
    assert page.locator(".setu-code").inner_text() == "409"
    undone = page.locator(".setu-group").first.locator(".setu-transaction--undone")
    assert word("page_xray_undone") in undone.inner_text()

    page.get_by_role("tab", name=word("page_panel_tables")).click()
    page.get_by_role("tab", name="users", exact=True).click()
    expect(page.locator(".setu-table:visible tbody tr")).to_have_count(1)

    edit(page, "Control+Home", "def broken(:\n")
    press(page, "page_run")
    said(page, "page_app_failed")
    page.locator(".setu-place").last.click()
    expect(page.locator(".setu-wrong")).to_have_text("def broken(:")
    page.keyboard.press("Control+z")
    expect(page.locator(".cm-line").first).not_to_have_text("def broken(:")

    with page.expect_download() as downloaded:
        press(page, "page_app_download")
    packed = tmp_path / "chapter.zip"
    downloaded.value.save_as(packed)
    with zipfile.ZipFile(packed) as archive:
        archive.extractall(tmp_path)
    ours = tmp_path / "ch07_create_read"
    changed = ours / "app/main.py"
    source = ROOT / "chapters/ch07_create_read"
    original = (source / "app/main.py").read_text("utf-8")
    assert changed.read_text("utf-8").startswith(original)
    assert {path.relative_to(ours) for path in ours.rglob("*") if path.is_file()} == {
        path.relative_to(source) for path in files_of(source)
    }
    runs = subprocess.run(
        [sys.executable, "-c", "from app.main import app; print(sorted(app.openapi()['paths']))"],
        cwd=ours, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert "/many" in runs.stdout, runs.stderr

    expect(page.locator(".setu-mark:visible")).to_have_count(1)
    press(page, "page_reset")
    press(page, "page_yes")
    expect(page.locator(".setu-mark:visible")).to_have_count(0)
    press(page, "page_app_undo_reset")
    expect(page.locator(".setu-mark:visible")).to_have_count(1)
    press(page, "page_reset")
    press(page, "page_yes")


def test_swagger_ui_asks_the_app_of_the_page(page: Page, address: str) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    begin(page, address, "ch06_wiring")
    said(page, "page_app_running")
    press(page, "page_swagger_open")
    page.locator(".opblock-get .opblock-summary-control").first.click()
    page.get_by_role("button", name="Execute").click()
    expect(page.locator(".live-responses-table .response-col_status").last).to_contain_text("200")
    assert "GET /users → 200" in page.locator(".setu-group").first.inner_text()
    assert all(url.startswith((address, "data:", "blob:")) for url in asked)


def test_alembic_makes_a_file_and_takes_a_step_back(page: Page, address: str) -> None:
    begin(page, address, "ch13_migrations", "page_edit")
    console = page.locator(".setu-alembic")
    log = page.locator(".setu-entry")

    def run(name: str) -> str:
        count = log.count()
        console.get_by_role("button", name=name, exact=True).first.click()
        expect(log).to_have_count(count + 1, timeout=PATIENCE)
        return log.last.inner_text()

    run("upgrade head")
    assert "(head)" in run("current")
    press_revision = console.locator("form [type=submit]").first
    count = log.count()
    press_revision.click()
    expect(log).to_have_count(count + 1)
    tab = page.locator(".setu-files [role=tab][aria-selected=true]")
    expect(tab).to_contain_text("add_a_column.py")
    expect(tab.locator(".setu-mark")).to_be_visible()
    run("upgrade +1")
    assert "downgrade" in run("downgrade -1")
    assert "add a column" in run("history")


def test_keyboard_alone_and_what_axe_finds(page: Page, address: str) -> None:
    begin(page, address, "ch06_wiring", "page_edit")
    expect(page.locator(".cm-content").first).to_be_focused()
    page.keyboard.press("Escape")
    page.keyboard.press("Tab")
    for _ in range(3):
        if page.evaluate("() => document.activeElement.textContent") == word("page_run"):
            break
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    said(page, "page_app_running")
    page.locator(".setu-files [role=tab]").first.focus()
    page.keyboard.press("ArrowRight")
    expect(page.locator(".setu-files [role=tab]").nth(1)).to_be_focused()
    page.evaluate((ROOT / "node_modules/axe-core/axe.min.js").read_text(encoding="utf-8"))
    found = page.evaluate(
        "async () => (await axe.run('div[data-setu=app]')).violations.map(each => each.id)"
    )
    assert found == []
