"""Exercises in Chromium: the verdict, the solution, starting over, work that comes and goes."""

from __future__ import annotations

import io
import json
import re
import zipfile
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from setu.catalog import Exercise, load_catalog
from setu.exercises.bank import (
    lay_out,
    make_mistake,
    mistakes_of,
    solution_of,
    variants_of,
)
from setu.i18n import Words, read_messages, tool_messages
from setu.site.words import digits, site_words

from .walking import PATIENCE

pytestmark = pytest.mark.chromium
ROOT = Path(__file__).resolve().parents[2]
EXERCISES = load_catalog(ROOT).exercises
ID = "ch07_get_user"
EN = site_words("en")


def element(page: Page) -> Locator:
    return page.locator('[data-setu="exercise"]')


def press(page: Page, key: str, lang: str = "en") -> None:
    name = site_words(lang).text(key)
    element(page).get_by_role("button", name=name, exact=True).click()


def check(page: Page, lang: str = "en") -> Locator:
    """Press Check and wait for the verdict on it."""
    page.evaluate("document.querySelector('.setu-verdict')?.replaceChildren()")
    press(page, "page_check", lang)
    verdict = page.locator(".setu-verdict")
    expect(verdict.locator(".setu-verdict-head")).to_be_visible(timeout=PATIENCE)
    return verdict


def explained(exercise: Exercise, key: str, lang: str) -> re.Pattern[str]:
    """What a page shows of the message, whatever stands for its placeholders."""
    words = Words(lang, read_messages(exercise.folder / "messages.toml"))
    fields = re.findall(r"(?<!\{)\{(\w+)\}", _template(words, key))
    text = words.text(key, **dict.fromkeys(fields, "\0")).replace("`", "")
    return re.compile(".*".join(map(re.escape, text.split("\0"))), re.DOTALL)


def explained_end(exercise: Exercise, key: str) -> re.Pattern[str]:
    """The same for an outcome, which its error may tell more exactly (``start_error_table``)."""
    keys = [key, *(each for each in tool_messages() if each.startswith(f"{key}_"))]
    patterns = (explained(exercise, each, "en").pattern for each in keys)
    return re.compile("|".join(patterns), re.DOTALL)


def _template(words: Words, key: str) -> str:
    return next(each[key][words.lang] for each in words._catalogs if key in each)


def work_zip(folder: Path, id: str) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for path in sorted(folder.glob("app/**/*.py")):
            archive.write(path, f"{id}/{path.relative_to(folder).as_posix()}")
    return buffer.getvalue()


def open_work(page: Page) -> Locator:
    fold = page.locator("details.setu-fold").filter(has=page.locator("input[type=file]"))
    if fold.get_attribute("open") is None:
        fold.locator("summary").click()
    return fold


def take_in(page: Page, content: bytes, name: str = "work.zip") -> Locator:
    """Import a zip; gives the line that says what came of it."""
    fold = open_work(page)
    told = fold.locator(".setu-said")
    told.evaluate("line => line.replaceChildren()")
    fold.locator("input[type=file]").set_input_files(
        {"name": name, "mimeType": "application/zip", "buffer": content}
    )
    expect(told).not_to_be_empty()
    return told


@pytest.mark.parametrize("exercise", EXERCISES, ids=lambda exercise: exercise.id)
def test_starter_solution_and_a_mistake(
    page: Page, address: str, exercise: Exercise, tmp_path: Path
) -> None:
    page.goto(f"{address}exercises/{exercise.id}/")
    verdict = check(page)
    expect(verdict).to_have_attribute("data-outcome", "failed")
    expect(verdict).to_contain_text(explained(exercise, exercise.first_failure, "en"))

    starter, solution = exercise.folder / "starter", solution_of(exercise)
    take_in(page, work_zip(lay_out(tmp_path / "solution", starter, solution), exercise.id))
    verdict = check(page)
    expect(verdict).to_have_attribute("data-outcome", "passed")
    expect(verdict).to_contain_text(
        EN.text("verdict_passed", score=exercise.max_score, max_score=exercise.max_score)
    )
    expect(element(page).locator(".setu-state").first).to_have_attribute("data-state", "passed")

    seen = element(page).locator("details.setu-sql")
    seen.locator("summary").first.click()
    seen.get_by_role("tab", name=EN.text("page_panel_tables"), exact=True).click()
    expect(seen.get_by_role("columnheader", name="id", exact=False).first).to_be_visible()

    mistake = mistakes_of(exercise)[0]
    wrong = lay_out(tmp_path / "wrong", starter, solution)
    make_mistake(mistake, wrong)
    take_in(page, work_zip(wrong, exercise.id))
    verdict = check(page)
    expect(verdict).to_have_attribute("data-outcome", "failed")
    expect(verdict).to_contain_text(explained(exercise, mistake.key, "en"))
    expect(element(page).locator(".setu-state").first).to_have_attribute("data-state", "passed")


ENDS = {
    "app = FastAPI(": "import_error",
    "1 / 0": "import_error_raised",
    "": "import_error_no_app",
}
"""Source of an ``app/main.py`` → the message that it is told."""


def test_why_an_app_was_not_imported_is_told_as_in_the_terminal(
    page: Page, address: str, tmp_path: Path
) -> None:
    exercise = load_catalog(ROOT).exercise(ID)
    folder = lay_out(tmp_path, exercise.folder / "starter")
    page.goto(f"{address}exercises/{ID}/")
    check(page)
    for source, key in ENDS.items():
        (folder / "app/main.py").write_text(source, encoding="utf-8")
        take_in(page, work_zip(folder, ID))
        expect(check(page)).to_contain_text(explained(exercise, key, "en"))


@pytest.mark.nightly
@pytest.mark.parametrize("exercise", EXERCISES, ids=lambda exercise: exercise.id)
def test_the_whole_bank(page: Page, address: str, exercise: Exercise, tmp_path: Path) -> None:
    page.goto(f"{address}exercises/{exercise.id}/")
    check(page)
    starter, solution = exercise.folder / "starter", solution_of(exercise)
    for variant in variants_of(exercise):
        right = lay_out(tmp_path / variant.name, starter, solution, variant)
        take_in(page, work_zip(right, exercise.id))
        expect(check(page)).to_have_attribute("data-outcome", "passed")
    for mistake in mistakes_of(exercise):
        if not mistake.needs_threads:
            wrong = lay_out(tmp_path / mistake.id, starter, solution)
            make_mistake(mistake, wrong)
            take_in(page, work_zip(wrong, exercise.id))
            expect(check(page)).to_contain_text(explained_end(exercise, mistake.key))


def test_hints_solution_and_starting_over(chromium: Browser, address: str) -> None:
    context = chromium.new_context(accept_downloads=True)
    page = context.new_page()
    page.goto(f"{address}exercises/{ID}/")
    expect(page.locator("#hint-1")).to_be_visible()
    expect(page.locator("#hint-2")).to_be_hidden()
    page.locator("#hint-1 > summary").click()
    page.locator("#hint-2 > summary").click()
    expect(page.locator("#hint-3")).to_be_visible()

    press(page, "page_edit")
    editor = element(page).locator(".cm-content")
    editor.click()
    page.keyboard.press("Control+End")
    page.keyboard.type("# আমার")
    press(page, "page_solution")
    expect(element(page)).to_contain_text(EN.text("page_solution_ask"))
    press(page, "page_no")
    expect(page.locator(".setu-solution")).to_be_hidden()
    press(page, "page_solution")
    press(page, "page_yes")
    expect(page.locator(".setu-diff ins").last).to_contain_text("/users/{user_id}")
    expect(page.locator(".setu-diff del").last).to_contain_text("# আমার")

    press(page, "page_reset")
    press(page, "page_yes")
    expect(element(page)).to_contain_text(EN.text("page_kept_as", backup=f"{ID}.backup-1"))
    expect(editor).not_to_contain_text("# আমার")
    fold = open_work(page)
    fold.get_by_role("button", name=EN.text("page_bring_back", backup=f"{ID}.backup-1")).click()
    expect(editor).to_contain_text("# আমার")

    fold.get_by_role("textbox").fill("নাদিয়া")
    with page.expect_download() as download:
        press(page, "page_export")
    assert download.value.suggested_filename == "নাদিয়া.zip"
    with zipfile.ZipFile(download.value.path()) as archive:
        assert "# আমার" in archive.read(f"{ID}/app/main.py").decode()
        record = json.loads(archive.read("progress.json"))["exercises"][ID]
    assert (record["hints"], record["solution_seen"], record["attempts"]) == (2, True, 0)

    told = take_in(page, b"no zip", "essay.zip")
    expect(told).to_contain_text("essay.zip is not a zip that can be read")
    expect(editor).to_contain_text("# আমার")
    context.close()


def test_a_change_in_another_tab_is_told(chromium: Browser, address: str) -> None:
    context = chromium.new_context()
    one, other = context.new_page(), context.new_page()
    for page in (one, other):
        page.goto(f"{address}exercises/{ID}/")
        press(page, "page_edit")
        expect(element(page).locator(".cm-content")).to_be_focused()
    one.keyboard.press("Control+End")
    one.keyboard.type("# one")
    expect(element(other)).to_contain_text(EN.text("page_changed_elsewhere"))
    press(other, "page_load_it")
    expect(element(other).locator(".cm-content")).to_contain_text("# one")
    context.close()


@pytest.mark.parametrize("lang", ["bn", "hi"])
def test_an_exercise_on_a_phone(chromium: Browser, address: str, lang: str) -> None:
    phone = chromium.new_context(
        viewport={"width": 360, "height": 740}, has_touch=True, is_mobile=True
    )
    page = phone.new_page()
    page.goto(f"{address}{lang}/exercises/{ID}/")
    [exercise] = [each for each in EXERCISES if each.id == ID]
    verdict = check(page, lang)
    expect(verdict).to_contain_text(explained(exercise, exercise.first_failure, lang))
    score = {"score": digits("1", lang), "max_score": digits(str(exercise.max_score), lang)}
    expect(verdict).to_contain_text(Words(lang).text("verdict_failed", **score))
    open_work(page)
    assert page.evaluate("document.scrollingElement.scrollWidth") <= 360
    assert not re.search(r"page_\w+", element(page).inner_text())
    phone.close()
