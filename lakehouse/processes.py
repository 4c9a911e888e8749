"""Processes beside this one, for work that threads would do one after the other."""

from __future__ import annotations

import os
import threading
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context, parent_process


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
