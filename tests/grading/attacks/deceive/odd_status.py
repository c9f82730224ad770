"""Answers with status lines and headers that are on the edge of what is allowed."""

from typing import Any

import uvicorn.protocols.http.h11_impl as http

ANSWERS = [
    b"HTTP/1.1 999 \xff\r\ncontent-length: 0\r\n\r\n",
    b"HTTP/1.1 200\r\ncontent-length: 99999999999999999999\r\n\r\n",
    b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nffffffffffffffff\r\n",
    b"HTTP/1.1 200 OK\r\ncontent-length: -1\r\ncontent-length: 5\r\n\r\n",
    b"HTTP/0.9 200 OK\r\n\r\n{}",
]
count = 0


def received(self: Any, data: bytes) -> None:
    global count
    count += 1
    self.transport.write(ANSWERS[count % len(ANSWERS)])
    self.transport.close()


http.H11Protocol.data_received = received  # type: ignore[method-assign]
