"""Stops itself, so that nobody gets an answer."""

import os
import signal

from fastapi import FastAPI


def install(app: FastAPI) -> None:
    @app.get("/users/{user_id}")
    def stop(user_id: str) -> None:
        os.kill(os.getpid(), signal.SIGSTOP)
