"""Requests that an app in this process gets all at once."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from setu.checks.subject import Call
from setu.exercises.in_process import InProcess

SOURCE = """
import asyncio
from contextlib import asynccontextmanager
from fastapi import FastAPI, Request

arrived = []

@asynccontextmanager
async def lifespan(app):
    yield {"shop": "দোকান"}

app = FastAPI(lifespan=lifespan)

@app.get("/wait/{count}")
async def wait(count: int, request: Request):
    arrived.append(count)
    while len(arrived) < count:
        await asyncio.sleep(0)
    return request.state.shop

@app.get("/boom/{id}")
async def boom(id: int):
    raise ValueError(id)

@app.get("/leave")
async def leave():
    raise SystemExit(3)

class Silent:
    def __init__(self, app):
        self.app = app

    async def __call__(self, scope, receive, send):
        if scope.get("path") != "/silent":
            await self.app(scope, receive, send)

app.add_middleware(Silent)
"""


@pytest.fixture
def app(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[InProcess]:
    (tmp_path / "app").mkdir()
    (tmp_path / "app/main.py").write_text(SOURCE, encoding="utf-8")
    monkeypatch.syspath_prepend(str(tmp_path))
    app = InProcess(tmp_path)
    app.load()
    app.start()
    yield app
    app.stop()
    for name in ("app", "app.main"):
        sys.modules.pop(name, None)


def test_all_are_there_before_the_first_is_answered(app: InProcess) -> None:
    replies = app.parallel([Call("GET", "/wait/20")] * 20)
    assert [reply.status for reply in replies] == [200] * 20
    assert {reply.json() for reply in replies} == {"দোকান"}, "what the lifespan gave is there, too"


def test_each_answer_knows_its_own_error_and_place(app: InProcess) -> None:
    replies = app.parallel([Call("GET", f"/boom/{id}") for id in range(5)])
    assert [reply.status for reply in replies] == [500] * 5
    assert [reply.error for reply in replies] == [f"ValueError: {id}" for id in range(5)]
    assert {reply.frames[-1]["name"] for reply in replies} == {"boom"}


@pytest.mark.parametrize("path", ["/silent", "/leave"])
def test_no_answer_is_a_500_as_for_one_request(app: InProcess, path: str) -> None:
    alone = app.send(Call("GET", path))
    silent, spoken = app.parallel([Call("GET", path), Call("GET", "/wait/1")])
    assert (alone.status, silent.status, spoken.status) == (500, 500, 200)
