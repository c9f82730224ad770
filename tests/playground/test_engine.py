"""The engine of the page in Chromium: stop, time limit, crash, a network or files that are gone."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, Route

from setu.playground import build

from ..browser.conftest import serve

ROOT = Path(__file__).resolve().parents[2]
pytestmark = [
    pytest.mark.chromium,
    pytest.mark.skipif(
        not (ROOT / "node_modules/pyodide").is_dir(), reason="uv run setu build fetches Pyodide"
    ),
]
CALL = """async ([folder, name, given]) => {
    const { engine } = await import(`${folder}engine.js`)
    globalThis.engine ??= engine()
    globalThis.told ??= []
    globalThis.lost ??= []
    if (!globalThis.heard) engine().listen(heard => {
        if (heard.progress) told.push(heard.progress)
        if (heard.lost) lost.push(heard.lost)
    })
    globalThis.heard = true
    const failed = error => ({ ending: error.ending, error: String(error) })
    return await engine().call(name, given).catch(failed)
}"""


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = build.make(ROOT)
    assert made
    folder = tmp_path_factory.mktemp("site")
    shutil.copytree(made / build.PLACE, folder / build.PLACE)
    (folder / "index.html").write_text(
        '<!doctype html><html lang="en"><link rel="icon" href="data:,">'
    )
    return folder


@pytest.fixture(scope="module")
def address(site: Path) -> Iterator[str]:
    yield from serve(site)


class Engine:
    """The engine of one page; each call waits for its answer."""

    def __init__(self, page: Page, folder: str) -> None:
        self.page, self.folder = page, folder

    def run(self, code: str, lab: str = "ch02_session") -> dict[str, Any]:
        given = {"lab": lab, "cell": "a", "code": code}
        return dict(self.page.evaluate(CALL, [self.folder, "lab.run", given]))

    def begin(self, code: str) -> None:
        given = {"lab": "ch02_session", "cell": "a", "code": code}
        self.page.evaluate(
            f"told => {{ globalThis.answer = ({CALL})(told) }}", [self.folder, "lab.run", given]
        )
        self.page.wait_for_function("globalThis.engine?.state === 'busy'", timeout=120_000)

    def answer(self) -> dict[str, Any]:
        return dict(self.page.evaluate("() => globalThis.answer"))


def _text(answer: dict[str, Any]) -> str:
    assert "outputs" in answer, answer
    return str(answer["outputs"][-1]["data"]["text/plain"])


@pytest.fixture
def engine(chromium: Browser, site: Path, address: str) -> Iterator[Engine]:
    context = chromium.new_context()
    page = context.new_page()
    page.set_default_timeout(180_000)
    page.goto(address)
    version = next(path.name for path in (site / build.PLACE).iterdir() if path.is_dir())
    yield Engine(page, f"{address}{build.PLACE}/{version}/")
    context.close()


def test_progress_is_told_and_stop_ends_an_endless_loop(engine: Engine) -> None:
    assert _text(engine.run("x = 2\nx")) == "2"
    told = engine.page.evaluate("told")
    assert [each["stage"] for each in told][-1] == "ready"
    assert {"download", "packages"} <= {each["stage"] for each in told}
    assert told[-1]["loaded"] == pytest.approx(told[-1]["total"])
    engine.begin("while True: pass")
    engine.page.evaluate("engine.stop()")
    assert engine.answer()["ending"] == "stopped"
    assert engine.page.evaluate("[engine.state, lost]") == ["off", ["stopped"]]
    assert _text(engine.run("'x' in globals()")) == "False"


def test_a_call_that_takes_too_long_is_ended_and_loading_does_not_count(engine: Engine) -> None:
    engine.page.evaluate("globalThis.setuLimit = 700")
    assert _text(engine.run("1 + 1")) == "2"
    assert engine.run("while True: pass")["ending"] == "time_limit"


def test_the_database_survives_a_stop(engine: Engine) -> None:
    engine.run(
        "import sqlite3\nfrom sqlalchemy import create_engine, text\n"
        "e = create_engine('sqlite:///kept.db')\n"
        "with e.begin() as c:\n    c.execute(text('CREATE TABLE kept (id INTEGER)'))"
    )
    engine.begin("while True: pass")
    engine.page.evaluate("engine.stop()")
    engine.answer()
    names = (
        "import sqlite3\n"
        "[row[0] for row in sqlite3.connect('kept.db').execute('SELECT name FROM sqlite_master')]"
    )
    assert _text(engine.run(names)) == "['kept']"


def test_a_memory_that_is_full_leaves_a_page_that_works(engine: Engine) -> None:
    engine.page.evaluate("globalThis.setuLimit = 170_000")
    answer = engine.run("big = []\nwhile True: big.append(bytearray(200_000_000))")
    error = answer.get("ending") or answer["trouble"]["error"]
    engine.page.evaluate("globalThis.setuLimit = undefined")
    assert error == "crashed" or error.startswith("MemoryError")
    assert _text(engine.run("1 + 1")) == "2"


def test_ten_megabytes_of_print_are_cut(engine: Engine) -> None:
    answer = engine.run("print('start' + 'x' * 10_000_000 + 'end')")
    assert answer["printed"].startswith("startx")
    assert answer["printed"].rstrip().endswith("xend")
    assert len(answer["printed"]) < 1_000_000
    assert len(str(answer["outputs"])) < 1_000_000


def test_a_network_that_is_gone_says_so_and_the_next_press_tries_again(engine: Engine) -> None:
    away = [True]

    def packages(route: Route) -> None:
        route.abort() if away[0] else route.continue_()

    engine.page.context.route("**/packages.zst", packages)
    assert engine.run("1")["ending"] == "offline"
    away[0] = False
    assert _text(engine.run("1 + 1")) == "2"


def test_files_of_an_older_site_that_are_gone_say_so(engine: Engine) -> None:
    names = ("course.zst", "worker.js", "pyodide.mjs", "pyodide.asm.mjs")
    for name in names:
        engine.page.context.route(f"**/{name}", lambda route: route.fulfill(status=404))
        assert engine.run("1")["ending"] == "outdated", name
        engine.page.context.unroute(f"**/{name}")
    assert _text(engine.run("1 + 1")) == "2"
    engine.page.context.route("**/data/*.json", lambda route: route.fulfill(status=404))
    assert engine.run("1", lab="ch03_models")["ending"] == "outdated"


def test_a_browser_without_webassembly_is_told(engine: Engine) -> None:
    engine.page.evaluate("delete globalThis.WebAssembly")
    assert engine.run("1")["ending"] == "unsupported"


def test_two_tabs_run_side_by_side(engine: Engine) -> None:
    other = engine.page.context.new_page()
    other.set_default_timeout(180_000)
    other.goto(engine.page.url)
    second = Engine(other, engine.folder)
    engine.run("x = 1")
    second.run("x = 2")
    assert (_text(engine.run("x")), _text(second.run("x"))) == ("1", "2")
