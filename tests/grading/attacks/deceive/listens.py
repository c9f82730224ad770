"""Opens a socket of its own where other submissions could be reached or fooled."""

import contextlib
import socket

for address in (("0.0.0.0", 8000), ("127.0.0.1", 5432)):
    with contextlib.suppress(OSError):
        listener = socket.socket()
        listener.bind(address)
        listener.listen()
with contextlib.suppress(OSError):
    hidden = socket.socket(socket.AF_UNIX)
    hidden.bind("\0setu-attack")
    hidden.listen()
