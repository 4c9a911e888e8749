"""A folder of which the system tells who opens it, whatever they are written in."""

from __future__ import annotations

import ctypes
import os
import struct
from pathlib import Path

_ACCESS, _OPEN = 0x1, 0x20
_EVENT = struct.Struct("iIII")


class Watched:
    """``folder``, watched by inotify(7): opening or reading it or a file in it leaves an event."""

    def __init__(self, folder: Path) -> None:
        libc = ctypes.CDLL(None, use_errno=True)
        self._events = libc.inotify_init1(os.O_NONBLOCK | os.O_CLOEXEC)
        if libc.inotify_add_watch(self._events, os.fsencode(folder), _ACCESS | _OPEN) < 0:
            raise OSError(ctypes.get_errno(), f"{folder} cannot be watched")

    def opened(self) -> set[str]:
        """Names of what was opened or read since the last call; the folder itself is '.'."""
        try:
            told = os.read(self._events, 1 << 20)
        except BlockingIOError:
            return set()
        names, at = set(), 0
        while at < len(told):
            *_, length = _EVENT.unpack_from(told, at)
            at += _EVENT.size
            names.add(told[at : at + length].rstrip(b"\0").decode() or ".")
            at += length
        return names

    def close(self) -> None:
        os.close(self._events)
