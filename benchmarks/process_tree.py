"""What a command and all processes it starts use of the machine. Linux only."""

from __future__ import annotations

import ctypes
import os
import resource
import signal
import subprocess
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import psutil  # type: ignore[import-untyped]

_PR_SET_CHILD_SUBREAPER = 36
_SAMPLE_SECONDS = 0.5
_POLL_SECONDS = 0.05
#: How long processes may outlive the command: Spark's JVM ends when its parent has.
_PATIENCE_SECONDS = 60.0


class CommandFailedError(Exception):
    """A measured command ended badly."""


@dataclass(frozen=True)
class Usage:
    """Wall-clock time, user and system CPU of the whole tree, and the most memory it held at once."""

    wall_seconds: float
    cpu_seconds: float
    peak_bytes: int


def measure(command: Sequence[str], environment: Mapping[str, str], log: Path) -> Usage:
    """Run ``command`` to its end, with output to ``log``; raises ``CommandFailedError``.

    CPU is what the kernel accounts for children that have been waited for.
    Spark's JVM outlives the Python process that started it, which never waits
    for it; so orphans are handed to this process, which waits for all. Memory
    is the sum of resident sets, looked at twice a second: an upper bound, since
    shared pages count for each process. The exact share of each would cost the
    measured processes a tenth of their time.
    """
    _adopt_orphans()
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    begun = time.monotonic()
    with log.open("w") as output, _MemoryWatch() as memory:
        process = subprocess.Popen(command, env=environment, stdout=output, stderr=subprocess.STDOUT)
        try:
            process.returncode = _wait_for_all(process.pid)
        except BaseException:
            _kill_all()
            raise
    wall = time.monotonic() - begun
    if process.returncode:
        last = "\n".join(log.read_text().splitlines()[-30:])
        raise CommandFailedError(f"{' '.join(command)} ended with status {process.returncode}:\n{last}")
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return Usage(wall, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, memory.peak_bytes)


class _MemoryWatch:
    """Samples the memory of all descendants of this process until it is left."""

    def __init__(self) -> None:
        self.peak_bytes = 0
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)

    def __enter__(self) -> _MemoryWatch:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        self._thread.join()

    def _watch(self) -> None:
        while not self._ended.wait(_SAMPLE_SECONDS):
            self.peak_bytes = max(self.peak_bytes, sum(map(_held_bytes, _descendants())))


def _descendants() -> list[psutil.Process]:
    return list(psutil.Process().children(recursive=True))


def _held_bytes(process: psutil.Process) -> int:
    try:
        return int(process.memory_info().rss)
    except psutil.Error:  # it has ended
        return 0


def _adopt_orphans() -> None:
    if ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0):
        raise OSError(ctypes.get_errno(), "orphans cannot be adopted, so their CPU would be lost")


def _wait_for_all(first: int) -> int:
    """Wait until no process is left; exit status of ``first``."""
    status, deadline = 0, float("inf")
    while True:
        try:
            pid, ended_with = os.waitpid(-1, os.WNOHANG)
        except ChildProcessError:
            return status
        if pid == first:
            status, deadline = os.waitstatus_to_exitcode(ended_with), time.monotonic() + _PATIENCE_SECONDS
        elif pid == 0 and time.monotonic() > deadline:
            names = ", ".join(process.name() for process in _descendants())
            raise CommandFailedError(f"still running {_PATIENCE_SECONDS:.0f} s after the command's end: {names}")
        elif pid == 0:
            time.sleep(_POLL_SECONDS)


def _kill_all() -> None:
    for process in _descendants():
        try:
            process.send_signal(signal.SIGKILL)
        except psutil.Error:
            continue
    while True:
        try:
            os.wait()
        except ChildProcessError:
            return
