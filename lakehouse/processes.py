"""Processes beside this one, for work that threads would do one after the other, and the memory of this one."""

from __future__ import annotations

import ctypes
import os
import threading
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context, parent_process

#: ``mallopt`` of glibc: blocks of so many bytes or more are mapped each by itself.
_MAP_ALONE, _ALONE_FROM_BYTES = -3, 1 << 18


def hand_back_memory() -> None:
    """Have the system get back large blocks once they are freed; without glibc nothing is done.

    By itself glibc soon keeps blocks of up to 32 MiB in the heaps of threads,
    where small ones that live longer hold them: a driver that read the files of
    ten million inspections in batches grew to 8 GiB.
    """
    set_option = getattr(ctypes.CDLL(None), "mallopt", None)
    if set_option is not None:
        set_option(_MAP_ALONE, _ALONE_FROM_BYTES)


def pool(count: int) -> ProcessPoolExecutor:
    """So many processes that start when first needed, and end with this one however it ends.

    A forked process would inherit locks of threads: these start afresh.
    """
    return ProcessPoolExecutor(count, get_context("spawn"), initializer=_end_with_parent)


def _end_with_parent() -> None:
    """Without it a process waits for work for ever once its parent was killed."""
    threading.Thread(target=_follow, daemon=True).start()


def _follow() -> None:
    if parent := parent_process():
        parent.join()
        os._exit(1)
