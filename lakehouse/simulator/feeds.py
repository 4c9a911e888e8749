"""The one seam to what is written beside the world: carriers' messages and the premises' feeds."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import polars as pl

from lakehouse.simulator import carrier_messages, facility, programme, survey

LEGS = (
    *("leg_id", "carrier", "flight_number", "origin", "destination", "direction", "flight_date"),
    *("etd_local", "eta_local", "etd_utc", "eta_utc"),
)


def write_day(
    landing: Path,
    day: date,
    legs: pl.DataFrame,
    passengers: pl.DataFrame,
    departures: pl.DataFrame,
    seed: int,
    share: float,
) -> None:
    """What carriers sent about the day's flights, ``legs`` with the columns ``LEGS``; the survey; what was metered."""
    carrier_messages.write_day(landing, legs, passengers, seed)
    survey.write_day(landing, day, departures, seed, share)
    facility.write_day(landing, day, seed)
    programme.write_day(landing, day)
