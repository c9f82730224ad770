"""Speaks to the socket itself: interim answers (HTTP 103) without end."""

import asyncio
from typing import Any

import uvicorn.protocols.http.h11_impl as http


def received(self: Any, data: bytes) -> None:
    async def flood() -> None:
        while not self.transport.is_closing():
            self.transport.write(b"HTTP/1.1 103 Early Hints\r\nlink: x\r\n\r\n" * 100)
            await asyncio.sleep(0)

    self.flood = asyncio.ensure_future(flood())


http.H11Protocol.data_received = received  # type: ignore[method-assign]
