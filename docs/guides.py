"""The pictures of the guides: the real programs at work on sample data, in each language.

uv run python docs/guides.py SITE [NAME …]

SITE is the folder of a built site with the playground. Writes ``docs/assets/images/guides``; with
names (learn, class, feedback, app, exercise) only those. Needs Linux, bubblewrap and Chromium.
"""

from __future__ import annotations

import argparse
import io
import os
import select
import shutil
import subprocess
import sys
import tempfile
import threading
import time
import zipfile
from functools import partial
from http.server import ThreadingHTTPServer
from pathlib import Path

from images import IMAGES, LOAD_FONTS, ROOT, Quiet, faces, text_family
from PIL import Image
from playwright.sync_api import Browser, FilePayload, FloatRect, Locator, Page, sync_playwright
from rich.console import Console
from rich.terminal_theme import TerminalTheme
from rich.text import Text

from setu.catalog import load_catalog
from setu.exercises.bank import lay_out, make_mistake, mistakes_of, solution_of
from setu.i18n import LANGUAGES, Words
from setu.site.words import site_words

PICTURES = IMAGES / "guides"
CHAPTER, EXERCISE = "ch07_create_read", "ch07_get_user"
CATALOG = load_catalog(ROOT)
COURSE = "/home/nadia/setu"
"""Where the course seems to lie while ``setu learn`` runs."""
SETU = [sys.executable, "-m", "setu"]
COLUMNS = 54
WIDTH = 480
"""CSS pixels of a picture, which stays legible on a phone; it is taken ``FINE`` times as fine."""
FINE = 1.5
LARGEST = 60_000
"""Bytes of a picture."""
CLASS = {
    "en": ["Nadia", "Rahim", "Priya", "Aarav", "Sumaiya", "Tanvir", "Meera", "Ishaan"],
    "bn": ["নাদিয়া", "রহিম", "প্রিয়া", "আরব", "সুমাইয়া", "তানভীর", "মীরা", "ঈশান"],
    "hi": ["नादिया", "रहीम", "प्रिया", "आरव", "सुमैया", "तनवीर", "मीरा", "ईशान"],
}
HANDED_IN = ["null", "", "null", "no_where", "", "no_response_model", "bad_request", ""]
"""Of each in the class the mistake; none: the solution."""
COLOURS = TerminalTheme(
    (16, 33, 40),
    (220, 230, 228),
    [(30, 52, 60), (255, 140, 125), (126, 217, 150), (240, 196, 120), (130, 170, 255),
     (200, 160, 240), (120, 205, 215), (220, 230, 228)],
)  # fmt: skip
TERMINAL = """<style>
  {faces}
  body {{ margin: 0; width: {width}px; background: #102128; color: #dce6e4; }}
  pre {{ margin: 0; padding: 16px 18px; white-space: pre-wrap; overflow-wrap: anywhere;
    font: 12px/1.6 "JetBrains Mono", {family}, "Noto Sans", monospace; }}
  .typed {{ color: #f0c478; }}
</style><pre><span class="typed">$ uv run setu learn</span>
{printed}</pre>"""


def shoot(page: Page, name: str, lang: str, first: Locator, last: Locator) -> None:
    """The page from the top of one element to the end of another, in few colours."""
    page.evaluate("document.querySelectorAll('.md-header, .md-top').forEach(each => each.remove())")
    top = first.evaluate("each => each.getBoundingClientRect().top + scrollY")
    end = last.evaluate("each => each.getBoundingClientRect().bottom + scrollY")
    clip: FloatRect = {"x": 0, "y": top, "width": WIDTH, "height": end - top}
    taken = io.BytesIO(page.screenshot(clip=clip, full_page=True, animations="disabled"))
    image = Image.open(taken).convert("RGB")
    for colours in (64, 32, 16):
        packed = io.BytesIO()
        # The rare colours count: they tell right from wrong.
        few = image.quantize(
            colours, Image.Quantize.MAXCOVERAGE, kmeans=2, dither=Image.Dither.NONE
        )
        few.save(packed, "PNG", optimize=True)
        if packed.tell() <= LARGEST:
            break
    else:
        sys.exit(f"{name}.{lang}.png: {packed.tell()} bytes, more than {LARGEST}")
    PICTURES.mkdir(exist_ok=True)
    (PICTURES / f"{name}.{lang}.png").write_bytes(packed.getvalue())
    print(f"{name}.{lang}.png: {image.width}×{image.height}, {packed.tell()} bytes")


def answer(target: Path, mistake: str) -> Path:
    """The exercise's solution in ``target``, with one of its known mistakes or (empty) none."""
    exercise = CATALOG.exercise(EXERCISE)
    lay_out(target, exercise.folder / "starter", solution_of(exercise))
    if mistake:
        make_mistake(next(each for each in mistakes_of(exercise) if each.id == mistake), target)
    return target


# --- in a terminal


class Terminal:
    """``setu learn`` in a pseudo-terminal and in a folder of its own; ``work`` is the learner's."""

    def __init__(self, lang: str, work: Path) -> None:
        import pty

        self.printed = ""
        self._ours, theirs = pty.openpty()
        command = _inside(work, *SETU, "learn", "--lang", lang)
        environment = os.environ | {"COLUMNS": str(COLUMNS), "TERM": "xterm-256color"}
        self._process = subprocess.Popen(
            command, stdin=theirs, stdout=theirs, stderr=theirs, env=environment
        )
        os.close(theirs)

    def wait_for(self, text: str, times: int) -> None:
        """Read until ``text`` was printed so many times."""
        end = time.monotonic() + 120
        while self.printed.count(text) < times:
            if time.monotonic() > end:
                sys.exit(f"no {text!r} in:\n{self.printed}")
            if select.select([self._ours], [], [], 1)[0]:
                self.printed += os.read(self._ours, 65536).decode().replace("\r\n", "\n")

    def close(self) -> None:
        os.write(self._ours, b"q")
        self._process.wait(60)
        os.close(self._ours)


def _inside(work: Path, *command: str) -> list[str]:
    """``command`` where the course lies in ``COURSE`` and ``work`` in the course."""
    words = ["bwrap", "--bind", "/", "/", "--dev", "/dev", "--proc", "/proc", "--tmpfs", "/home"]
    for path in sorted(ROOT.iterdir()):
        if path.name not in {"work", ".git", ".venv"}:
            words += ["--ro-bind", str(path), f"{COURSE}/{path.name}"]
    return [*words, "--bind", str(work), f"{COURSE}/work", "--chdir", COURSE, *command]


def learn(browser: Browser, lang: str, folder: Path) -> None:
    """Welcome and task, then a save with a mistake."""
    keys = Words(lang).text("learn_keys").split(",")[0]
    for before in CATALOG.exercises:
        if before.id == EXERCISE:
            break
        lay_out(folder / before.id, before.folder / "starter", solution_of(before))
        checked = _inside(folder, *SETU, "check", before.id)
        subprocess.run(checked, check=True, capture_output=True)
    terminal = Terminal(lang, folder)
    terminal.wait_for(keys, 1)
    answer(folder / EXERCISE, "null")
    terminal.wait_for(keys, 2)
    terminal.close()
    console = Console(record=True, file=io.StringIO(), width=1000, force_terminal=True)
    lines = terminal.printed.splitlines()
    passed = max(number for number, line in enumerate(lines) if "✓" in line)
    end = next(number for number in range(passed, len(lines)) if not lines[number].strip())
    console.print(Text.from_ansi("\n".join(lines[:end])), soft_wrap=True)
    printed = console.export_html(theme=COLOURS, inline_styles=True, code_format="{code}")
    page = browser.new_page(viewport={"width": WIDTH, "height": 800}, device_scale_factor=FINE)
    family = f'"{text_family(lang)}"'
    page.set_content(TERMINAL.format(faces=faces(), width=WIDTH, family=family, printed=printed))
    page.evaluate(LOAD_FONTS)
    shoot(page, "learn", lang, page.locator("pre"), page.locator("pre"))
    page.close()


# --- for a class


def grade(lang: str, folder: Path) -> None:
    """``class.html`` and ``feedback/`` in ``folder``, of what the class handed in."""
    for student, mistake in zip(CLASS[lang], HANDED_IN, strict=True):
        answer(folder / "submissions" / student / EXERCISE, mistake)
    told = ["--out", "class.csv", "--feedback", "feedback", "--seed", "7", "--lang", lang]
    command = [*SETU, "grade", "submissions", *told, "--root", str(ROOT)]
    subprocess.run(command, cwd=folder, check=True, capture_output=True)


def whole(browser: Browser, name: str, lang: str, file: Path, last: str) -> None:
    """A file that `setu grade` wrote, from its top to the end of ``last``."""
    page = browser.new_page(
        viewport={"width": WIDTH, "height": 800}, device_scale_factor=FINE, bypass_csp=True
    )
    # Nothing is drawn before the fonts are there: Chromium keeps the font that it drew a word in.
    look = faces() + "body { padding-top: .9rem !important } body:not(.ready) { display: none }"
    page.set_content(file.read_text(encoding="utf-8").replace("</style>", f"{look}</style>", 1))
    page.evaluate(LOAD_FONTS)
    page.evaluate("document.body.classList.add('ready')")
    shoot(page, name, lang, page.locator("body"), page.locator(last).first)
    page.close()


# --- in the page


def app(page: Page, lang: str, home: str) -> None:
    """A chapter's app: a request, its answer, and what it sent to the database."""
    page.goto(f"{home}chapters/{CHAPTER}/")
    element = page.locator("div[data-setu=app]")
    element.get_by_role("button", name=site_words(lang).text("page_run"), exact=True).click()
    page.wait_for_selector(".setu-example", timeout=120_000)
    for index in range(2):
        page.locator(".setu-answer").evaluate("answer => answer.replaceChildren()")
        page.locator(".setu-example").nth(index).click()
        page.locator(".setu-request [type=submit]").click()
        page.wait_for_selector(".setu-code")
    shoot(page, "app", lang, page.locator(".setu-results"), page.locator(".setu-right"))


def exercise(page: Page, lang: str, home: str, folder: Path) -> None:
    """The verdict on a wrong answer, which comes into the page as a zip."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for path in answer(folder / EXERCISE, "no_where").glob("app/*.py"):
            archive.write(path, f"{EXERCISE}/app/{path.name}")
    page.goto(f"{home}exercises/{EXERCISE}/")
    words = site_words(lang)
    element = page.locator("div[data-setu=exercise]")
    element.get_by_role("button", name=words.text("page_edit"), exact=True).click()
    work: FilePayload = {
        "name": "work.zip",
        "mimeType": "application/zip",
        "buffer": packed.getvalue(),
    }
    element.locator("input[type=file]").set_input_files(work)
    element.get_by_role("button", name=words.text("page_check"), exact=True).click()
    page.wait_for_selector(".setu-verdict-head", timeout=120_000)
    shown = page.locator(".setu-checks .setu-check").nth(3)
    shoot(page, "exercise", lang, page.locator(".setu-tools").first, shown)


def main() -> None:
    """Make the pictures that the command line asks for, or all of them."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("site", type=Path)
    asked.add_argument("names", nargs="*")
    told = asked.parse_args()
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(told.site)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    with sync_playwright() as playwright, tempfile.TemporaryDirectory() as temporary:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium") or shutil.which("google-chrome"),
            args=["--no-sandbox", "--disable-gpu"],
        )
        for lang in LANGUAGES:
            home = f"http://127.0.0.1:{server.server_port}/" + ("" if lang == "en" else f"{lang}/")
            folder = Path(temporary) / lang
            work, room = folder / "work", folder / "class"
            page = browser.new_page(
                viewport={"width": WIDTH, "height": 900}, device_scale_factor=FINE, locale="en"
            )
            work.mkdir(parents=True)
            room.mkdir()
            wants = told.names or ["learn", "class", "feedback", "app", "exercise"]
            if "learn" in wants:
                learn(browser, lang, work)
            if {"class", "feedback"} & set(wants):
                grade(lang, room)
                whole(browser, "class", lang, room / "class.html", "tr >> nth=3")
                own = room / "feedback" / f"{CLASS[lang][0]}.html"
                whole(browser, "feedback", lang, own, "main")
            if "app" in wants:
                app(page, lang, home)
            if "exercise" in wants:
                exercise(page, lang, home, folder)
            page.close()
        browser.close()
    server.shutdown()


if __name__ == "__main__":
    main()
