"""Whatever the learner's code does, a run ends with a true verdict and leaves nothing behind."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from setu.catalog import Exercise
from setu.checks.verdict import Verdict, first_failure, outcome_key
from setu.exercises.bank import lay_out, solution_of
from setu.exercises.child import ORPHAN
from setu.exercises.run import LONGEST_LOG, Stopped, check_folder
from setu.exercises.show import verdict_lines
from setu.i18n import Words, read_messages

posix = pytest.mark.skipif(sys.platform == "win32", reason="POSIX only")
READ = "    user = await db.get(User, user_id)\n"
Run = Callable[..., Verdict]


@pytest.fixture
def run(exercise: Exercise, tmp_path: Path) -> Run:
    """Check the solution with something ``before`` its first line and in its route."""

    def run(
        before: str = "",
        route: str = READ,
        *,
        old: str = READ,
        limit: float = 60,
        stop: threading.Event | None = None,
    ) -> Verdict:
        folder = lay_out(tmp_path / "work", exercise.folder / "starter", solution_of(exercise))
        main = folder / "app/main.py"
        source = main.read_text(encoding="utf-8")
        assert old in source
        main.write_text(before + "\n" + source.replace(old, route), encoding="utf-8")
        return check_folder(exercise, folder, time_limit=limit, stop=stop)

    return run


def test_output_goes_to_the_log_and_not_into_the_verdict(run: Run) -> None:
    forged = json.dumps({"end": "checked", "passed": True, "result": {"id": "right_user"}})
    verdict = run(
        f"import os, sys\nprint({forged!r})\nos.write(1, b'\\xff\\xfe raw\\n')\n"
        "print('চা', file=sys.stderr)",
        '    print(f"looking for {user_id}")\n    user = None\n',
    )
    assert verdict["outcome"] == "failed"
    assert verdict["score"] < verdict["max_score"]
    assert forged in verdict["log"]
    assert "চা" in verdict["log"]
    assert "looking for " in verdict["log"]


def test_a_flood_of_output_is_cut(run: Run) -> None:
    verdict = run("print('start')\nfor _ in range(1000):\n    print('x' * 10_000)\nprint('end')")
    assert verdict["outcome"] == "passed"
    assert len(verdict["log"]) < LONGEST_LOG + 10
    assert verdict["log"].startswith("start\n")
    assert verdict["log"].endswith("end\n")


def test_exit_at_import(run: Run) -> None:
    verdict = run("import sys\nsys.exit()")
    assert verdict["outcome"] == "import_error"
    assert verdict["error"].startswith("SystemExit")
    assert verdict["frames"] == [{"file": "app/main.py", "line": 2, "name": "<module>"}]
    assert {check["status"] for check in verdict["checks"]} == {"skip"}


def test_hard_exit_at_import(run: Run) -> None:
    verdict = run("import os\nos._exit(0)")
    assert (verdict["outcome"], verdict["score"]) == ("import_error", 0)


def test_exit_at_start(run: Run) -> None:
    verdict = run(old="    await create_tables()\n", route="    raise SystemExit(0)\n")
    assert verdict["outcome"] == "start_error"
    assert verdict["frames"][-1]["name"] == "lifespan"


def test_error_at_start(run: Run) -> None:
    verdict = run(old="    await create_tables()\n", route="    await create_table()\n")
    assert verdict["outcome"] == "start_error"
    assert verdict["error"] == "NameError: name 'create_table' is not defined"


def test_an_app_that_starts_only_once(run: Run) -> None:
    verdict = run(
        old="    await create_tables()\n",
        route="    async with engine.begin() as connection:\n"
        "        await connection.run_sync(User.__table__.create)\n",
    )
    assert (verdict["outcome"], first_failure(verdict)) == ("failed", "restart_failed")
    keys = {check["id"]: check["key"] for check in verdict["checks"]}
    assert keys["list_users"] is None
    assert keys["survives_restart"] == keys["documented"] == "restart_failed"


def test_a_restart_ends_what_the_app_held_open(run: Run) -> None:
    verdict = run(
        "HELD = []",
        "    from .database import SessionLocal\n\n    HELD.append(SessionLocal())\n"
        "    user = await HELD[-1].get(User, user_id)\n"
        "    user.is_active = False\n    await HELD[-1].flush()\n    raise KeyError(user_id)\n",
    )
    keys = {check["id"]: check["key"] for check in verdict["checks"]}
    assert keys["found"] == "server_error"
    assert [keys["list_users"], keys["documented"]] == [None, None]


def test_exit_in_a_route_is_a_server_error(run: Run) -> None:
    verdict = run("import sys", "    sys.exit(0)\n")
    assert (verdict["outcome"], first_failure(verdict)) == ("failed", "server_error")
    assert "SystemExit" in verdict["checks"][1]["params"]["got"]
    assert verdict["frames"][-1]["name"] == "get_user"


def test_hard_exit_in_a_route(run: Run) -> None:
    verdict = run("import os", "    os._exit(0)\n")
    assert (verdict["outcome"], first_failure(verdict)) == ("failed", "process_ended")
    assert [check["status"] for check in verdict["checks"]] == ["pass", "fail", *["skip"] * 11]


@pytest.mark.parametrize(
    ("before", "route"),
    [
        pytest.param("while True:\n    pass", READ, id="at import"),
        pytest.param("", "    while True:\n        pass\n", id="in a route"),
        pytest.param("import time", "    time.sleep(60)\n", id="asleep"),
        pytest.param("", "    import asyncio\n\n    await asyncio.Event().wait()\n", id="waiting"),
    ],
)
def test_what_never_ends_is_ended(run: Run, before: str, route: str) -> None:
    began = time.monotonic()
    verdict = run(before, route, limit=1.5)
    assert time.monotonic() - began < 15
    assert (verdict["outcome"], verdict["passed"]) == ("time_limit", False)


def test_the_check_in_which_the_time_ran_out_is_named(run: Run) -> None:
    verdict = run(
        old='        raise HTTPException(404, "No user has this id")\n',
        route="        while True:\n            pass\n",
        limit=5,
    )
    assert verdict["outcome"] == "time_limit"
    by_id = {check["id"]: check for check in verdict["checks"]}
    assert by_id["right_user"]["status"] == "pass"
    assert (by_id["unknown_id"]["status"], by_id["unknown_id"]["key"]) == ("fail", "time_limit")
    assert by_id["huge_id"]["status"] == "skip"


def test_a_run_is_stopped_from_another_thread(run: Run, tmp_path: Path) -> None:
    runs, stop = tmp_path / "runs", threading.Event()

    def stop_it() -> None:
        while not runs.exists():
            time.sleep(0.02)
        stop.set()

    threading.Thread(target=stop_it, daemon=True).start()
    with pytest.raises(Stopped):
        run(f"import pathlib\npathlib.Path({str(runs)!r}).touch()\nwhile True: pass", stop=stop)


@posix
def test_a_run_that_nobody_ends_any_more_ends_itself(run: Run) -> None:
    verdict = run("import signal\nprint(signal.getitimer(signal.ITIMER_REAL)[0])", limit=50)
    assert 50 < float(verdict["log"].split()[0]) <= 50 + ORPHAN


@posix
def test_a_run_that_ended_itself_had_no_time_left(run: Run) -> None:
    verdict = run("import os, signal\nos.kill(os.getpid(), signal.SIGALRM)")
    assert verdict["outcome"] == "time_limit"


def test_a_run_whose_parent_has_left_says_nothing(exercise: Exercise, tmp_path: Path) -> None:
    gone = tmp_path / "gone"
    code = (
        "import multiprocessing; from pathlib import Path;"
        "from setu.exercises.job import Job, work;"
        f"gone = Path({str(gone)!r});"
        "job = Job(gone, gone, [], 'sqlite+aiosqlite://', 1, gone, gone / 'output.txt', 5);"
        "work(job, multiprocessing.Pipe()[1])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")


def test_threads_do_not_keep_a_run_alive(run: Run) -> None:
    verdict = run("import threading, time\nthreading.Thread(target=time.sleep, args=(60,)).start()")
    assert verdict["outcome"] == "passed"


@posix
def test_what_the_code_started_ends_with_it(run: Run, tmp_path: Path) -> None:
    pid = tmp_path / "pid"
    verdict = run(
        "import subprocess\nfrom pathlib import Path as File\n"
        f"File({str(pid)!r}).write_text(str(subprocess.Popen(['sleep', '60']).pid))"
    )
    assert verdict["outcome"] == "passed"
    for _ in range(100):
        if not _runs(int(pid.read_text())):
            return
        time.sleep(0.05)
    pytest.fail("still there")


def _runs(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rsplit(")", 1)[1].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"


@posix
def test_a_fork_has_no_say(run: Run) -> None:
    verdict = run(
        "import os",
        "    if os.fork() == 0:\n        os._exit(0)\n" + READ,
    )
    assert verdict["outcome"] in ("passed", "failed")
    assert len(verdict["checks"]) == 13


PATCHES = {
    "assert": "import builtins\nbuiltins.AssertionError = type('Fine', (BaseException,), {})",
    "pytest": (
        "import pytest, _pytest.runner\n"
        "pytest.fail = pytest.raises = lambda *a, **k: None\n"
        "_pytest.runner.call_and_report = lambda *a, **k: None"
    ),
    "conftest": "import pathlib\npathlib.Path('conftest.py').write_text('raise SystemExit(0)')",
    "json": "import json\njson.loads = lambda *a, **k: {}",
}


@pytest.mark.parametrize("patch", PATCHES.values(), ids=PATCHES.keys())
def test_patches_do_not_make_a_wrong_answer_right(run: Run, patch: str) -> None:
    verdict = run(patch, "    user = None\n")
    assert not verdict["passed"]


def test_the_learners_files_may_have_any_name(run: Run, tmp_path: Path) -> None:
    (tmp_path / "work").mkdir()
    for name in ("json", "random", "pytest", "checks", "conftest", "fastapi"):
        (tmp_path / "work" / f"{name}.py").write_text("raise SystemExit(1)\n", encoding="utf-8")
    assert run()["outcome"] == "passed"


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux limits the address space")
@pytest.mark.parametrize(
    ("before", "route"),
    [("HOARD = bytearray(8 * 1024**3)", READ), ("", "    hoard = bytearray(8 * 1024**3)\n" + READ)],
    ids=["at import", "in a route"],
)
def test_memory_is_limited(run: Run, before: str, route: str) -> None:
    assert run(before, route)["outcome"] == "memory_limit"


def test_nothing_is_left_behind(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    rooms = tmp_path / "rooms"
    rooms.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(rooms))
    verdict = run("open('litter.txt', 'w').write('x')")
    assert verdict["outcome"] == "passed"
    assert list(rooms.iterdir()) == []
    assert not (tmp_path / "work/litter.txt").exists()
    assert not list((tmp_path / "work").rglob("__pycache__"))
    assert "DATABASE_URL" not in os.environ
    assert "app" not in sys.modules


def test_the_log_has_no_place_of_this_machine(run: Run, tmp_path: Path) -> None:
    verdict = run(route="    user = await db.get(User, 1 / 0)\n")
    assert 'File "app/main.py", line' in verdict["log"]
    assert "ZeroDivisionError" in verdict["log"]
    assert str(tmp_path) not in verdict["log"]
    assert sys.prefix not in verdict["log"]


@pytest.mark.parametrize(
    ("checks", "told"),
    [
        (
            "def test_right_user(subject):\n    assert 1 == 2\n",
            "checks.py and exercise.toml differ",
        ),
        ("def test_right_user(subject:\n", "SyntaxError"),
    ],
)
def test_broken_checks_are_not_the_learners_fault(
    exercise: Exercise, tmp_path: Path, checks: str, told: str
) -> None:
    (exercise.folder / "checks.py").write_text(checks, encoding="utf-8")
    folder = lay_out(tmp_path / "work", exercise.folder / "starter", solution_of(exercise))
    verdict = check_folder(exercise, folder)
    assert verdict["outcome"] == "checker_fault"
    assert told in verdict["error"]


def test_a_bare_assert_is_a_fault_of_the_checker(exercise: Exercise, tmp_path: Path) -> None:
    checks = exercise.folder / "checks.py"
    source = checks.read_text(encoding="utf-8")
    mark = "def test_huge_id(subject: Subject) -> None:\n"
    assert mark in source
    checks.write_text(source.replace(mark, f"{mark}    assert 1 == 2\n"), encoding="utf-8")
    folder = lay_out(tmp_path / "work", exercise.folder / "starter", solution_of(exercise))
    verdict = check_folder(exercise, folder)
    assert (verdict["outcome"], verdict["passed"]) == ("checker_fault", False)
    failing = [check for check in verdict["checks"] if check["status"] == "fail"]
    assert [check["key"] for check in failing] == ["checker_fault"]
    words = Words("en", read_messages(exercise.folder / "messages.toml"))
    broken = 2 + source[: source.index(mark)].count("\n")
    assert verdict_lines(verdict, exercise, words, plain=True)[1].text == (
        f"  huge_id: AssertionError (checks.py, line {broken})"
    )


def test_an_error_is_told_once_in_the_log_and_as_data_in_the_verdict(
    run: Run, tmp_path: Path
) -> None:
    verdict = run(route="    user = db.get(User, user_id)\n")
    found = verdict["checks"][1]
    assert found["key"] == "answer_unreadable"
    assert found["params"]["got"].startswith("500 ResponseValidationError: returned coroutine: ")
    assert str(tmp_path) not in json.dumps(verdict)
    assert verdict["log"].count("ResponseValidationError") == 1
    assert [frame["name"] for frame in verdict["frames"]] == ["get_user"]


def test_fields_that_an_answer_lacks_are_named_and_not_their_input(run: Run) -> None:
    verdict = run(route="    return {'id': user_id, 'email': 'x'}\n" + READ)
    assert verdict["checks"][1]["params"]["got"] == (
        "500 ResponseValidationError: returned dict: Field required: username, is_active"
    )


@pytest.mark.parametrize(
    ("before", "key"),
    [
        pytest.param("exit()", "import_error_raised", id="exit"),
        pytest.param("input()", "import_error_raised", id="input"),
        pytest.param("\0", "import_error_encoding", id="null byte"),
        pytest.param("Databse", "import_error", id="misspelt"),
    ],
)
def test_an_import_that_failed_is_told_by_what_python_said(run: Run, before: str, key: str) -> None:
    assert outcome_key(run(before)) == key


def test_an_app_of_another_name_is_missing(run: Run) -> None:
    end = '"No user has this id")\n    return user\n'
    verdict = run(old=end, route=f"{end}\n\nshop = app\ndel app\n")
    assert outcome_key(verdict) == "import_error_no_app"


def test_a_loop_beside_the_functions_keeps_the_app_from_starting(run: Run) -> None:
    verdict = run("while True:\n    pass", limit=0.5)
    assert (verdict["outcome"], outcome_key(verdict)) == ("time_limit", "time_limit_start")
