"""The one seam to what others write from the world: carriers' messages and the premises' feeds."""

from __future__ import annotations

from datetime import date
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import polars as pl

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
    """Write what carriers sent about the day's flights, the survey of the day, and what the premises metered."""
    if messages := _module("carrier_messages"):
        messages.write_day(landing, legs.select(LEGS), passengers, seed)
    if survey := _module("survey"):
        survey.write_day(landing, day, departures, seed, share)
    if facility := _module("facility"):
        facility.write_day(landing, day, seed)
    if programme := _module("programme"):
        programme.write_day(landing, day)


def _module(name: str) -> Any:
    full = f"lakehouse.simulator.{name}"
    return import_module(full) if find_spec(full) else None
