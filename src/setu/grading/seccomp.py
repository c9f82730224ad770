"""The system calls that a sandbox refuses, as the filter that ``bwrap --seccomp`` loads.

What bubblewrap's namespaces forbid anyway is refused once more, before the kernel's own code for
it is reached; and the doors that exploits came through: other kinds of sockets, keys, io_uring.
"""

from __future__ import annotations

import errno
import platform
import struct
from dataclasses import dataclass

LOAD, EQUALS, AT_LEAST, RETURN = 0x20, 0x15, 0x35, 0x06
ALLOW, ERROR, KILL = 0x7FFF0000, 0x00050000, 0x80000000
NUMBER, MACHINE, FIRST_ARGUMENT = 0, 4, 16
"""Where they lie in the kernel's ``struct seccomp_data`` (low bytes first)."""
SOCKETS = (1, 2, 10)
"""AF_UNIX, AF_INET, AF_INET6. There is nothing to reach over the network."""
OTHER_ABI = 0x40000000
CLONE3 = 435
"""Its flags cannot be seen by a filter; libc falls back to ``clone``."""
NEW = (*range(425, 434), 438, 442)
"""io_uring, the new mount calls, pidfd_getfd: the same numbers everywhere."""


@dataclass(frozen=True)
class Calls:
    """The numbers of one machine: ``machine`` as the kernel's audit names it."""

    machine: int
    socket: int
    refused: tuple[int, ...]


# ptrace, process_vm_readv and writev, kcmp; mount, umount2, pivot_root, chroot, unshare, setns;
# add_key, request_key, keyctl; bpf, perf_event_open, userfaultfd; file handles; kexec, modules
CALLS = {
    "x86_64": Calls(
        0xC000003E,
        41,
        (
            *(101, 310, 311, 312, 165, 166, 155, 161, 272, 308, 248, 249, 250),
            *(321, 298, 323, 303, 304, 246, 320, 175, 313, 176),
        ),
    ),
    "aarch64": Calls(
        0xC00000B7,
        198,
        (
            *(117, 270, 271, 272, 40, 39, 41, 51, 97, 268, 217, 218, 219),
            *(280, 241, 282, 264, 265, 104, 294, 105, 273, 106),
        ),
    ),
}


def program(machine: str | None = None) -> bytes:
    """The filter for this machine; empty where its numbers are not known."""
    calls = CALLS.get(machine or platform.machine())
    if calls is None:
        return b""
    refuse = _step(RETURN, ERROR | errno.EPERM)
    steps = [
        _step(LOAD, MACHINE),
        _step(EQUALS, calls.machine, 1, 0),
        _step(RETURN, KILL),
        _step(LOAD, NUMBER),
        _step(AT_LEAST, OTHER_ABI, 0, 1),
        refuse,
        _step(EQUALS, CLONE3, 0, 1),
        _step(RETURN, ERROR | errno.ENOSYS),
    ]
    for number in (*calls.refused, *NEW):
        steps += [_step(EQUALS, number, 0, 1), refuse]
    steps += [_step(EQUALS, calls.socket, 1, 0), _step(RETURN, ALLOW), _step(LOAD, FIRST_ARGUMENT)]
    for family in SOCKETS:
        steps += [_step(EQUALS, family, 0, 1), _step(RETURN, ALLOW)]
    return b"".join([*steps, _step(RETURN, ERROR | errno.EAFNOSUPPORT)])


def _step(code: int, value: int, if_true: int = 0, if_false: int = 0) -> bytes:
    return struct.pack("=HBBI", code, if_true, if_false, value)
