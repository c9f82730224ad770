"""Calls out: over TCP, UDP and DNS, to this machine and to others, and to sockets of the system."""

import contextlib
import socket

PLACES = [("127.0.0.1", port) for port in (22, 53, 80, 3306, 5432, 6379, 8000, 8786)]
for address in [*PLACES, ("1.1.1.1", 53), ("10.0.0.1", 80), ("169.254.169.254", 80)]:
    with contextlib.suppress(OSError):
        socket.create_connection(address, timeout=0.2).close()
        print("FOUND", address)
with contextlib.suppress(OSError):
    print("FOUND", socket.gethostbyname("example.com"))
for path in (
    "/run/postgresql/.s.PGSQL.5432",
    "/run/dbus/system_bus_socket",
    "/var/run/docker.sock",
):
    with contextlib.suppress(OSError):
        other = socket.socket(socket.AF_UNIX)
        other.connect(path)
        print("FOUND", path)
with contextlib.suppress(OSError):
    for _, name in socket.if_nameindex():
        if name != "lo":
            print("FOUND", name)
