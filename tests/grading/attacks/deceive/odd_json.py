"""Answers with numbers that JSON does not have, a number of a million digits, and half a letter."""

from fastapi import FastAPI
from fastapi.responses import Response


def install(app: FastAPI) -> None:
    @app.get("/users/{user_id}")
    def odd(user_id: int) -> Response:
        bodies = [b"NaN", b"1" * 1_000_000, b'"\xe0\xa6"', b'"\\ud800"', b'{"id": 1e999}']
        return Response(bodies[user_id % len(bodies)], media_type="application/json")
