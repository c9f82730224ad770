"""Takes hours to answer."""

import asyncio

from fastapi import FastAPI


def install(app: FastAPI) -> None:
    @app.get("/users/{user_id}")
    async def slow(user_id: str) -> None:
        await asyncio.sleep(10_000)
