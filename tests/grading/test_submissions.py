"""Every folder and zip that a class hands in is read, or gets a line that says why not."""

from __future__ import annotations

import os
import struct
import sys
import unicodedata
import zipfile
from datetime import datetime
from encodings import punycode
from pathlib import Path
from typing import IO, NoReturn

import pytest

from setu.errors import SetuError
from setu.grading import handed_in as handed_in_module
from setu.grading import unpack
from setu.grading.roster import Enrolled, Roster, read_roster
from setu.grading.submissions import Class, Student, note_missing, read_class
from tests.grading.a_class import FIRST, SECOND, AClass, a_class

__all__ = ["a_class"]
MAIN = "app = 1\n"


def read(a_class: AClass, roster: Roster | None = None, due: datetime | None = None) -> Class:
    return read_class(a_class.folder, [FIRST, SECOND], roster or Roster(), due)


def only(people: Class) -> Student:
    (student,) = people.students
    return student


def keys(people: Class) -> list[str]:
    return [note.key for note in people.notes]


def handed_in(student: Student, exercise: str = FIRST) -> dict[str, bytes]:
    assert student.submission is not None
    return student.submission.files(exercise)


@pytest.mark.parametrize(
    "around", ["", "work/", "NADIA/", "a/b/work/", "course-main/work/"], ids=repr
)
def test_a_work_tree_is_found_in_folders_that_wrap_it(a_class: AClass, around: str) -> None:
    a_class.zip(
        "Nadia.zip",
        {
            f"{around}progress.json": "{}",
            f"{around}{FIRST}/app/main.py": MAIN,
            f"{around}{FIRST}/app/deep/er.py": "1",
            f"{around}{SECOND}/app/main.py": "second",
        },
    )
    student = only(read(a_class))
    assert handed_in(student) == {"app/main.py": MAIN.encode(), "app/deep/er.py": b"1"}
    assert handed_in(student, SECOND) == {"app/main.py": b"second"}
    assert student.notes == []


def test_a_single_app_counts_for_every_exercise(a_class: AClass) -> None:
    a_class.hand_in("Nadia", MAIN)
    student = only(read(a_class))
    assert handed_in(student, FIRST) == handed_in(student, SECOND) == {"app/main.py": MAIN.encode()}


def test_a_clone_of_the_course_counts_by_its_work(a_class: AClass) -> None:
    files: dict[str, str | bytes] = {
        f"setu/work/{FIRST}/app/main.py": "mine",
        f"setu/solutions/{FIRST}/app/main.py": "not mine",
        f"setu/exercises/{FIRST}/starter/app/main.py": "not mine either",
        "setu/chapters/ch07_create_read/app/main.py": "nor this",
        f"setu/work/{FIRST}.backup-1/app/main.py": "old",
        "setu/.venv/lib/python3.11/site.py": "x",
    }
    a_class.zip("Nadia.zip", files)
    assert handed_in(only(read(a_class))) == {"app/main.py": b"mine"}


CLONE: dict[str, str | bytes] = {
    f"setu/solutions/{FIRST}/app/main.py": "not mine",
    f"setu/exercises/{FIRST}/starter/app/main.py": "not mine either",
    "setu/chapters/ch07_create_read/app/main.py": "nor this",
}


def test_the_solutions_of_a_clone_count_for_no_exercise(a_class: AClass) -> None:
    a_class.zip("Nadia.zip", {**CLONE, f"setu/work/{SECOND}/app/main.py": "mine"})
    student = only(read(a_class))
    assert student.submission is not None
    assert set(student.submission.digests) == {SECOND}


def test_a_clone_of_the_course_without_work_is_told_and_nothing_of_it_counts(
    a_class: AClass,
) -> None:
    a_class.zip("Nadia.zip", {**CLONE, "setu/work/progress.json": "{}"})
    people = read(a_class)
    assert keys(people) == ["grade_course_itself"]
    assert only(people).submission.digests == {}  # type: ignore[union-attr]


def test_where_there_is_a_folder_work_nothing_beside_it_counts(a_class: AClass) -> None:
    a_class.zip(
        "Nadia.zip",
        {f"work/{FIRST}/app/main.py": "mine", f"solutions/{SECOND}/app/main.py": "not mine"},
    )
    student = only(read(a_class))
    assert student.submission is not None
    assert set(student.submission.digests) == {FIRST}


def test_a_folder_that_a_student_calls_solutions_is_the_students(a_class: AClass) -> None:
    a_class.zip("Nadia.zip", {f"solutions/{FIRST}/app/main.py": MAIN})
    assert handed_in(only(read(a_class))) == {"app/main.py": MAIN.encode()}


def test_two_places_that_could_count_are_not_guessed(a_class: AClass) -> None:
    a_class.zip("Nadia.zip", {"one/app/main.py": "1", "two/app/main.py": "2"})
    (note,) = read(a_class).notes
    assert note.key == "grade_ambiguous"
    assert note.params == {"first": "one/app", "second": "two/app"}


@pytest.mark.parametrize("zipped", [False, True])
@pytest.mark.parametrize("second", [FIRST, SECOND])
def test_a_folder_around_the_class_is_told_by_its_inner_folder(
    a_class: AClass, zipped: bool, second: str
) -> None:
    inner = a_class.folder / "class"
    inner.mkdir()
    for name, exercise in (("A", FIRST), ("B", second)):
        if zipped:
            a_class.zip(f"class/{name}.zip", {f"{exercise}/app/main.py": MAIN})
        else:
            a_class.hand_in(f"class/{name}", MAIN, exercise)
    notes = read(a_class).stray
    assert [(note.key, note.params) for note in notes] == [
        ("grade_inner_folder", {"folder": str(inner)})
    ]


@pytest.mark.parametrize(
    ("name", "student", "id"),
    [
        ("নাদিয়া রহমান.zip", "নাদিয়া রহমান", ""),
        ("क्षितिज शर्मा.zip", "क्षितिज शर्मा", ""),
        ("Nadia Rahman_12345_assignsubmission_file_work.zip", "Nadia Rahman", "12345"),
        ("নাদিয়া_7_assignsubmission_file_NADIA_2.zip", "নাদিয়া", "7"),
        ("rahmannadia_678_9012_work.zip", "rahmannadia", "678"),
        ("rahmannadia_LATE_678_9012_my_work.zip", "rahmannadia", "678"),
        ("snake_case_name.zip", "snake_case_name", ""),
    ],
)
def test_names_of_students_stay_whole(a_class: AClass, name: str, student: str, id: str) -> None:
    a_class.zip(name, {"app/main.py": MAIN})
    found = only(read(a_class))
    assert found.name == unicodedata.normalize("NFC", student)
    assert found.submission is not None
    assert found.submission.id == id
    assert found.late is (True if "_LATE_" in name else None)


@pytest.mark.parametrize(
    ("name", "student"),
    [
        ("নাদিয়া রহমান.tar.gz", "নাদিয়া রহমান"),
        ("Nadia Rahman.rar", "Nadia Rahman"),
        ("rahmannadia_678_9012_main.py", "rahmannadia"),
        ("Nadia_7_assignsubmission_file_work.7z", "Nadia"),
    ],
)
def test_a_file_of_another_kind_is_not_taken_for_nothing(
    a_class: AClass, name: str, student: str
) -> None:
    (a_class.folder / name).write_bytes(b"?")
    roster = Roster([Enrolled("নাদিয়া রহমান"), Enrolled("Nadia Rahman")])
    people = read(a_class, roster)
    found = next(each for each in people.students if each.name == student)
    assert "grade_not_zipped" in [note.key for note in found.notes]
    assert found.submission is not None
    assert found.submission.error == "grade_not_zipped"


def test_what_is_typed_into_moodle_beside_the_file_is_no_second_submission(
    a_class: AClass,
) -> None:
    a_class.hand_in("Nadia_7_assignsubmission_file_", MAIN)
    text = a_class.folder / "Nadia_7_assignsubmission_onlinetext_"
    text.mkdir()
    (text / "onlinetext.html").write_text("<p>done</p>")
    people = read(a_class)
    assert handed_in(only(people)) == {"app/main.py": MAIN.encode()}
    assert keys(people) == []


def test_a_file_and_a_folder_of_one_name_are_told(a_class: AClass) -> None:
    a_class.zip("Nadia.zip", {"app/main.py": MAIN, "app/x": "1", "app/x/y.py": "2"})
    (note,) = read(a_class).notes
    assert (note.key, note.params) == ("grade_file_and_folder", {"name": "app/x"})


def test_a_folder_that_moodle_made_holds_the_zip(a_class: AClass) -> None:
    (a_class.folder / "Nadia Rahman_12_assignsubmission_file_").mkdir()
    a_class.zip("Nadia Rahman_12_assignsubmission_file_/w.zip", {f"{FIRST}/app/main.py": MAIN})
    student = only(read(a_class))
    assert (student.name, handed_in(student)) == ("Nadia Rahman", {"app/main.py": MAIN.encode()})


def test_one_name_in_two_spellings_of_unicode_is_one_student(a_class: AClass) -> None:
    name = "José নাড়ু"
    old = a_class.zip(f"{unicodedata.normalize('NFD', name)}.zip", {"app/main.py": "old"})
    assert old.exists()
    a_class.hand_in(unicodedata.normalize("NFC", name), "new")
    people = read(a_class)
    assert only(people).name == unicodedata.normalize("NFC", name)
    assert keys(people) == ["grade_duplicate"]


def test_two_students_of_one_name_are_told_apart_by_the_platforms_number(a_class: AClass) -> None:
    for number in (41, 42):
        a_class.zip(f"Nadia_{number}_assignsubmission_file_a.zip", {"app/main.py": MAIN})
    assert [each.name for each in read(a_class).students] == ["Nadia (41)", "Nadia (42)"]


def test_long_names_that_begin_alike_are_two_students(a_class: AClass) -> None:
    for end in "AB":
        a_class.hand_in("N" * 100 + end, MAIN)
    assert [each.name for each in read(a_class).students] == ["N" * 100 + "A", "N" * 100 + "B"]


@pytest.mark.skipif(sys.platform in {"win32", "darwin"}, reason="names there are UTF-8")
def test_names_that_look_alike_when_shown_are_two_students(a_class: AClass) -> None:
    for name in (b"R\xfehim", b"R\xffhim", "R\ufffdhim (2)".encode()):
        a_class.hand_in(os.fsdecode(name), MAIN)
    assert [each.name for each in read(a_class).students] == [
        "R\ufffdhim",
        "R\ufffdhim (3)",
        "R\ufffdhim (2)",
    ]


def test_who_handed_in_only_some_exercises_gets_one_line_with_the_others(a_class: AClass) -> None:
    a_class.hand_in("Nadia", MAIN, FIRST)
    a_class.hand_in("Aarav", MAIN)
    a_class.zip("Rahim.zip", {})
    people = read(a_class)
    note_missing(people, [FIRST, SECOND, "ch09_other"])
    assert [(note.student, note.key, note.params) for note in people.notes] == [
        ("Nadia", "grade_not_all", {"exercises": f"{SECOND}, ch09_other"}),
        ("Rahim", "grade_empty", {}),
    ]


def dated_zip(a_class: AClass, name: str, day: int, files: dict[str, str]) -> Path:
    """A zip whose files are all of one day of November 2026; day 0: without a time."""
    path = a_class.folder / name
    with zipfile.ZipFile(path, "w") as archive:
        for inside, content in files.items():
            date = (2026, 11, day, 9, 0, 0) if day else (1980, 1, 1, 0, 0, 0)
            archive.writestr(zipfile.ZipInfo(inside, date), content)
    return path


def test_of_duplicates_the_newest_that_can_be_read_counts(a_class: AClass) -> None:
    dated_zip(a_class, "Nadia_7_1_w.zip", 1, {"app/main.py": "old"})
    dated_zip(a_class, "Nadia_7_2_w.zip", 2, {"app/main.py": "new"})
    (a_class.folder / "Nadia_7_3_w.zip").write_bytes(b"PK")
    people = read(a_class)
    assert handed_in(only(people)) == {"app/main.py": b"new"}
    assert keys(people) == ["grade_duplicate", "grade_zip_broken", "grade_unread_duplicate"]


def test_of_duplicates_the_newest_counts_whatever_time_the_roster_says(a_class: AClass) -> None:
    dated_zip(a_class, "Nadia_7_1_w.zip", 2, {"app/main.py": "new"})
    dated_zip(a_class, "Nadia_7_2_w.zip", 1, {"app/main.py": "old"})
    time = datetime.fromisoformat("2026-11-20T10:00+00:00")
    student = only(read(a_class, Roster([Enrolled("Nadia", submitted=time)])))
    assert handed_in(student) == {"app/main.py": b"new"}
    assert student.submission is not None
    assert student.submission.submitted == time


def test_zips_for_different_exercises_both_count(a_class: AClass) -> None:
    dated_zip(a_class, "Nadia_7_1_w.zip", 2, {f"{FIRST}/app/main.py": "first"})
    dated_zip(a_class, "Nadia_7_2_w.zip", 1, {f"{SECOND}/app/main.py": "second"})
    student = only(read(a_class))
    assert handed_in(student, FIRST) == {"app/main.py": b"first"}
    assert handed_in(student, SECOND) == {"app/main.py": b"second"}
    assert student.notes == []
    assert student.submission is not None
    assert student.submission.submitted == datetime(2026, 11, 2, 9).astimezone()


def test_of_each_exercise_the_newest_counts(a_class: AClass) -> None:
    both = {f"{FIRST}/app/main.py": "old", f"{SECOND}/app/main.py": "second"}
    dated_zip(a_class, "Nadia_7_1_w.zip", 1, both)
    dated_zip(a_class, "Nadia_7_2_w.zip", 2, {f"{FIRST}/app/main.py": "new"})
    student = only(read(a_class))
    assert handed_in(student, FIRST) == {"app/main.py": b"new"}
    assert handed_in(student, SECOND) == {"app/main.py": b"second"}
    (note,) = student.notes
    assert note.key == "grade_duplicate"
    assert note.params == {
        "exercises": FIRST,
        "graded": "Nadia_7_2_w.zip",
        "other": "Nadia_7_1_w.zip",
    }


@pytest.mark.parametrize("app_is_newer", [True, False])
def test_a_single_app_takes_the_place_of_all_that_is_older(
    a_class: AClass, app_is_newer: bool
) -> None:
    dated_zip(a_class, "Nadia_7_1_w.zip", 2, {f"{FIRST}/app/main.py": "first"})
    dated_zip(a_class, "Nadia_7_2_w.zip", 1 + 2 * app_is_newer, {"app/main.py": "app"})
    student = only(read(a_class))
    assert handed_in(student, FIRST) == {"app/main.py": b"app" if app_is_newer else b"first"}
    assert handed_in(student, SECOND) == {"app/main.py": b"app"}
    assert [(note.key, note.params["exercises"]) for note in student.notes] == [
        ("grade_duplicate", FIRST)
    ]


def test_roster_shows_who_is_missing_or_unknown_and_decides_the_time(
    a_class: AClass, tmp_path: Path
) -> None:
    roster = tmp_path / "roster.csv"
    roster.write_text(
        "student,id,language,submitted,group\n"
        "নাদিয়া রহমান,1,bn,2026-11-21T10:00+00:00,A\nRahim,2,,,B\nAarav,3,hi,,B\n",
        encoding="utf-8-sig",
    )
    a_class.hand_in("নাদিয়া রহমান", MAIN)
    a_class.zip("aarav sharma_3_assignsubmission_file_x.zip", {"app/main.py": MAIN})
    a_class.hand_in("Priya", MAIN)
    due = datetime.fromisoformat("2026-11-20T23:59+00:00")
    people = read(a_class, read_roster(roster), due)
    told = {note.student: note.key for note in people.notes if note.key != "grade_late"}
    assert told == {"Rahim": "grade_missing", "Priya": "grade_not_in_roster"}
    by_name = {each.name: each for each in people.students}
    assert list(by_name) == ["Aarav", "Priya", "Rahim", "নাদিয়া রহমান"]
    assert by_name["নাদিয়া রহমান"].late is True
    assert (by_name["Aarav"].language, by_name["Aarav"].others) == ("hi", {"id": "3", "group": "B"})
    assert by_name["Rahim"].submission is None


def test_the_newest_file_tells_when_it_was_handed_in(a_class: AClass) -> None:
    path = a_class.hand_in("Nadia", MAIN)
    due = datetime.fromisoformat("2026-11-20T23:59:59+00:00")
    for second, late in ((due.timestamp(), False), (due.timestamp() + 1, True)):
        os.utime(path, (second, second))
        people = read(a_class, due=due)
        assert only(people).late is late
        assert keys(people) == ["grade_late"] * late


def test_a_zip_without_times_counts_by_its_own(a_class: AClass) -> None:
    path = dated_zip(a_class, "Nadia.zip", 0, {"app/main.py": MAIN})
    due = datetime.fromisoformat("2026-11-20T23:59:59+00:00")
    os.utime(path, (due.timestamp() + 1, due.timestamp() + 1))
    assert only(read(a_class, due=due)).late is True


def test_without_any_time_a_due_date_gets_a_line(
    a_class: AClass, monkeypatch: pytest.MonkeyPatch
) -> None:
    dated_zip(a_class, "Nadia.zip", 0, {"app/main.py": MAIN})
    monkeypatch.setattr(handed_in_module, "modified", lambda _: None)
    assert keys(read(a_class)) == []
    assert keys(read(a_class, due=datetime.fromisoformat("2026-11-20T23:59+00:00"))) == [
        "grade_no_time"
    ]


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such times")
def test_a_time_beyond_all_years_is_no_time(a_class: AClass) -> None:
    path = a_class.hand_in("Nadia", MAIN)
    try:
        os.utime(path, (1e12, 1e12))
    except OverflowError:
        pytest.skip("this file system has no such times")
    if path.stat().st_mtime < 1e12:
        pytest.skip("this file system has no such times")
    assert only(read(a_class)).submission.submitted is None  # type: ignore[union-attr]


def test_a_name_counts_before_the_number_in_a_file_name() -> None:
    nadia, aarav = Enrolled("Nadia", id="1"), Enrolled("Aarav Sharma", id="2")
    roster = Roster([nadia, aarav])
    assert roster.find("Aarav Sharma", "1") is aarav
    assert roster.find("sharmaaarav", "2") is aarav
    assert roster.find("Priya", "3") is None


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("name,id\nNadia,1\n", "grade_roster_columns"),
        ("student,language\nNadia,fr\n", "grade_roster_language"),
        ("student,submitted\nNadia,20/11/2026\n", "grade_roster_time"),
        (b"student\n\xff\xfe\n", "grade_roster_unreadable"),
        ("student,roll,roll\nNadia,1,2\n", "grade_roster_column_twice"),
        ("student,total\nNadia,1\n", "grade_roster_own_column"),
        ("student,id\nNadia,7\nnadia,7\n", "grade_roster_twice"),
    ],
)
def test_a_roster_that_cannot_be_read_is_one_sentence(
    tmp_path: Path, text: str | bytes, key: str
) -> None:
    path = tmp_path / "roster.csv"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    with pytest.raises(SetuError) as raised:
        read_roster(path)
    assert raised.value.key == key


def test_a_roster_that_is_not_there_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(SetuError) as raised:
        read_roster(tmp_path / "roster.csv")
    assert raised.value.key == "grade_no_roster"


def test_a_roster_tells_the_lines_of_what_is_wrong_in_it(tmp_path: Path) -> None:
    path = tmp_path / "roster.csv"
    path.write_text('student,submitted\n"Nadia\nRahman",\n\nAarav,soon\n', encoding="utf-8")
    with pytest.raises(SetuError) as raised:
        read_roster(path)
    assert raised.value.params == {"path": path, "line": 5, "value": "soon"}


def test_two_students_of_one_name_are_told_apart_by_the_rosters_number(tmp_path: Path) -> None:
    path = tmp_path / "roster.csv"
    path.write_text("student,id\nNadia,1\nNadia,2\n", encoding="utf-8")
    assert read_roster(path).find("Nadia", "2") == Enrolled("Nadia", "2", others={"id": "2"})


def test_empty_columns_and_lines_of_a_roster_are_passed_over(tmp_path: Path) -> None:
    path = tmp_path / "roster.csv"
    path.write_text("student,roll,,\nNadia,1,,,,\n,,,\n\nAarav\n", encoding="utf-8")
    roster = read_roster(path)
    assert roster.columns == ["roll"]
    assert [(each.student, each.others["roll"]) for each in roster.students] == [
        ("Nadia", "1"),
        ("Aarav", ""),
    ]


def test_a_column_of_the_roster_is_none_of_the_gradebooks_own(a_class: AClass) -> None:
    for column in (FIRST, f"{FIRST} max", f"{SECOND} outcome"):
        with pytest.raises(SetuError) as raised:
            read(a_class, Roster(columns=[column]))
        assert raised.value.key == "grade_roster_own_column"


@pytest.mark.parametrize(
    "name",
    [
        "../../escape.py",
        "app/../../escape.py",
        "/etc/passwd",
        "C:/Windows/x.py",
        "..\\..\\escape.py",
        "app/a\nb.py",
        "app/\u202egnp.py",
        "app/" + "x" * 300 + ".py",
        "app/" + "d/" * 600 + "x.py",
        "app/con:stream.py",
    ],
)
def test_strange_names_in_a_zip_are_left_out_and_told(a_class: AClass, name: str) -> None:
    a_class.zip("Nadia.zip", {"app/main.py": MAIN, name: "bad"})
    people = read(a_class)
    assert keys(people) == ["grade_odd_name"]
    assert handed_in(only(people)) == {"app/main.py": MAIN.encode()}
    assert "\n" not in people.notes[0].params["names"]


def test_backslashes_of_windows_programs_are_separators(a_class: AClass) -> None:
    path = a_class.zip("Nadia.zip", {f"{FIRST}/app/main.py": MAIN})
    path.write_bytes(path.read_bytes().replace(b"/", b"\\"))
    assert handed_in(only(read(a_class))) == {"app/main.py": MAIN.encode()}


def test_a_nul_in_a_name_hides_nothing(a_class: AClass) -> None:
    path = a_class.zip("Nadia.zip", {"app/main.py": MAIN, "app/helpXpy.exe": "bad"})
    path.write_bytes(path.read_bytes().replace(b"helpXpy", b"help\0py"))
    people = read(a_class)
    assert keys(people) == ["grade_odd_name"]
    assert set(handed_in(only(people))) == {"app/main.py"}


def test_names_in_utf8_without_its_mark_are_read(a_class: AClass) -> None:
    path = a_class.zip("Nadia.zip", {"কাজ/app/main.py": MAIN})
    data = bytearray(path.read_bytes())
    for signature, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = data.find(signature) + offset
        (flags,) = struct.unpack_from("<H", data, at)
        struct.pack_into("<H", data, at, flags & ~0x800)
    path.write_bytes(data)
    assert handed_in(only(read(a_class))) == {"app/main.py": MAIN.encode()}


def test_a_name_that_is_no_utf8_is_no_crash(a_class: AClass) -> None:
    path = a_class.zip("Nadia.zip", {"app/main.py": MAIN, "app/é.py": "1"})
    path.write_bytes(path.read_bytes().replace("é".encode(), b"\xff\xfe"))
    assert keys(read(a_class)) == ["grade_zip_broken"]


def test_names_that_differ_in_capitals_are_not_both_taken(a_class: AClass) -> None:
    a_class.zip("Nadia.zip", {"app/main.py": MAIN, "app/Main.py": "bad"})
    people = read(a_class)
    assert keys(people) == ["grade_same_name"]
    assert handed_in(only(people)) == {"app/main.py": MAIN.encode()}


def test_links_in_a_zip_are_left_out(a_class: AClass) -> None:
    path = a_class.folder / "Nadia.zip"
    with zipfile.ZipFile(path, "w") as archive:
        link = zipfile.ZipInfo("app/secret.py")
        link.external_attr = 0o120777 << 16
        archive.writestr(link, "/etc/passwd")
        archive.writestr("app/main.py", MAIN)
    people = read(a_class)
    assert keys(people) == ["grade_link"]
    assert set(handed_in(only(people))) == {"app/main.py"}


def test_bombs_are_stopped_by_counting(a_class: AClass) -> None:
    a_class.zip("big file.zip", {"app/main.py": MAIN, "app/zeros.py": bytes(200 * 1024**2)})
    many: dict[str, str | bytes] = {f"app/m{n}.py": bytes(1024**2) for n in range(12)}
    a_class.zip("many files.zip", many)
    a_class.zip("names.zip", {f"app/{n}": "" for n in range(unpack.MOST_ENTRIES + 1)})
    inner = a_class.zip("inner.zip", {"app/main.py": MAIN}).read_bytes()
    (a_class.folder / "inner.zip").unlink()
    a_class.zip("nested.zip", {"work.zip": inner})
    told = {note.student: note.key for note in read(a_class).notes}
    assert told == {
        "big file": "grade_file_too_large",
        "many files": "grade_app_too_large",
        "names": "grade_too_many_entries",
        "nested": "grade_zip_in_zip",
    }


def test_a_size_that_a_zip_claims_is_not_believed(a_class: AClass) -> None:
    path = a_class.zip("liar.zip", {"app/main.py": bytes(50 * 1024**2)})
    data = bytearray(path.read_bytes())
    for signature, offset in ((b"PK\x03\x04", 22), (b"PK\x01\x02", 24)):
        struct.pack_into("<I", data, data.find(signature) + offset, 10)
    path.write_bytes(data)
    people = read(a_class)
    assert keys(people) == ["grade_zip_broken"]


def test_what_is_too_large_by_its_own_account_is_not_even_unpacked(
    a_class: AClass, monkeypatch: pytest.MonkeyPatch
) -> None:
    a_class.zip("Nadia.zip", {"app/main.py": MAIN, "app/zeros.py": bytes(1024**2 + 1)})
    opened: list[str] = []
    really_open = zipfile.ZipFile.open

    def open_(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> IO[bytes]:
        opened.append(info.filename)
        return really_open(archive, info)

    monkeypatch.setattr(zipfile.ZipFile, "open", open_)
    assert keys(read(a_class)) == ["grade_file_too_large"]
    assert opened == ["app/main.py"]


def test_files_that_grew_since_they_were_listed_count_in_the_sum(
    a_class: AClass, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(9):
        path = a_class.hand_in("Nadia", b"")
        path.with_name(f"{number}.py").touch()
    grown = bytes(unpack.LARGEST_FILE + 1)
    monkeypatch.setattr(unpack.Folder, "read", lambda *_: grown)
    assert keys(read(a_class)) == ["grade_app_too_large"]


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA], ids=["bzip2", "lzma"])
def test_what_unpacks_without_a_bound_is_not_unpacked(a_class: AClass, method: int) -> None:
    with zipfile.ZipFile(a_class.folder / "Nadia.zip", "w", method) as archive:
        archive.writestr("app/main.py", MAIN)
    assert keys(read(a_class)) == ["grade_zip_broken"]


@pytest.mark.parametrize("offset", [None, b"PK\5\6"], ids=["honest", "with a second signature"])
def test_a_zip_with_a_list_of_millions_is_refused_before_it_is_listed(
    a_class: AClass, monkeypatch: pytest.MonkeyPatch, offset: bytes | None
) -> None:
    path = a_class.folder / "Nadia.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for number in range(unpack.LONGEST_LIST // 60_000 + 1):
            info = zipfile.ZipInfo(f"app/{number}.py")
            info.comment = bytes(60_000)
            archive.writestr(info, "")
    data = bytearray(path.read_bytes())
    if offset:
        data[-6:-2] = offset
    path.write_bytes(data)
    monkeypatch.setattr(zipfile, "ZipInfo", None)
    assert keys(read(a_class)) == ["grade_too_many_entries"]


def test_broken_encrypted_and_empty_ones_each_get_their_line(a_class: AClass) -> None:
    whole = a_class.zip("whole.zip", {"app/main.py": MAIN * 500}).read_bytes()
    (a_class.folder / "cut.zip").write_bytes(whole[: len(whole) // 2])
    damaged = bytearray(whole)
    damaged[45:60] = bytes(15)
    (a_class.folder / "damaged.zip").write_bytes(damaged)
    locked = bytearray(whole)
    locked[6] |= 1
    locked[locked.find(b"PK\x01\x02") + 8] |= 1
    (a_class.folder / "locked.zip").write_bytes(locked)
    strange = bytearray(whole)
    strange[8] = 99
    strange[strange.find(b"PK\x01\x02") + 10] = 99
    (a_class.folder / "strange.zip").write_bytes(strange)
    (a_class.folder / "zero.zip").write_bytes(b"")
    (a_class.folder / "empty").mkdir()
    a_class.zip("nothing.zip", {})
    a_class.zip("no app.zip", {"main.py": MAIN})
    (a_class.folder / "essay.docx").write_bytes(b"x")
    people = read(a_class)
    assert {note.student: note.key for note in people.notes} == {
        "cut": "grade_zip_broken",
        "damaged": "grade_zip_broken",
        "locked": "grade_zip_encrypted",
        "strange": "grade_zip_broken",
        "zero": "grade_zip_broken",
        "empty": "grade_empty",
        "nothing": "grade_empty",
        "no app": "grade_no_app",
        "essay.docx": "grade_not_a_submission",
    }
    assert all(note.params == {} for note in people.notes), "no words of the library"
    assert handed_in(next(each for each in people.students if each.name == "whole"))


def test_a_file_that_cannot_be_read_is_named_without_the_systems_own_words(
    a_class: AClass, monkeypatch: pytest.MonkeyPatch
) -> None:
    def open_(*_: object) -> NoReturn:
        raise PermissionError(13, "Permission denied")

    a_class.hand_in("Nadia", MAIN)
    monkeypatch.setattr(os, "open", open_)
    (note,) = read(a_class).notes
    assert (note.key, note.params) == ("grade_folder_unreadable", {"name": "app/main.py"})


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no pipes in folders")
def test_links_pipes_and_bytes_in_folders(a_class: AClass, tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    (secret / "app").mkdir(parents=True)
    (secret / "app" / "main.py").write_text("secret")
    a_class.hand_in("Nadia", MAIN)
    app = a_class.folder / "Nadia" / "app"
    (app / "link.py").symlink_to(secret / "app" / "main.py")
    (app / "loop").symlink_to(a_class.folder)
    os.mkfifo(app / "pipe.py")
    os.mkfifo(a_class.folder / "pipe")
    (a_class.folder / "linked").symlink_to(secret)
    (a_class.folder / "zipped.zip").symlink_to(secret)
    (a_class.folder / os.fsdecode(b"R\xffhim")).mkdir()
    people = read(a_class)
    told = {note.key: note for note in people.notes}
    assert set(told) == {
        "grade_link",
        "grade_no_file",
        "grade_entry_link",
        "grade_not_a_submission",
        "grade_empty",
    }
    assert told["grade_link"].params == {"count": "2", "names": "app/link.py, app/loop"}
    nadia = next(each for each in people.students if each.name == "Nadia")
    assert handed_in(nadia) == {"app/main.py": MAIN.encode()}
    assert all(note.student.isprintable() for note in people.notes)


@pytest.mark.parametrize(
    ("content", "odd"),
    [
        ("নাম = 'চা'\n".encode(), False),
        ("x = 1\n".encode("utf-8-sig"), False),
        ("# -*- coding: latin-1 -*-\nx = 'é'\n".encode("latin-1"), False),
        ("x = 'é'\n".encode("latin-1"), True),
        ("x = 1\n".encode("utf-16"), True),
        (b"x = 1\0\n", True),
        (b"# coding: klingon\n", True),
        (b"# coding: undefined\n", True),
        (b"# coding: cp1252\nx = '\x80'\n", False),
    ],
)
def test_other_encodings_are_told_and_handed_on_as_they_are(
    a_class: AClass, content: bytes, odd: bool
) -> None:
    a_class.hand_in("Nadia", content)
    people = read(a_class)
    assert keys(people) == ["grade_odd_encoding"] * odd
    assert handed_in(only(people)) == {"app/main.py": content}


def test_no_codec_that_can_be_slow_sees_a_students_bytes(
    a_class: AClass, monkeypatch: pytest.MonkeyPatch
) -> None:
    def decode(*_: object) -> NoReturn:
        pytest.fail("decoded")

    monkeypatch.setattr(punycode, "punycode_decode", decode)
    a_class.hand_in("Nadia", b"# coding: punycode\nx = 1\n")
    assert keys(read(a_class)) == ["grade_odd_encoding"]


def test_a_folder_that_is_none_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(SetuError) as raised:
        read_class(tmp_path / "nowhere", [FIRST], Roster(), None)
    assert raised.value.key == "grade_no_folder"
