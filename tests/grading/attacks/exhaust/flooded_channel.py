"""Sends megabytes and open files into every socket that it was born with."""

import contextlib
import os
import socket

with open("/dev/null") as nothing:
    for number in range(3, 64):
        with contextlib.suppress(OSError, ValueError):
            other = socket.socket(fileno=os.dup(number))
            other.setblocking(False)
            for _ in range(64):
                socket.send_fds(other, [b"r" * 65536], [nothing.fileno()] * 8)
