"""Speaks to the socket itself: bytes that are no HTTP."""

from typing import Any

import uvicorn.protocols.http.h11_impl as http


def received(self: Any, data: bytes) -> None:
    self.transport.write(bytes(range(256)) * 64 + b"\r\n\r\n")
    self.transport.close()


http.H11Protocol.data_received = received  # type: ignore[method-assign]
