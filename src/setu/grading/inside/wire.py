"""Messages between the grader and a sandbox: four bytes of length, then JSON or bytes."""

from __future__ import annotations

import json
import os
import socket
import struct
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

LENGTH = struct.Struct("!I")
UNSENT = "x-setu-unsent-body"
"""The header that tells of a body which the status does not allow; who lies in it fails."""


class WireError(Exception):
    """The other side is gone, too slow, or sent what is no message."""


def send(connection: socket.socket, message: dict[str, Any], files: Sequence[int] = ()) -> None:
    """Send a message, with open files beside it."""
    data = json.dumps(message, default=_marked).encode()
    try:
        socket.send_fds(connection, [LENGTH.pack(len(data))], files)
        connection.sendall(data)
    except OSError as error:
        raise WireError(str(error)) from error


def receive(connection: socket.socket, *, most: int) -> dict[str, Any]:
    """Receive a message of at most ``most`` bytes; files that came with it are dropped."""
    return parse(connection, _exactly(connection, LENGTH.size), most)


def receive_files(
    connection: socket.socket, count: int, *, most: int
) -> tuple[dict[str, Any], list[int]]:
    """Receive a message and exactly ``count`` open files."""
    try:
        header, files, _, _ = socket.recv_fds(connection, LENGTH.size, count)
    except OSError as error:
        raise WireError(str(error)) from error
    if len(header) != LENGTH.size or len(files) != count:
        for file in files:
            os.close(file)
        raise WireError("gone" if not header else "no message")
    return parse(connection, header, most), files


def send_bytes(connection: socket.socket, data: bytes) -> None:
    try:
        connection.sendall(LENGTH.pack(len(data)) + data)
    except OSError as error:
        raise WireError(str(error)) from error


def receive_bytes(connection: socket.socket, *, most: int) -> bytes:
    (size,) = LENGTH.unpack(_exactly(connection, LENGTH.size))
    if size > most:
        raise WireError("too long")
    return _exactly(connection, size)


def unmarked(value: Any) -> Any:
    """A value as it was before it was sent."""
    if isinstance(value, dict) and value.keys() == {"decimal"}:
        return Decimal(str(value["decimal"]))
    if isinstance(value, dict) and value.keys() == {"hex"}:
        return bytes.fromhex(str(value["hex"]))
    return value


def _marked(value: object) -> dict[str, str]:
    if isinstance(value, Decimal):
        return {"decimal": str(value)}
    if isinstance(value, bytes):
        return {"hex": value.hex()}
    raise TypeError(type(value).__name__)


def parse(connection: socket.socket, header: bytes, most: int) -> dict[str, Any]:
    """The message whose length is ``header``."""
    (size,) = LENGTH.unpack(header)
    if size > most:
        raise WireError("too long")
    try:
        message = json.loads(_exactly(connection, size))
    except (ValueError, RecursionError) as error:
        raise WireError("no JSON") from error
    if not isinstance(message, dict):
        raise WireError("no message")
    return message


def _exactly(connection: socket.socket, size: int) -> bytes:
    parts = bytearray()
    while len(parts) < size:
        try:
            part = connection.recv(min(size - len(parts), 2**20))
        except OSError as error:
            raise WireError(str(error)) from error
        if not part:
            raise WireError("gone")
        parts += part
    return bytes(parts)
