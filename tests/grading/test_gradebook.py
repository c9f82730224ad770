"""The gradebook, the pages and the files of verdicts: whole names, and nothing that can act."""

from __future__ import annotations

import csv
import io
import json
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest

from setu.catalog import Exercise, load_catalog
from setu.checks.verdict import Declared, Outcome, Result, Verdict, judge
from setu.exercises.show import verdict_lines
from setu.grading.batch import Graded, note_faults
from setu.grading.class_page import find_mistakes
from setu.grading.gradebook import make_rows, safe_cell
from setu.grading.handed_in import Note, Submission
from setu.grading.outputs import Outputs, safe_names
from setu.grading.page import prose
from setu.grading.submissions import Class, Student
from setu.grading.words import exercise_words
from tests.grading.a_class import COURSE, FIRST, SECOND

HOSTILE = "<script>alert(1)</script><img src=http://evil.example/x onerror=alert(1)>\u202e&\x1b[31m"
CATALOG = load_catalog(COURSE)
EXERCISES = [CATALOG.exercise(FIRST), CATALOG.exercise(SECOND)]


def verdict(exercise: Exercise, *failing: str, outcome: Outcome | None = None) -> Verdict:
    """A verdict; the checks named fail with what a hostile submission said."""
    declared = [Declared(each.id, each.points, each.advisory) for each in exercise.checks]
    params = {"did": "GET /users/1", "expected": "200", "got": HOSTILE}
    results = [
        Result(each.id, "fail", "route_missing", params)
        if each.id in failing
        else Result(each.id, "pass")
        for each in exercise.checks
    ]
    return judge(exercise.id, declared, results, seed=1, outcome=outcome, log=HOSTILE)


def student(name: str, *, handed_in: bool = True, error: str = "", lang: str = "") -> Student:
    submission = Submission(name, Path(name), error=error) if handed_in else None
    return Student(name, lang, {"id": f"={name}"}, submission)


@pytest.fixture
def people() -> Class:
    nadia = student("নাদিয়া রহমান", lang="bn")
    nadia.late = True
    nadia.notes.append(Note(nadia.name, "grade_late", {"submitted": "2026-11-21 10:00"}))
    evil = student(f'=HYPERLINK("http://evil.example")\n{HOSTILE}')
    evil.notes.append(Note(evil.name, "grade_odd_name", {"count": "1", "names": HOSTILE}))
    broken = student("Broken", error="grade_zip_broken")
    broken.notes.append(Note("Broken", "grade_zip_broken"))
    return Class([nadia, evil, broken, student("Rahim", handed_in=False), student("Faulty")], [])


@pytest.fixture
def graded(people: Class) -> Graded:
    nadia, evil, _, _, faulty = (each.name for each in people.students)
    first, second = EXERCISES
    return Graded(
        {
            nadia: {FIRST: verdict(first), SECOND: verdict(second, "route")},
            evil: {FIRST: verdict(first, "right_user", "unknown_id")},
            faulty: {FIRST: verdict(first), SECOND: verdict(second, outcome="checker_fault")},
        }
    )


def write(tmp_path: Path, people: Class, graded: Graded, lang: str = "en") -> Outputs:
    outputs = Outputs(tmp_path / "book.csv", tmp_path / "verdicts", tmp_path / "feedback")
    rows = make_rows(people, EXERCISES, graded)
    outputs.write(people, rows, EXERCISES, graded, ["id"], None, lang)
    return outputs


def test_the_csv_has_a_line_for_everybody(tmp_path: Path, people: Class, graded: Graded) -> None:
    data = write(tmp_path, people, graded).gradebook.read_bytes()
    assert data.startswith(b"\xef\xbb\xbf")
    table = list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"), newline="")))
    most = {each.id: each.max_score for each in EXERCISES}
    whole = sum(most.values())
    assert list(table[0]) == [
        *("student", "id", "submitted", "late"),
        *(FIRST, f"{FIRST} max", f"{FIRST} outcome", SECOND, f"{SECOND} max", f"{SECOND} outcome"),
        *("total", "max", "percent", "notes"),
    ]
    nadia, evil, broken, rahim, faulty = table
    assert (nadia["student"], nadia["late"], nadia["notes"]) == ("নাদিয়া রহমান", "yes", "late")
    assert nadia[FIRST] == str(most[FIRST])
    assert nadia["percent"] == str(round(100 * int(nadia["total"]) / whole, 1))
    assert evil[f"{SECOND} outcome"] == rahim[f"{FIRST} outcome"] == "missing"
    assert (broken[f"{FIRST} outcome"], broken["total"]) == ("unreadable", "0")
    assert (faulty[SECOND], faulty[f"{SECOND} outcome"]) == ("", "checker_fault")
    assert (faulty["total"], faulty["percent"]) == ("", ""), "unknown, not few"


@pytest.mark.parametrize(
    "begin",
    ["=", "+", "-", "@", "\t=", "\r", "\n", " =", "\u200b=", "＝", "＋", "－", "＠", "\ufeff@"],
)
def test_no_cell_begins_a_formula(begin: str) -> None:
    assert safe_cell(f"{begin}cmd|' /C calc'!A0").startswith("'")


def test_a_cell_stays_one_cell_and_a_name_stays_a_name() -> None:
    assert safe_cell("a;=1+1") == "a;'=1+1"
    assert safe_cell("a\t=1") == "a =1"
    assert safe_cell('x", "=1+1') == 'x", "\'=1+1'
    for name in ("নাদিয়া রহমান", "क्षितिज", "Anne-Marie O'Neil", "র\u200d্যাব", "a, b", ""):
        assert safe_cell(name) == name


def test_every_text_in_the_csv_is_safe(tmp_path: Path, people: Class, graded: Graded) -> None:
    text = write(tmp_path, people, graded).gradebook.read_text(encoding="utf-8-sig")
    for row in csv.reader(io.StringIO(text, newline="")):
        for cell in row:
            assert not re.match(r"[=+\-@\t\r\n]", cell)
    assert text.count("\n") == 1 + len(people.students)


class Seen(HTMLParser):
    """The tags and the addresses of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: dict[str, list[str]] = {}

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        for name, value in attrs:
            self.attributes.setdefault(name, []).append(value or "")


@pytest.mark.parametrize("lang", ["en", "bn", "hi"])
def test_pages_stand_alone_and_run_nothing(
    tmp_path: Path, people: Class, graded: Graded, lang: str
) -> None:
    outputs = write(tmp_path, people, graded, lang)
    pages = [outputs.class_page, *(tmp_path / "feedback").iterdir()]
    assert len(pages) == 1 + len(people.students)
    for page in pages:
        text = page.read_text(encoding="utf-8")
        seen = Seen()
        seen.feed(text)
        assert seen.tags.isdisjoint({"script", "img", "link", "iframe", "a", "form", "object"})
        assert not {"src", "href", "style", *(n for n in seen.attributes if n.startswith("on"))} & {
            *seen.attributes
        }
        assert any("default-src 'none'" in value for value in seen.attributes["content"])
        assert not set("\u202e\x1b") & set(text)


def test_feedback_has_the_words_of_the_terminal_in_the_students_language(
    tmp_path: Path, people: Class, graded: Graded
) -> None:
    write(tmp_path, people, graded, "hi")
    text = (tmp_path / "feedback" / "নাদিয়া রহমান.html").read_text(encoding="utf-8")
    assert '<html lang="bn">' in text
    words = exercise_words(EXERCISES[0], None, "bn")
    for each in EXERCISES:
        mine = graded.verdicts["নাদিয়া রহমান"][each.id]
        first = verdict_lines(mine, each, words, plain=False)[0].text
        assert first in text
    other = (tmp_path / "feedback" / "Rahim.html").read_text(encoding="utf-8")
    assert '<html lang="hi">' in other


@pytest.mark.parametrize("broken", ["the grader", "a check"])
def test_a_fault_of_the_grader_is_told_and_no_total_with_it(
    tmp_path: Path, people: Class, broken: str
) -> None:
    exercise = EXERCISES[0]
    declared = [Declared(each.id, each.points, each.advisory) for each in exercise.checks]
    if broken == "the grader":
        fault = judge(FIRST, declared, [], seed=1, outcome="checker_fault", error="no\nmemory")
    else:
        params = {"error": "no memory"}
        result = Result(declared[0].id, "fail", "checker_fault", params, fault=True)
        fault = judge(FIRST, declared, [result], seed=1)
    graded = Graded({"Faulty": {FIRST: fault}})
    [note] = note_faults(people, graded)
    assert (note.student, note.params["exercise"]) == ("Faulty", FIRST)
    assert note.params["error"].endswith("no memory")
    outputs = write(tmp_path, people, graded)
    assert "checker_fault" in outputs.gradebook.read_text("utf-8-sig").splitlines()[-1][-20:]
    assert "no memory" in outputs.class_page.read_text("utf-8")
    text = (tmp_path / "feedback" / "Faulty.html").read_text("utf-8")
    assert re.search("no\\s+memory", text)
    assert text.count("The checks themselves broke") == 1
    assert "points in all" not in text


def test_code_in_our_sentences_is_code_and_nothing_else_becomes_a_tag() -> None:
    assert prose("`<b>` & more") == "<code>&lt;b&gt;</code> &amp; more"


def test_the_class_page_counts_who_failed_by_which_mistake(
    tmp_path: Path, people: Class, graded: Graded
) -> None:
    first = EXERCISES[0]
    verdicts: dict[str, Verdict] = {
        "A": verdict(first, "unknown_id"),
        "B": verdict(first, "unknown_id", "huge_id"),
        "C": verdict(first, outcome="import_error"),
        "D": verdict(first),
        "E": {**verdict(first, outcome="import_error"), "error": "SystemExit: None"},
    }
    found = [(each.check, each.key, each.students) for each in find_mistakes(verdicts)]
    assert found == [
        ("unknown_id", "route_missing", ["A", "B"]),
        ("", "import_error", ["C"]),
        ("", "import_error_raised", ["E"]),
        ("huge_id", "route_missing", ["B"]),
    ]
    text = write(tmp_path, people, graded).class_page.read_text(encoding="utf-8")
    assert "নাদিয়া রহমান" in text
    assert "damaged or cut off" in text
    assert text.count("<rect") == 10
    assert "could not be read: 1 · nothing handed in: 1" in text


def test_files_of_verdicts_are_named_so_that_none_is_lost(
    tmp_path: Path, people: Class, graded: Graded
) -> None:
    names = safe_names(["a/b", "a:b", "A-B", "..", "CON", "নাদিয়া", "a-b-2", "--"])
    assert len({name.casefold() for name in names.values()}) == len(names)
    assert names["নাদিয়া"] == "নাদিয়া"
    assert all(not set(name) & set('/\\:*?"<>|') and name.strip(". ") for name in names.values())
    write(tmp_path, people, graded)
    stored = json.loads((tmp_path / "verdicts" / "নাদিয়া রহমান" / f"{FIRST}.json").read_text("utf-8"))
    assert stored == graded.verdicts["নাদিয়া রহমান"][FIRST]
    written = {path.relative_to(tmp_path).parts[0] for path in tmp_path.rglob("*")}
    assert written == {"book.csv", "book.html", "verdicts", "feedback"}


def test_an_instructors_own_messages_come_first(tmp_path: Path) -> None:
    (tmp_path / FIRST).mkdir()
    (tmp_path / FIRST / "messages.toml").write_text(
        '[wrong_user]\nen = "mine"\nbn = "mine"\nhi = "mine"\n', encoding="utf-8"
    )
    words = exercise_words(EXERCISES[0], tmp_path, "en")
    assert words.text("wrong_user") == "mine"
    assert words.text("a_key_without_words", got="1") == "a_key_without_words"
    assert "route" in words.text("route_missing")
