"""Is imported, and ends with code 0 while it starts."""

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI


@asynccontextmanager
async def lifespan(app: FastAPI) -> AsyncIterator[None]:
    os._exit(0)
    yield


def install(app: FastAPI) -> None:
    app.router.lifespan_context = lifespan
