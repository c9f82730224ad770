"""``setu app``: what it refuses, and one real server that is asked over HTTP."""

from __future__ import annotations

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import httpx2
import pytest

from setu.catalog import Chapter, load_catalog
from setu.chapters.app import (
    database_name,
    parse_url,
    plain_commands,
    prepare_server,
    set_aside,
)
from setu.chapters.sql_events import Sent
from setu.chapters.sql_log import report
from setu.databases import drop_database
from setu.errors import SetuError
from setu.i18n import Words

COURSE = Path(__file__).parents[2]


@pytest.fixture
def course(tmp_path: Path) -> Path:
    """A course of two chapters in a folder of its own: no database of the real one is touched."""
    for name in ("ch02_session", "ch07_create_read"):
        folder = tmp_path / "chapters" / name
        shutil.copytree(
            COURSE / "chapters" / name / "app",
            folder / "app",
            ignore=shutil.ignore_patterns("__pycache__"),
        )
        shutil.copy(COURSE / "chapters" / name / "chapter.toml", folder)
    (tmp_path / "exercises").mkdir()
    return tmp_path


@pytest.fixture
def chapter(course: Path) -> Chapter:
    return load_catalog(course).chapter("ch07")


def environment(**more: str) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    return {**kept, "PYTHONUTF8": "1", "SETU_LANG": "en", **more}


def refused(course: Path, *arguments: str, lang: str = "en") -> str:
    """The one line that ``setu app`` says when it cannot do its work, with exit code 2."""
    done = subprocess.run(
        [sys.executable, "-m", "setu", "app", *arguments, "--root", str(course), "--lang", lang],
        capture_output=True,
        encoding="utf-8",
        env=environment(),
        timeout=60,
        check=False,
    )
    assert done.returncode == 2, done.stderr
    assert done.stderr.count("\n") == 1
    return done.stderr


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def test_unknown_chapter_names_the_nearest(course: Path) -> None:
    assert "ch07_create_read" in refused(course, "ch77_create_red")
    assert "নামে কোনো অধ্যায় নেই" in refused(course, "ch99", lang="bn")


def test_port_in_use_names_a_free_one(course: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        said = refused(course, "ch07", "--port", str(port), lang="hi")
    assert f"पोर्ट {port}" in said
    assert re.search(r"--port (\d+)", said)[1] != str(port)  # type: ignore[index]


def test_database_that_does_not_answer(course: Path) -> None:
    url = f"postgresql+asyncpg://nadia:secret@127.0.0.1:{free_port()}/dokan"
    said = refused(course, "ch07", "--port", str(free_port()), "--database-url", url)
    assert "does not answer" in said
    assert "secret" not in said


@pytest.mark.parametrize(
    ("url", "key"),
    [
        ("dokan.db", "database_url_malformed"),
        ("postgresql://postgres@127.0.0.1/dokan", "database_driver"),
        ("sqlite:///./dokan.db", "database_driver"),
        ("oracle+nothing://x", "database_driver"),
    ],
)
def test_url_that_the_course_cannot_use(url: str, key: str) -> None:
    with pytest.raises(SetuError) as raised:
        parse_url(url)
    assert raised.value.key == key


def test_file_that_is_not_python(course: Path) -> None:
    main = course / "chapters" / "ch07_create_read" / "app" / "main.py"
    lines = main.read_text(encoding="utf-8").splitlines()
    lines.insert(20, "def broken(:")
    main.write_text("\n".join(lines), encoding="utf-8")
    said = refused(course, "ch07", "--port", str(free_port()))
    assert "main.py, line 21 is not Python" in said


def test_plain_commands(chapter: Chapter) -> None:
    default = parse_url("sqlite+aiosqlite:///./dokan.db")
    assert plain_commands(chapter, default, 8000) == [
        "cd chapters/ch07_create_read",
        "fastapi dev app/main.py",
    ]
    server = parse_url("postgresql+asyncpg://nadia:secret@db/dokan_ch07")
    commands = plain_commands(chapter, server, 8001)
    assert commands[-1] == "fastapi dev app/main.py --port 8001"
    assert "secret" not in commands[1]


def test_reset_keeps_the_old_file_as_a_numbered_backup(tmp_path: Path) -> None:
    file = tmp_path / "dokan.db"
    for content in ("first", "second"):
        file.write_text(content, encoding="utf-8")
        (tmp_path / "dokan.db-wal").write_text(content, encoding="utf-8")
        set_aside(file)
    kept = {path.name: path.read_text(encoding="utf-8") for path in tmp_path.iterdir()}
    assert kept == {
        "dokan.1.db": "first",
        "dokan.1.db-wal": "first",
        "dokan.2.db": "second",
        "dokan.2.db-wal": "second",
    }
    assert set_aside(file) is None


def test_database_name_always_ends_with_the_chapter(chapter: Chapter) -> None:
    for name, expected in {
        "dokan": "dokan_ch07",
        "My-Shop": "my_shop_ch07",
        "dokan_ch07": "dokan_ch07",
        "": "dokan_ch07",
        "x" * 80: "x" * 58 + "_ch07",
    }.items():
        url = parse_url(f"postgresql+asyncpg://postgres@127.0.0.1/{name}")
        assert database_name(url, chapter) == expected


@pytest.mark.parametrize(
    "database_url",
    [
        pytest.param("postgresql", marks=pytest.mark.postgres),
        pytest.param("mariadb", marks=pytest.mark.mariadb),
    ],
    indirect=True,
)
def test_server_gives_the_chapter_a_database_of_its_own(
    database_url: str, chapter: Chapter
) -> None:
    url = parse_url(database_url)
    made = prepare_server(chapter, url, reset=False)
    try:
        assert made.database == f"{url.database}_ch07"
        assert prepare_server(chapter, url, reset=False) == made
        assert prepare_server(chapter, url, reset=True) == made
    finally:
        drop_database(made)


def test_script_chapter_shows_its_sql(course: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "setu", "app", "2", "--sql", "--root", str(course)],
        capture_output=True,
        encoding="utf-8",
        env=environment(),
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "python -m app\n" in done.stdout
    assert "INSERT INTO" in done.stdout
    assert (course / "chapters" / "ch02_session" / "dokan.db").exists()


def test_repeated_statements_are_folded_and_counted() -> None:
    select = "SELECT name \nFROM items \nWHERE user_id = ?"
    group = [Sent("boundary", "BEGIN"), *[Sent("statement", "PRAGMA main.table_info(x)")] * 2]
    group += [Sent("statement", "SELECT id FROM users", [()], rows=4)]
    group += [Sent("statement", select, [(number,)], rows=2) for number in range(1, 5)]
    group += [Sent("statement", "UPDATE users", [()], error="no such column: x")]
    group.append(Sent("boundary", "ROLLBACK"))
    text = report("GET /users → 200", group, Words("en"))
    assert (
        text
        == """\
GET /users → 200   SQL: 8   0.0 ms
  BEGIN
    (which tables and columns there are)  × 2  0.0 ms
    SELECT id FROM users
      rows: 4  0.0 ms
    SELECT name
    FROM items
    WHERE user_id = ?
      (1,)  (2,)  (3,)  …  × 4  rows: 8  0.0 ms
    UPDATE users
      0.0 ms
      no such column: x
  ROLLBACK
"""
    )


@pytest.fixture
def server(course: Path, tmp_path: Path) -> Iterator[tuple[str, subprocess.Popen[str], Path]]:
    """The address of chapter 7's app under ``setu app --sql``, its process, and what it prints."""
    port = free_port()
    log = tmp_path / "log.txt"
    arguments = ["app", "ch07", "--sql", "--port", str(port), "--root", str(course)]
    with (
        log.open("w", encoding="utf-8") as out,
        subprocess.Popen(
            [sys.executable, "-m", "setu", *arguments],
            stdout=out,
            stderr=subprocess.STDOUT,
            text=True,
            env=environment(PYTHONUNBUFFERED="1"),
            start_new_session=True,  # Ctrl+C reaches the whole group, as in a terminal
        ) as process,
    ):
        address = f"http://127.0.0.1:{port}"
        try:
            _wait_for(address, process, log)
            yield address, process, log
        finally:
            if process.poll() is None:
                process.terminate()
                process.wait(timeout=20)


def _wait_for(address: str, process: subprocess.Popen[str], log: Path) -> None:
    until = time.monotonic() + 40
    while time.monotonic() < until and process.poll() is None:
        try:
            httpx2.get(f"{address}/openapi.json")
        except httpx2.TransportError:
            time.sleep(0.1)
        else:
            return
    pytest.fail(f"the app did not start:\n{log.read_text(encoding='utf-8')}")


@pytest.mark.skipif(os.name == "nt", reason="a signal stands for Ctrl+C")
def test_a_real_server(server: tuple[str, subprocess.Popen[str], Path], course: Path) -> None:
    address, process, log = server
    for page in ("/docs", "/redoc"):
        shown = httpx2.get(f"{address}{page}")
        assert shown.headers["content-security-policy"].startswith("default-src 'self'")
        html = shown.text
        assert not re.search(r"""(?:src|href)=["']?(?:https?:)?//""", html)
        for asset in re.findall(r'(?:src|href)="(/[^"]+)"', html):
            assert httpx2.get(f"{address}{asset}").status_code == 200
    nadia = {"username": "nadia", "email": "nadia@example.com", "password": "two cups of tea"}
    assert httpx2.post(f"{address}/users", json=nadia).status_code == 201
    assert httpx2.post(f"{address}/users", json=nadia).status_code == 409
    assert httpx2.get(f"{address}/users").json()[0]["username"] == "nadia"
    assert (course / "chapters" / "ch07_create_read" / "dokan.db").exists()

    os.killpg(process.pid, signal.SIGINT)
    assert process.wait(timeout=20) == 0
    printed = log.read_text(encoding="utf-8")
    assert "Traceback" not in printed
    assert "fastapi dev app/main.py --port" in printed
    told = re.sub(r"\d+\.\d+ ms", "… ms", printed)
    assert "POST /users → 201   SQL: 1   … ms\n  BEGIN\n    INSERT INTO users" in told
    assert "UNIQUE constraint failed: users.username\n  ROLLBACK" in told or (
        "UNIQUE constraint failed: users.email\n  ROLLBACK" in told
    )
    assert "GET /users → 200   SQL: 1   … ms\n  BEGIN\n    SELECT users.id" in told
    assert "(20, 0)  rows: 1  … ms\n  ROLLBACK" in told
