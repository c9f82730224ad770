"""HTTP requests to a submission over a unix socket, with a limit on everything that comes back."""

from __future__ import annotations

import contextlib
import selectors
import socket
import time
from collections.abc import Sequence
from pathlib import Path
from urllib.parse import unquote_to_bytes, urlencode

import h11

from setu.checks.subject import Call, Reply
from setu.grading import limits
from setu.grading.inside.wire import UNSENT

CHUNK = 64 * 1024


class NoAnswer(Exception):
    """A request was not answered in time."""


def exchange(address: Path, calls: Sequence[Call], *, seconds: float) -> list[Reply]:
    """Send all calls at once, each on a connection of its own, and wait for all answers.

    Raises ``NoAnswer`` when they take longer than ``seconds``. What is no HTTP, too long, or breaks
    off is a reply with status 500 whose ``error`` says so; ``status`` 0 means nothing came at all.
    """
    deadline = time.monotonic() + seconds
    requests = [_Request(call) for call in calls]
    with selectors.DefaultSelector() as waiting, contextlib.ExitStack() as open_sockets:
        for request in requests:
            open_sockets.enter_context(request.socket)
            if request.connect(address):
                waiting.register(request.socket, request.wants, request)
        while waiting.get_map():
            left = deadline - time.monotonic()
            if left <= 0:
                raise NoAnswer
            for key, _ in waiting.select(left):
                request = key.data
                if not request.advance():
                    waiting.unregister(request.socket)
                elif key.events != request.wants:
                    waiting.modify(request.socket, request.wants, request)
    return [request.reply() for request in requests]


class _Request:
    """One request and what has come back of its answer."""

    def __init__(self, call: Call) -> None:
        self._call = call
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self._http = h11.Connection(h11.CLIENT, max_incomplete_event_size=limits.HEADERS)
        self._unsent = memoryview(self._written())
        self._response: h11.Response | None = None
        self._body = bytearray()
        self._error = ""
        self._heard = False

    @property
    def wants(self) -> int:
        return selectors.EVENT_WRITE if self._unsent else selectors.EVENT_READ

    def connect(self, address: Path) -> bool:
        """Whether there is somebody to send to."""
        try:
            self.socket.connect(str(address))
        except OSError as error:
            self._error = str(error)
            return False
        self.socket.setblocking(False)
        return True

    def advance(self) -> bool:
        """Send or receive what can be without waiting; whether more is to come."""
        try:
            if self._unsent:
                self._unsent = self._unsent[self.socket.send(self._unsent) :]
                return True
            data = self.socket.recv(CHUNK)
            self._heard = self._heard or bool(data)
            self._http.receive_data(data)
            return self._read()
        except (BlockingIOError, InterruptedError):
            return True
        except BrokenPipeError:  # the answer may have come before all was sent
            self._unsent = memoryview(b"")
            return True
        except OSError as error:
            self._error = str(error)
        except h11.RemoteProtocolError as error:
            self._error = f"no HTTP answer: {error}"
        return False

    def reply(self) -> Reply:
        if self._error or self._response is None:
            status = 500 if self._heard else 0
            return Reply(status, {}, b"", self._call.did, self._error or "no HTTP answer")
        headers = {
            name.decode("ascii"): value.decode("latin-1") for name, value in self._response.headers
        }
        body = bytes(self._body) or unquote_to_bytes(headers.pop(UNSENT, ""))
        return Reply(self._response.status_code, headers, body, self._call.did)

    def _read(self) -> bool:
        while True:
            event = self._http.next_event()
            if event is h11.NEED_DATA:
                return True
            if isinstance(event, h11.Response):
                self._response = event
            elif isinstance(event, h11.Data):
                self._body += event.data
                if len(self._body) > limits.BODY:
                    self._error = f"an answer of more than {limits.BODY} bytes"
                    return False
            elif isinstance(event, h11.InformationalResponse):
                continue
            else:
                return False

    def _written(self) -> bytes:
        call, body = self._call, self._call.body
        query = f"?{urlencode(call.params)}" if call.params else ""
        headers = {
            "host": "testserver",
            "accept": "*/*",
            "connection": "close",
            "user-agent": "setu",
            **({} if body is None else {"content-length": str(len(body))}),
            **call.all_headers,
        }
        request = h11.Request(
            method=call.method, target=call.target + query, headers=[*headers.items()]
        )
        parts = [self._http.send(request)]
        if body:
            parts.append(self._http.send(h11.Data(data=body)))
        parts.append(self._http.send(h11.EndOfMessage()))
        return b"".join(part for part in parts if part)
