"""Answers the first requests and then ends with code 0 in the middle of one."""

import os

from fastapi import FastAPI


def install(app: FastAPI) -> None:
    @app.get("/users/{user_id}")
    def end(user_id: int) -> None:
        os._exit(0)
