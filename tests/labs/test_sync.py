"""Running a lab and copying it into a translation, on notebooks of a few cells."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from nbval.plugin import get_sanitize_patterns  # type: ignore[import-untyped]

from setu.chapters.normalise import normalise
from setu.errors import SetuError
from setu.labs.notebook import Cell, read_notebook, write_notebook
from setu.labs.outputs import fold_frames, normalise_outputs
from setu.labs.run import run_lab
from setu.labs.sync import accept, differences, state, states, translated_cells
from setu.translate import section_hash

COURSE = Path(__file__).parents[2]


def text(cell_id: str, source: str, **note: object) -> Cell:
    metadata: dict[str, Any] = {"setu": note} if note else {}
    return {"cell_type": "markdown", "id": cell_id, "metadata": metadata, "source": source}


def code(cell_id: str, source: str, *tags: str) -> Cell:
    return {
        "cell_type": "code",
        "id": cell_id,
        "metadata": {"tags": list(tags)} if tags else {},
        "source": source,
        "execution_count": None,
        "outputs": [],
    }


ENGLISH = [text("title", "# Tea"), code("sum", "1 + 1"), text("end", "Done.")]


def test_a_new_text_cell_arrives_in_english_marked_missing() -> None:
    made = translated_cells(ENGLISH, [])
    assert [cell["id"] for cell in made] == ["title", "sum", "end"]
    assert made[0] == text("title", "# Tea", follows=section_hash("# Tea"), missing=True)
    assert made[1] == ENGLISH[1]
    assert state(ENGLISH[0], made[0]) == "missing"


def test_a_missing_cell_follows_the_english_text_until_it_is_translated() -> None:
    made = translated_cells(ENGLISH, [])
    changed = [text("title", "# Tea and mangoes"), *ENGLISH[1:]]
    assert translated_cells(changed, made)[0]["source"] == "# Tea and mangoes"
    made[0]["source"] = "# চা"
    translated = translated_cells(changed, made)[0]
    assert translated == text("title", "# চা", follows=section_hash("# Tea"))
    assert state(changed[0], translated) == "behind"


def test_a_translated_text_stays_and_is_behind_when_english_changes() -> None:
    before = [text("title", "# চা"), text("gone", "পুরোনো"), text("end", "শেষ।")]
    made = translated_cells(ENGLISH, before)
    assert [cell["source"] for cell in made] == ["# চা", "1 + 1", "শেষ।"]
    assert [state(ENGLISH[index], made[index]) for index in (0, 2)] == ["in sync", "in sync"]
    changed = [*ENGLISH[:2], text("end", "Done. Drink it.")]
    made = translated_cells(changed, made)
    assert made[2]["source"] == "শেষ।"
    assert state(changed[2], made[2]) == "behind"
    assert state(changed[2], accept(changed, made)[2]) == "in sync"


def test_code_outputs_and_order_are_the_english_ones() -> None:
    before = [text("end", "শেষ।"), code("sum", "2 + 2"), text("title", "# চা")]
    assert [cell["id"] for cell in translated_cells(ENGLISH, before)] == ["title", "sum", "end"]
    assert translated_cells(ENGLISH, before)[1]["source"] == "1 + 1"


def test_files_say_in_which_cells_they_differ(tmp_path: Path) -> None:
    english, hindi = tmp_path / "en.ipynb", tmp_path / "hi.ipynb"
    write_notebook(english, ENGLISH)
    assert write_notebook(hindi, translated_cells(ENGLISH, [text("title", "# चाय")]))
    assert differences(english, hindi) == []
    assert states(english, hindi) == {"title": "in sync", "end": "missing"}
    cells = read_notebook(hindi)["cells"]
    assert not write_notebook(hindi, cells), "written the same way every time"
    cells[1]["source"] = "1 + 2"
    write_notebook(hindi, cells)
    assert differences(english, hindi) == ["sum"]
    write_notebook(hindi, cells[1:])
    assert differences(english, hindi) == ["other cells, or in another order"]


def test_a_broken_notebook_is_named(tmp_path: Path) -> None:
    path = tmp_path / "en.ipynb"
    path.write_text("{", encoding="utf-8")
    with pytest.raises(SetuError) as raised:
        read_notebook(path)
    assert raised.value.key == "malformed_file"


LAB = [
    code(
        "setup",
        "import json, sys\nprint('new', object())\nprint('warm', file=sys.stderr)",
    ),
    code("await", "import asyncio\nawait asyncio.sleep(0, result='चाय')"),
    code("fails", "json.loads('{')", "raises-exception"),
]


def test_a_lab_runs_and_gives_the_same_outputs_again(tmp_path: Path) -> None:
    path = tmp_path / "lab.ipynb"
    ran = run_lab(path, LAB, tmp_path)
    assert run_lab(path, ran, tmp_path) == ran
    assert [cell["execution_count"] for cell in ran] == [1, 2, 3]
    assert ran[0]["outputs"][0]["text"] == ["new <object object at 0x…>\n"]
    assert ran[1]["outputs"][0]["data"] == {"text/plain": ["'चाय'"]}
    error = ran[2]["outputs"][0]
    assert error["ename"] == "JSONDecodeError"
    trace = "\n".join(error["traceback"])
    assert "----> 1 json.loads('{')" in trace
    assert "… frames of Python …" in trace
    assert "decoder.py" not in trace


def test_a_cell_that_fails_unasked_is_named(tmp_path: Path) -> None:
    with pytest.raises(SetuError) as raised:
        run_lab(tmp_path / "lab.ipynb", [code("good", "1"), code("bad", "1 / 0")], tmp_path)
    assert raised.value.key == "lab_cell_failed"
    assert raised.value.params["cell"] == "bad"
    assert "ZeroDivisionError" in str(raised.value)


def test_streams_come_in_one_piece() -> None:
    pieces = [{"output_type": "stream", "name": "stdout", "text": part} for part in ("a", "b\nc")]
    assert normalise_outputs(pieces, []) == [
        {"output_type": "stream", "name": "stdout", "text": ["ab\n", "c\n"]}
    ]


def test_frames_of_the_chapter_stay() -> None:
    trace = """\
IntegrityError                            Traceback (most recent call last)
Cell In[7], line 6
----> 6 await second.commit()

File /course/.venv/lib/python3.11/site-packages/sqlalchemy/orm/session.py:1, in Session.commit(self)
-> 2177 trans.commit(_to_root=True)

File <sqlalchemy generated _go() wrapper>:2, in commit(self)
----> 2     return target(fn, self)

File /course/chapters/ch07_create_read/app/main.py:5, in create_user(data)
----> 5     await db.commit()

IntegrityError: UNIQUE constraint failed

The end"""
    assert (
        fold_frames(trace, [Path("/course")])
        == """\
IntegrityError                            Traceback (most recent call last)

Cell In[7], line 6
----> 6 await second.commit()

… frames of sqlalchemy …

File /course/chapters/ch07_create_read/app/main.py:5, in create_user(data)
----> 5     await db.commit()

IntegrityError: UNIQUE constraint failed

The end"""
    )


@pytest.mark.parametrize(
    "printed",
    [
        "\nSELECT id \nFROM users \n[generated in 0.00046s] ()\n\n",
        "[cached since 1.2e-05s ago] (1,)\n",
        "<User object at 0x7f3a2b1c>",
        "scrypt$" + "ab" * 16 + "$" + "cd" * 32,
        "Running upgrade  -> 8a9b0c1d2e3f, users\nCreate Date: 2026-11-20 19:11:24.123456\n",
        "Generating /course/notebooks/en/lab/versions/0005_origin.py ...  done\n",
        "in /course/chapters/ch07_create_read/app/main.py\n",
        "thread id 140213 in Thread-7 (run)\n",
        "http://127.0.0.1:43121/docs and 127.0.0.1:8000\n",
        "/v/site-packages/sqlalchemy/pool.py:12: RuntimeWarning: never awaited\n  x()\nend\n",
    ],
)
def test_nbval_finds_a_stored_output_equal_to_a_new_one(printed: str) -> None:
    config = (COURSE / "notebooks" / "sanitize.cfg").read_text(encoding="ascii")

    def sanitise(text: str) -> str:
        for pattern, replacement in get_sanitize_patterns(config):
            text = re.sub(pattern, replacement, text)
        return text

    course = Path("/course")
    own = [course / "notebooks" / "en", course]
    assert sanitise(normalise(printed, own)) == sanitise(printed)


@pytest.mark.parametrize("changed", [False, True])
def test_a_changed_output_fails_the_test_run(tmp_path: Path, changed: bool) -> None:
    folder = tmp_path / "notebooks" / "en"
    folder.mkdir(parents=True)
    for name in ("conftest.py", "sanitize.cfg"):
        shutil.copy(COURSE / "notebooks" / name, folder.parent)
    cells = run_lab(folder / "lab.ipynb", LAB, tmp_path)
    if changed:
        cells[1]["outputs"][0]["data"]["text/plain"] = ["'coffee'"]
    write_notebook(folder / "lab.ipynb", cells)
    done = subprocess.run(
        [
            sys.executable,
            "-m",
            "pytest",
            "-q",
            "-p",
            "no:cacheprovider",
            "--rootdir",
            ".",
            "notebooks",
        ],
        cwd=tmp_path,
        capture_output=True,
        encoding="utf-8",
        timeout=120,
        check=False,
    )
    expected = "1 failed, 2 passed" if changed else "3 passed"
    assert expected in done.stdout
