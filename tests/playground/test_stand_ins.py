"""The stand-ins in an ordinary Python, in a process of its own: what takes turns, what fails."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

SETUP = """
from setu_page import stand_ins
stand_ins.install()
import asyncio
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession, create_async_engine
engine = create_async_engine("sqlite+aiosqlite:///a.db", pool_size=3, max_overflow=0)

async def make():
    async with engine.begin() as c:
        await c.execute(text("CREATE TABLE t (n INTEGER)"))
        await c.execute(text("INSERT INTO t VALUES (1000)"))

async def value():
    async with engine.connect() as c:
        return await c.scalar(text("SELECT n FROM t"))
"""

LOST_UPDATE = """
async def take():
    async with AsyncSession(engine) as s:
        n = await s.scalar(text("SELECT n FROM t"))
        await s.execute(text("UPDATE t SET n = :n"), {"n": n - 1})
        await s.commit()

async def main():
    await make()
    await asyncio.gather(*(take() for _ in range(3)))
    print(await value())
    await asyncio.gather(*(take() for _ in range(100)))
    print(await value() < 998)
asyncio.run(main())
"""

POOL = """
async def main():
    await make()
    small = create_async_engine(engine.url, pool_size=1, max_overflow=0, pool_timeout=0.2)
    async with small.connect():
        try:
            async with small.connect():
                print("second")
        except Exception as error:
            print(type(error).__name__)
    async with small.connect() as c:
        print(await c.scalar(text("SELECT n FROM t")))
asyncio.run(main())
"""

LOCK = """
async def main():
    await make()
    a, b = AsyncSession(engine), AsyncSession(engine)
    await a.execute(text("UPDATE t SET n = 1"))
    try:
        await b.execute(text("UPDATE t SET n = 2"))
    except Exception as error:
        print(error.orig)
    await b.rollback()

    async def later():
        await asyncio.sleep(0.05)
        await a.commit()
        print("first")
    task = asyncio.create_task(later())
    await asyncio.sleep(0)
    await b.execute(text("UPDATE t SET n = 2"))
    await b.commit()
    print(await value())
    await task, await a.close(), await b.close()
asyncio.run(main())
"""

GREENLET = """
from sqlalchemy.util import await_, greenlet_spawn
async def fails():
    raise KeyError("k")
async def double(n):
    await asyncio.sleep(0.01)
    return await greenlet_spawn(lambda: 2 * await_(asyncio.sleep(0, n)))
def child():
    try:
        await_(fails())
    except KeyError:
        print("caught", await_(double(21)))
    raise ValueError("own")
async def main():
    try:
        await greenlet_spawn(child)
    except ValueError as error:
        print(error)
    try:
        await_(asyncio.sleep(0))
    except Exception as error:
        print(type(error).__name__)
    try:
        await greenlet_spawn(lambda: 1, _require_await=True)
    except Exception as error:
        print(type(error).__name__)
    try:
        await asyncio.wait_for(greenlet_spawn(lambda: await_(asyncio.Event().wait())), 0.05)
    except TimeoutError:
        print("timeout")
asyncio.run(main())
"""

THREADS = """
import os
from starlette.concurrency import run_in_threadpool
def work(n):
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return asyncio.run(asyncio.sleep(0, n))
async def main():
    print(await run_in_threadpool(work, 1), await asyncio.to_thread(work, 2))
    try:
        await asyncio.Event().wait()
    except RuntimeError as error:
        print(error)
    try:
        os._exit(3)
    except BaseException as error:
        print(error)
asyncio.run(main())
"""

PROCESS = """
import logging, os, subprocess, sys
from pathlib import Path
Path("app").mkdir()
Path("app/__main__.py").write_text("import app, os, sys; print(sys.argv, os.getcwd()[-3:])\\n")
Path("app/__init__.py").write_text("print('fresh')\\n")
import app
logging.getLogger("x").setLevel(10)
async def main():
    done = subprocess.run([sys.executable, "-m", "app", "a"], capture_output=True, text=True)
    print(done.returncode, done.stdout.splitlines()[0], sys.modules["app"] is app)
    bad = subprocess.run([sys.executable, "-m", "nothing.here"], stdout=subprocess.PIPE,
                         stderr=subprocess.STDOUT)
    print(bad.returncode, b"ModuleNotFoundError" in bad.stdout, logging.getLogger("x").level)
asyncio.run(main())
"""


@pytest.mark.parametrize(
    ("code", "printed"),
    [
        (LOST_UPDATE, ["999", "True"]),
        pytest.param(
            *(POOL, ["TimeoutError", "1000"]),
            marks=pytest.mark.skipif(
                sys.version_info < (3, 13),
                reason="before Python 3.13 a task cannot take back that it was cancelled",
            ),
        ),
        (LOCK, ["database is locked", "first", "2"]),
        (GREENLET, ["caught 42", "own", "MissingGreenlet", "AwaitRequired", "timeout"]),
        (
            THREADS,
            [
                "1 2",
                "this waits for ever: nothing that still runs can end the wait",
                "os._exit(3)",
            ],
        ),
        (PROCESS, ["fresh", "0 fresh True", "1 True 10"]),
    ],
    ids=["lost_update", "pool", "lock", "greenlet", "threads", "process"],
)
def test_stand_in(code: str, printed: list[str], tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", SETUP + code],
        cwd=tmp_path,
        env={"PYTHONPATH": f"{ROOT / 'playground/python'}:{ROOT / 'src'}"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout.splitlines() == printed, done.stderr
