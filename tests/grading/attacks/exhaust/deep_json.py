"""Answers with JSON so deep that reading it overflows a stack."""

from fastapi import FastAPI
from fastapi.responses import Response


def install(app: FastAPI) -> None:
    @app.get("/users/{user_id}")
    def deep(user_id: str) -> Response:
        return Response("[" * 1_000_000, media_type="application/json")
