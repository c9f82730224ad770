"""Answers with a body that never ends."""

from collections.abc import Iterator

from fastapi import FastAPI
from fastapi.responses import StreamingResponse


def flood() -> Iterator[bytes]:
    while True:
        yield b"[" * 65536


def install(app: FastAPI) -> None:
    @app.get("/users/{user_id}")
    def endless(user_id: str) -> StreamingResponse:
        return StreamingResponse(flood(), media_type="application/json")
