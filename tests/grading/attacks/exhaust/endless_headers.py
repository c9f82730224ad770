"""Answers with megabytes of headers."""

from fastapi import FastAPI
from fastapi.responses import Response


def install(app: FastAPI) -> None:
    @app.get("/users/{user_id}")
    def heavy(user_id: str) -> Response:
        return Response(headers={f"x-{number}": "x" * 1000 for number in range(20_000)})
