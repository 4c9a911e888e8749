"""Work beside the world, in processes of its own where there are cores and enough of it."""

from __future__ import annotations

import os
from collections.abc import Callable
from concurrent.futures import Future
from contextlib import AbstractContextManager
from types import TracebackType
from typing import ParamSpec, TypeVar

from lakehouse.processes import pool

_Given = ParamSpec("_Given")
_Found = TypeVar("_Found")

#: Processes take a second to start: for fewer crossings than these, all is done in between.
_WORTH_PROCESSES = 60_000


class Beside(AbstractContextManager["Beside"]):
    """Up to three processes for a world of so many crossings; none where they are few, or there is one core."""

    def __init__(self, crossings_count: float) -> None:
        spare = len(os.sched_getaffinity(0)) - 1
        self.has_processes = spare > 0 and crossings_count >= _WORTH_PROCESSES
        self._pool = pool(min(3, spare)) if self.has_processes else None

    def run(self, work: Callable[_Given, _Found], *args: _Given.args, **kwargs: _Given.kwargs) -> Future[_Found]:
        """What will come of the work; without processes, it is done now."""
        if self._pool:
            return self._pool.submit(work, *args, **kwargs)
        done: Future[_Found] = Future()
        done.set_result(work(*args, **kwargs))
        return done

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._pool:
            self._pool.shutdown(cancel_futures=kind is not None)
