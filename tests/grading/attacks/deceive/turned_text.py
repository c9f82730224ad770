"""Answers and fails with text that turns, hides and colours what stands beside it."""

from fastapi import FastAPI
from fastapi.responses import JSONResponse

SIGNS = "".join(map(chr, [*range(32), 127, *range(0x80, 0xA0), 0x61C, 0x200E, 0x200F, 0xFEFF]))
SIGNS += "".join(map(chr, [*range(0x202A, 0x202F), *range(0x2066, 0x206A), 0xE0041]))
TEXT = f"\x1b[2J\x1b]0;passed\x07{SIGNS}\u202e10/10 dessap\u2066"


def install(app: FastAPI) -> None:
    @app.get("/users/{user_id}")
    async def turned(user_id: str) -> JSONResponse:
        if user_id.isdigit() and int(user_id) % 2:
            raise RuntimeError(TEXT)
        return JSONResponse({"id": TEXT, TEXT: user_id}, headers={"x-turned": "\x9b2J"})
