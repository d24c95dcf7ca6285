"""Takes the network away from a process for good, as a second wall behind the check of queries (Linux only)."""

from __future__ import annotations

import ctypes
import errno
import platform
import sys

_LOAD, _JUMP_IF_EQUAL, _RETURN = 0x20, 0x15, 0x06
_ALLOW, _FAIL = 0x7FFF0000, 0x00050000
_NO_NEW_PRIVILEGES = 38
_SET_FILTER, _ALL_THREADS = 1, 1
_CALLS = {"x86_64": (41, 317), "aarch64": (198, 277)}
"""Machine -> numbers of the system calls `socket` and `seccomp`."""


class _Step(ctypes.Structure):
    """One instruction of a filter (struct sock_filter)."""

    _fields_ = (("code", ctypes.c_uint16), ("jt", ctypes.c_uint8), ("jf", ctypes.c_uint8), ("k", ctypes.c_uint32))


class _Program(ctypes.Structure):
    """A filter (struct sock_fprog)."""

    _fields_ = (("length", ctypes.c_uint16), ("steps", ctypes.POINTER(_Step)))


def fence() -> bool:
    """Make every later attempt of this process to open a socket fail; tell whether the system can do that."""
    if not sys.platform.startswith("linux") or platform.machine() not in _CALLS:
        return False
    socket, seccomp = _CALLS[platform.machine()]
    steps = (_Step * 4)(
        _Step(_LOAD, 0, 0, 0),
        _Step(_JUMP_IF_EQUAL, 0, 1, socket),
        _Step(_RETURN, 0, 0, _FAIL | errno.EACCES),
        _Step(_RETURN, 0, 0, _ALLOW),
    )
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(_NO_NEW_PRIVILEGES, 1, 0, 0, 0) != 0:
        return False
    program = _Program(len(steps), steps)
    return bool(libc.syscall(seccomp, _SET_FILTER, _ALL_THREADS, ctypes.byref(program)) == 0)
