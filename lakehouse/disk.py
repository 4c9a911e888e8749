"""The warehouse's disk: locks against other runs, and faults told in one clear sentence."""

from __future__ import annotations

import fcntl
import shutil
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from lakehouse.errors import WarehouseUnwritable


@contextmanager
def held(path: Path, wait: Callable[[], None] | None = None) -> Iterator[None]:
    """Hold the lock file ``path``, waiting for whoever has it; ``wait`` is called once before waiting."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with _thread_lock(path), path.open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if wait:
                wait()
            fcntl.flock(file, fcntl.LOCK_EX)
        yield


_THREAD_LOCKS: dict[Path, threading.Lock] = {}
_GUARD = threading.Lock()


def _thread_lock(path: Path) -> threading.Lock:
    with _GUARD:
        return _THREAD_LOCKS.setdefault(path, threading.Lock())


def is_abandoned(owner: Path) -> bool:
    if not owner.exists():
        return True
    with owner.open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True


@contextmanager
def unwritable_explained(warehouse: Path) -> Iterator[None]:
    """Turn faults of the disk into one clear sentence."""
    try:
        yield
    except Exception as fault:
        text = str(fault)
        if "No space left on device" in text:
            free = shutil.disk_usage(warehouse).free >> 20
            raise WarehouseUnwritable(
                f"The disk of {warehouse} is full ({free} MiB free). Nothing was published; make room and run again."
            ) from fault
        if "Permission denied" in text or "Read-only file system" in text or isinstance(fault, PermissionError):
            raise WarehouseUnwritable(
                f"{warehouse} cannot be written. Give the user of this run the right to, or set LAKEHOUSE_WAREHOUSE."
            ) from fault
        raise


def check_writable(warehouse: Path) -> None:
    """Fail early where the warehouse's folder cannot be written; raises ``WarehouseUnwritable``."""
    try:
        warehouse.mkdir(parents=True, exist_ok=True)
        # Of a name of its own: the threads of a run look at the same folder at once.
        with tempfile.NamedTemporaryFile(prefix=".writable-", dir=warehouse):
            pass
    except OSError as fault:
        raise WarehouseUnwritable(
            f"{warehouse} cannot be written ({fault.strerror}). "
            "Give the user of this run the right to, or set LAKEHOUSE_WAREHOUSE to another folder."
        ) from fault
