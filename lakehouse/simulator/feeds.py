"""The one seam to what is written beside the world: carriers' messages and the premises' feeds."""

from __future__ import annotations

from concurrent.futures import Future
from datetime import date
from pathlib import Path

import polars as pl

from lakehouse.simulator import carrier_messages, facility, programme, survey
from lakehouse.simulator.beside import Beside

LEGS = (
    *("leg_id", "carrier", "flight_number", "origin", "destination", "direction", "flight_date"),
    *("etd_local", "eta_local", "etd_utc", "eta_utc"),
)


def written(
    beside: Beside,
    landing: Path,
    day: date,
    legs: pl.DataFrame,
    passengers: pl.DataFrame,
    departures: pl.DataFrame,
    seed: int,
    share: float,
) -> Future[None]:
    """What carriers sent about the day's flights, the day's survey, and what the premises metered.

    All of it is there once the future is done.
    """
    return beside.run(_write_day, landing, day, legs.select(LEGS), passengers, departures, seed, share)


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
