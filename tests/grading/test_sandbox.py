"""What a submission finds in its sandbox, what it may use, and what is left when it is over."""

from __future__ import annotations

import errno
import json
import os
import re
import shutil
import socket
import sqlite3
import sys
import tempfile
import textwrap
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from setu.catalog import load_catalog
from setu.checks.subject import Call, Reply
from setu.cli import doctor
from setu.cli.root import build
from setu.exercises.bank import solution_of
from setu.grading import client, limits, room, seccomp
from setu.grading.bench import KNOWN_GOOD, Bench, GradeVerdict, Task, digest, error_in, files_of
from setu.grading.inside.place import Place
from setu.grading.inside.processes import signal_all
from setu.grading.inside.wire import WireError
from setu.grading.reader import Reader
from setu.grading.sandbox import available_tier
from setu.printable import printable, printable_data

ROOT = Path(__file__).parents[2]
EXERCISE = load_catalog(ROOT).exercise("ch07_get_user")
READ = "    user = await db.get(User, user_id)\n"
CREATE = "    await create_tables()\n"
Grade = Callable[..., GradeVerdict]

bwrap = pytest.mark.bwrap


@pytest.fixture
def grade(bench: Bench) -> Grade:
    """Grade the solution with something ``before`` its first line, or ``new`` for ``old`` in it."""

    def grade(before: str = "", old: str = READ, new: str = READ, **files: bytes) -> GradeVerdict:
        return bench.grade(handed_in(before, old, new, **files))

    return grade


def handed_in(before: str = "", old: str = READ, new: str = READ, **files: bytes) -> Task:
    source = (solution_of(EXERCISE) / "app/main.py").read_text(encoding="utf-8")
    assert source.count(old) == 1
    source = textwrap.dedent(before) + "\n" + source.replace(old, new)
    others = {f"app/{name}.py": content for name, content in files.items()}
    return Task("nadia", EXERCISE.id, {"app/main.py": source.encode(), **others}, 7)


def keys(verdict: GradeVerdict) -> dict[str, str | None]:
    return {check["id"]: check["key"] for check in verdict["checks"]}


LOOKS_AROUND = """
    import ctypes, json, os, resource, socket, sys
    from pathlib import Path as P

    def tried(act):
        try:
            return str(act())
        except (OSError, ValueError) as error:
            return getattr(error, "errno", str(error))

    libc = ctypes.CDLL(None, use_errno=True)

    def called(number, *arguments):
        return ctypes.get_errno() if libc.syscall(number, *arguments) == -1 else 0

    def connect():
        socket.create_connection(("1.1.1.1", 53), 1)

    found = {
        "uid": os.getuid(), "pids": [os.getpid(), os.getppid()], "host": os.uname().nodename,
        "environment": sorted(os.environ), "home": tried(lambda: os.listdir("/home")),
        "course": tried(lambda: os.listdir(COURSE)), "root": sorted(os.listdir("/")),
        "proc": P("/proc").exists(), "setu": sorted(os.listdir("/setu/setu/grading")),
        "files": [fd for fd in range(64) if tried(lambda: os.fstat(fd)) != 9],
        "writes": [tried(lambda: P(place, "x").write_text("x"))
                   for place in ("/", "/usr", "/setu", "/dev", os.path.dirname(os.__file__))],
        "box": tried(lambda: P("/box/tmp/x").write_text("x")),
        "network": tried(connect), "netlink": tried(lambda: socket.socket(16, 3)),
        "ptrace": called(101, 16, os.getppid(), 0, 0), "unshare": called(272, 0x10000000),
        "limits": [resource.getrlimit(getattr(resource, f"RLIMIT_{name}"))
                   for name in ("CORE", "NPROC", "FSIZE")],
        "raised": tried(lambda: resource.setrlimit(resource.RLIMIT_NPROC, (9999, 9999))),
        "programs": [name for name in ("sh", "bash", "bwrap") if P("/usr/bin", name).exists()],
    }
    print("SEEN", json.dumps(found, default=str))
"""


@bwrap
@pytest.mark.skipif(os.uname().machine != "x86_64", reason="numbers of system calls of x86_64")
def test_nothing_is_there_but_python(grade: Grade, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECRET_TOKEN", "mango")
    verdict = grade(LOOKS_AROUND.replace("COURSE", repr(str(ROOT / "exercises"))))
    assert (verdict["outcome"], verdict["tier"]) == ("passed", "A")
    seen: dict[str, Any] = json.loads(re.findall(r"^SEEN (.*)$", verdict["log"], re.M)[0])
    assert (seen["uid"], seen["host"]) == (65534, "sandbox")
    assert max(seen["pids"]) < 20
    assert seen["environment"] == [
        *("DATABASE_URL", "HOME", "LANG", "MALLOC_ARENA_MAX", "PWD", "PYTHONHASHSEED", "TMPDIR")
    ]
    assert (seen["home"], seen["course"]) == (errno.ENOENT, errno.ENOENT)
    # A course in /home has its Python mounted there, and nothing beside it.
    ours = {Path(path).parts[1] for path in (sys.prefix, sys.base_prefix, str(ROOT))}
    assert not {"home", "tmp", "var", "proc", "mnt"} - ours & {*seen["root"]}
    assert seen["proc"] is False
    assert seen["setu"] == ["__init__.py", "inside"]
    assert len(seen["files"]) <= 6  # its output three times, its socket, how far it is, the loop's
    assert {*seen["writes"]} <= {errno.EROFS, errno.EACCES}
    assert seen["box"] == "1"
    assert seen["network"] == errno.ENETUNREACH
    assert seen["netlink"] == errno.EAFNOSUPPORT
    assert (seen["ptrace"], seen["unshare"]) == (errno.EPERM, errno.EPERM)
    most = [limits.RLIMITS[name] for name in ("CORE", "NPROC", "FSIZE")]
    assert seen["limits"] == [[value, value] for value in most]
    assert "not allowed" in str(seen["raised"])
    assert "mango" not in verdict["log"]


@bwrap
def test_processes_are_counted_even_for_root(grade: Grade) -> None:
    verdict = grade(
        """
        import itertools, threading, time

        for count in itertools.count():
            try:
                threading.Thread(target=time.sleep, args=(60,), daemon=True).start()
            except RuntimeError:
                print("STOPPED AT", count)
                raise SystemExit
        """
    )
    assert verdict["outcome"] == "import_error"
    stopped = re.search(r"STOPPED AT (\d+)", verdict["log"])
    assert stopped
    assert 100 < int(stopped[1]) < limits.RLIMITS["NPROC"]


@bwrap
def test_a_restart_ends_what_the_submission_started(grade: Grade) -> None:
    verdict = grade(
        """
        import os, pathlib, time

        alive = pathlib.Path("/box/tmp/alive")
        if alive.exists():
            before = alive.stat().st_mtime_ns
            time.sleep(0.3)
            print("STILL THERE" if alive.stat().st_mtime_ns != before else "GONE")
        elif os.fork() == 0:
            os.setsid()
            if os.fork() == 0:
                while True:
                    alive.touch()
                    time.sleep(0.01)
            os._exit(0)
        """
    )
    assert verdict["outcome"] == "passed"
    assert "GONE" in verdict["log"]
    assert "STILL THERE" not in verdict["log"]


@bwrap
def test_a_journal_beside_the_database_is_read_too(grade: Grade) -> None:
    verdict = grade(
        old="    await create_tables()\n",
        new="    async with engine.connect() as connection:\n"
        '        await connection.exec_driver_sql("PRAGMA journal_mode = WAL")\n'
        '        await connection.exec_driver_sql("PRAGMA wal_autocheckpoint = 0")\n' + CREATE,
    )
    assert (verdict["outcome"], verdict["score"]) == ("passed", 10)


@bwrap
def test_an_error_at_import_is_shown_with_its_place(grade: Grade) -> None:
    verdict = grade("import json\n\njson.loads('{')")
    assert verdict["outcome"] == "import_error"
    assert verdict["error"].startswith("json.decoder.JSONDecodeError: Expecting property name")
    assert verdict["frames"] == [{"file": "app/main.py", "line": 3, "name": "<module>"}]
    assert "/box" not in verdict["log"]
    assert {check["status"] for check in verdict["checks"]} == {"skip"}


def test_an_error_of_many_lines_is_told_from_its_first() -> None:
    trace = 'Traceback (most recent call last):\n  File "app/main.py", line 3, in lifespan\n'
    error = "sqlalchemy.exc.OperationalError: no column\n[SQL: \nCREATE TABLE x (\n\tid INTEGER"
    told = "sqlalchemy.exc.OperationalError: no column [SQL: CREATE TABLE x ( id INTEGER"
    assert error_in(f"tea\n{trace}ValueError: first\n\n{trace}{error}\n") == told
    assert error_in('tea\n  File "app/main.py", line 3\n    x(\nSyntaxError: no end\n') == (
        "SyntaxError: no end"
    )
    assert error_in("") == ""


@bwrap
def test_an_error_at_start(grade: Grade) -> None:
    verdict = grade(old=CREATE, new="    await create_table()\n")
    assert verdict["outcome"] == "start_error"
    assert verdict["error"] == "NameError: name 'create_table' is not defined"
    assert [frame["name"] for frame in verdict["frames"]] == ["lifespan"]


@bwrap
@pytest.mark.parametrize(
    ("before", "new", "key"),
    [
        pytest.param("import os", "    os._exit(0)\n", "process_ended", id="process gone"),
        pytest.param("import sys", "    sys.exit(0)\n", "server_error", id="exit"),
        pytest.param("", "    raise KeyError(user_id)\n", "server_error", id="crash"),
    ],
)
def test_an_end_in_a_request(grade: Grade, before: str, new: str, key: str) -> None:
    verdict = grade(before, new=new)
    assert (verdict["outcome"], keys(verdict)["found"]) == ("failed", key)


@bwrap
def test_an_app_that_starts_only_once(grade: Grade) -> None:
    verdict = grade(
        old=CREATE,
        new="    async with engine.begin() as connection:\n"
        "        await connection.run_sync(User.__table__.create)\n",
    )
    assert keys(verdict)["list_users"] is None
    assert keys(verdict)["survives_restart"] == "restart_failed"


@bwrap
def test_too_much_memory_of_all_processes_together(grade: Grade) -> None:
    verdict = grade(
        """
        import os, time

        for _ in range(8):
            if os.fork() == 0:
                kept = bytearray(os.urandom(1)) * (200 * 2**20)
                time.sleep(60)
        time.sleep(60)
        """
    )
    assert verdict["outcome"] == "memory_limit"
    assert verdict["resources"]["memory_bytes"] > limits.MEMORY


@bwrap
def test_too_many_files(grade: Grade) -> None:
    verdict = grade(
        """
        import itertools

        for number in itertools.count():
            open(f"/box/tmp/{number}", "w").close()
        """
    )
    assert verdict["outcome"] == "memory_limit"


@bwrap
def test_nothing_is_left(bench: Bench, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    with Bench(ROOT, tier="A") as own:
        before = len(os.listdir("/proc/self/fd"))
        assert own.grade(handed_in())["outcome"] == "passed"
        assert own.grade(handed_in("import os\nos._exit(1)"))["outcome"] == "import_error"
        assert len(list(tmp_path.iterdir())) == 3  # the reader, the room that waits, her own
        waiting, hers = 3, 5  # sockets and files of these rooms
        assert len(os.listdir("/proc/self/fd")) <= before + waiting + hers
    assert list(tmp_path.iterdir()) == []


WHERE = """
    import os
    print("SANDBOX", os.stat("/box").st_dev)
    left = os.listdir("/box/tmp") + os.listdir("/box/data")
    print("LEFT", left, sorted(os.listdir("/box")))
"""
LEAVES_THINGS = """
    import os, time
    os.makedirs("/box/tmp/a/b")
    os.symlink("/usr", "/box/data/link")
    open("/box/data/dokan.db-wal", "w").close()
    open("/box/other", "w").close()
    if os.fork() == 0:
        os.setsid()
        while True:
            open("/box/tmp/alive", "a").close()
            time.sleep(0.01)
"""
HARMS_THE_PLACE = "import os, signal; os.kill(os.getppid(), signal.SIGKILL)"
SWAPS_THE_FOLDER = 'import os; os.rename("/box/data", "/box/old"); os.mkdir("/box/data")'


def sandbox_of(verdict: GradeVerdict) -> str:
    found = re.search(r"^SANDBOX (\d+)$", verdict["log"], re.M)
    assert found
    return found[1]


@bwrap
def test_one_students_submissions_share_a_sandbox_and_find_nothing_in_it(bench: Bench) -> None:
    first = bench.grade(handed_in(WHERE))
    bench.grade(handed_in(LEAVES_THINGS))
    again = bench.grade(handed_in(WHERE))
    other = bench.grade(replace(handed_in(WHERE), student="ravi"))
    assert sandbox_of(first) == sandbox_of(again) != sandbox_of(other)
    left = "LEFT [] ['data', 'output.txt', 'tmp', 'work']"
    for verdict in (first, again, other):
        assert verdict["outcome"] == "passed", verdict
        assert left in verdict["log"]
    assert again["resources"]["cpu_seconds"] < first["resources"]["cpu_seconds"]


@bwrap
@pytest.mark.parametrize("harm", [HARMS_THE_PLACE, SWAPS_THE_FOLDER])
def test_a_sandbox_that_was_harmed_is_not_used_again(bench: Bench, harm: str) -> None:
    assert not bench.grade(handed_in(f"{WHERE}\n    {harm}"))["passed"]
    verdict = bench.grade(handed_in(WHERE))
    assert verdict["outcome"] == "passed", verdict


@bwrap
def test_the_known_ones_share_nothing(bench: Bench) -> None:
    known = [bench.grade(replace(handed_in(WHERE), student=KNOWN_GOOD)) for _ in range(2)]
    assert len({*map(sandbox_of, known)}) == 2


@bwrap
def test_the_verdict_says_what_was_graded_and_what_it_took(grade: Grade) -> None:
    verdict = grade()
    assert (verdict["student"], verdict["exercise"], verdict["seed"]) == ("nadia", EXERCISE.id, 7)
    assert verdict["sha256"] == digest(handed_in().files)
    assert verdict["resources"]["cpu_seconds"] > 0.1
    assert 10**7 < verdict["resources"]["memory_bytes"] < limits.MEMORY


@pytest.mark.skipif(sys.platform == "win32", reason="POSIX only")
def test_tier_b_grades_files_that_are_trusted() -> None:
    with Bench(ROOT, tier="B") as bench:
        verdict = bench.grade(handed_in())
        assert (verdict["outcome"], verdict["tier"]) == ("passed", "B")
        gone = bench.grade(handed_in("import os", new="    os._exit(0)\n"))
        assert keys(gone)["found"] == "process_ended"


def test_kill_all_is_never_used_outside_a_namespace(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = Place(tmp_path, alone=True)  # a lie: this is the machine's own namespace
    killed: list[int] = []
    monkeypatch.setattr(os, "kill", lambda pid, number: killed.append(pid))
    monkeypatch.setattr(os, "killpg", lambda pid, number: killed.append(pid))
    signal_all(9, 0, alone=place._alone)
    assert -1 not in killed


def ask_until_it_has_ended(reader: Reader) -> None:
    for _ in range(100):  # what is killed ends bit by bit
        reader.ask({"do": "rows", "table": "users"}, {})
        time.sleep(0.05)


@bwrap
@pytest.mark.usefixtures("bench")
def test_a_reader_keeps_nothing_and_is_replaced_when_it_is_gone(tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / "dokan.db") as connection:
        connection.execute("CREATE TABLE users (id INTEGER PRIMARY KEY)")
        connection.execute("INSERT INTO users VALUES (7)")
    connection.close()
    question = {"do": "rows", "table": "users"}
    copies = {"dokan.db": (tmp_path / "dokan.db").read_bytes()}
    reader = Reader("A")
    try:
        reader.begin()
        assert reader.ask(question, copies) == {"rows": [{"id": 7}]}
        reader.begin()
        assert "unwritable" in reader.ask(question, {})
        reader._sandboxed.kill()
        with pytest.raises(WireError):
            ask_until_it_has_ended(reader)
        reader.begin()
        assert reader.ask(question, copies) == {"rows": [{"id": 7}]}
    finally:
        reader.close()


def test_what_is_missing_comes_from_the_starter_except_what_is_asked_for() -> None:
    starter = files_of(EXERCISE, {})
    assert "app/main.py" not in starter
    assert {"app/__init__.py", "app/database.py", "app/models.py"} <= {*starter}
    odd = ("../app/x.py", "app/../../x.py", "/app/x.py", "other/x.py", "app", "app/\0.py")
    assert files_of(EXERCISE, dict.fromkeys(odd, b"")) == starter
    assert files_of(EXERCISE, {"app/models.py": b"own"})["app/models.py"] == b"own"


def test_output_cannot_command_a_terminal() -> None:
    assert printable("চা\t\x1b[2Jok\r\n\x07end\x9b\ud800") == "চা\t�[2Jok\n�end��"


def test_text_of_strangers_is_neither_turned_nor_hidden_and_stays_bangla_and_hindi() -> None:
    turns = [*range(0x202A, 0x202F), *range(0x2066, 0x206A), 0x061C, 0x200E, 0x200F]
    hides = [0x200B, 0x2060, 0xFEFF, 0xAD, 0xE0041, 0x2028, 0x2029, 0xFFFF]
    for sign in map(chr, [*turns, *hides]):
        told = {"params": {"got": f"a{sign}b", "rows": [sign, 7, None]}}
        assert printable_data(told) == {"params": {"got": "a�b", "rows": ["�", 7, None]}}
    for kept in ("র‍্যাব", "क्‍ष", "নাদিয়া রহমান", "10\u00a0000 ₹ 🙂"):
        assert printable(kept) == kept


@pytest.mark.parametrize("version", ["", "#!/bin/sh\necho 'Permission denied' >&2\nexit 1\n"])
def test_without_bubblewrap_it_is_tier_b_and_says_how_to_get_a(
    version: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, script in (("bwrap", version), ("setpriv", "#!/bin/sh\nexit 1\n")):
        if script:
            (tmp_path / name).write_text(script, encoding="utf-8")
            (tmp_path / name).chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    tier, reason = available_tier()
    assert tier == "B"
    assert ("apt-get install bubblewrap" in reason) is (not version)
    assert ("Permission denied" in reason) is bool(version)


@bwrap
def test_doctor_names_the_tier(bench: Bench) -> None:
    result = CliRunner().invoke(build([doctor]), ["doctor", "--json", "--lang", "en"])
    found = {each["name"]: each for each in json.loads(result.output)}
    assert found["sandbox"]["present"] is True
    assert found["sandbox"]["detail"].startswith("A (bubblewrap")


def test_a_machine_without_numbers_has_no_filter() -> None:
    assert seccomp.program("riscv64") == b""
    for machine in seccomp.CALLS:
        assert len(seccomp.program(machine)) % 8 == 0


@pytest.fixture
def answered(tmp_path: Path) -> Callable[..., Reply]:
    """What becomes of an answer: the bytes that a server sends before it hangs up, or goes on."""

    def answered(*parts: bytes, endless: bytes = b"") -> Reply:
        with socket.socket(socket.AF_UNIX) as listener:
            listener.bind(str(tmp_path / "app.sock"))
            listener.listen()

            def serve() -> None:
                connection, _ = listener.accept()
                with connection:
                    connection.recv(4096)
                    for part in parts:
                        connection.sendall(part)
                    try:
                        while endless:
                            connection.sendall(endless)
                    except OSError:
                        return

            server = threading.Thread(target=serve)
            server.start()
            try:
                call = Call("GET", "/users/7 OR 1=1")
                return client.exchange(tmp_path / "app.sock", [call], seconds=20)[0]
            finally:
                server.join()

    return answered


OK = b"HTTP/1.1 200 OK\r\n"


def test_an_answer_in_parts(answered: Callable[..., Reply]) -> None:
    chunks = (b"Transfer-Encoding: chunked\r\n\r\n", b"2\r\nab\r\n", b"1\r\nc\r\n0\r\n\r\n")
    reply = answered(OK, b"Set-Cookie: a\r\n", *chunks)
    assert (reply.status, reply.body, reply.headers["set-cookie"]) == (200, b"abc", "a")
    assert reply.did == "GET /users/7 OR 1=1"


@pytest.mark.parametrize(
    ("parts", "endless"),
    [
        pytest.param([b"chai\r\n\r\n"], b"", id="no HTTP"),
        pytest.param([OK, b"Content-Length: 9\r\n\r\nab"], b"", id="too short"),
        pytest.param([OK, b"Content-Length: 1\r\nContent-Length: 2\r\n\r\nab"], b"", id="two"),
        pytest.param([OK], b"X-More: tea\r\n", id="endless headers"),
        pytest.param([OK, b"\r\n"], b"tea" * 1000, id="endless body"),
    ],
)
def test_what_is_no_answer_is_a_failure_of_the_app(
    answered: Callable[..., Reply], parts: list[bytes], endless: bytes
) -> None:
    reply = answered(*parts, endless=endless)
    assert (reply.status, reply.body) == (500, b"")
    assert reply.error


def test_an_answer_that_drips_is_cut_off(tmp_path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(tmp_path / "app.sock"))
        listener.listen()
        with pytest.raises(client.NoAnswer):
            client.exchange(tmp_path / "app.sock", [Call("GET", "/")], seconds=0.2)


def test_nobody_there(tmp_path: Path) -> None:
    reply = client.exchange(tmp_path / "app.sock", [Call("GET", "/")], seconds=1)[0]
    assert reply.status == 0


def test_a_long_path_for_temporary_files_has_no_socket_in_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    long = tmp_path / ("t" * 100)
    long.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(long))
    folder = room.make_folder()
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(folder / room.SOCKET))
    shutil.rmtree(folder)
    assert list(long.iterdir()) == []


def test_a_folder_of_theirs_with_the_name_of_our_file_takes_its_place() -> None:
    assert "app/models.py" in files_of(EXERCISE, {})
    files = files_of(EXERCISE, {"app/models.py/__init__.py": b""})
    assert "app/models.py" not in files
    assert "app/models.py/__init__.py" in files
