"""The one seam to what is written beside the world: carriers' messages and the premises' feeds."""

from __future__ import annotations

import os
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import AbstractContextManager
from datetime import date
from multiprocessing import get_context
from pathlib import Path
from types import TracebackType

import polars as pl

from lakehouse.simulator import carrier_messages, facility, programme, survey

LEGS = (
    *("leg_id", "carrier", "flight_number", "origin", "destination", "direction", "flight_date"),
    *("etd_local", "eta_local", "etd_utc", "eta_utc"),
)
#: Processes take a second to start: for fewer crossings than these, feeds are written in between.
WORTH_PROCESSES = 60_000


class Writing(AbstractContextManager["Writing"]):
    """Writes feeds beside the world, in processes of their own where there are cores and enough to write."""

    def __init__(self, crossings_count: float) -> None:
        spare = len(os.sched_getaffinity(0)) - 1
        many = spare > 0 and crossings_count >= WORTH_PROCESSES
        self._pool = ProcessPoolExecutor(min(2, spare), get_context("spawn")) if many else None

    def day(
        self,
        landing: Path,
        day: date,
        legs: pl.DataFrame,
        passengers: pl.DataFrame,
        departures: pl.DataFrame,
        seed: int,
        share: float,
    ) -> Future[None] | None:
        """What carriers sent about the day's flights, the day's survey, and what the premises metered.

        All of it is there once the future is done; None: it is there now.
        """
        given = (landing, day, legs.select(LEGS), passengers, departures, seed, share)
        if self._pool:
            return self._pool.submit(_write_day, *given)
        _write_day(*given)
        return None

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._pool:
            self._pool.shutdown(cancel_futures=kind is not None)


def _write_day(
    landing: Path,
    day: date,
    legs: pl.DataFrame,
    passengers: pl.DataFrame,
    departures: pl.DataFrame,
    seed: int,
    share: float,
) -> None:
    carrier_messages.write_day(landing, legs, passengers, seed)
    survey.write_day(landing, day, departures, seed, share)
    facility.write_day(landing, day, seed)
    programme.write_day(landing, day)
