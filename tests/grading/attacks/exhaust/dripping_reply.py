"""Sends one byte a second, so that no single wait is long."""

import asyncio
from collections.abc import AsyncIterator

from fastapi import FastAPI
from fastapi.responses import StreamingResponse


async def drip() -> AsyncIterator[bytes]:
    while True:
        yield b" "
        await asyncio.sleep(1)


def install(app: FastAPI) -> None:
    @app.get("/users/{user_id}")
    async def dripping(user_id: str) -> StreamingResponse:
        return StreamingResponse(drip(), media_type="application/json")
