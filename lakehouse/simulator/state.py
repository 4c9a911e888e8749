"""What a world keeps from one day to the next: who is away, who is gone, and what is on its way."""

from __future__ import annotations

import os
import shutil
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import polars as pl

from lakehouse.simulator import outbox
from lakehouse.simulator.trips import SCHEMA

AWAY = {**SCHEMA, "started": pl.Int64, "return_on": pl.Int64}
GONE = {"person": pl.UInt64}
#: Days whose states are kept: the last, and the one before it, from which the last can be made again.
_KEPT = 2


@dataclass(frozen=True)
class State:
    """As a day ended: journeys under way, workers who left their employers, records that are not yet due."""

    away: pl.DataFrame
    gone: pl.DataFrame
    pending: outbox.Pending

    @classmethod
    def empty(cls) -> State:
        return cls(pl.DataFrame(schema=AWAY), pl.DataFrame(schema=GONE), outbox.empty())


def read(world: Path, day: date) -> State:
    folder = world / "days" / day.isoformat()
    pending = {feed: pl.read_parquet(folder / f"{feed}.parquet") for feed in outbox.FEEDS}
    return State(pl.read_parquet(folder / "away.parquet"), pl.read_parquet(folder / "gone.parquet"), pending)


def keep(world: Path, day: date, state: State) -> None:
    """Keep a day's end; it is there whole, or not at all. Older ones are removed."""
    folder = world / "days" / day.isoformat()
    part = folder.with_name(f".{folder.name}.part")
    shutil.rmtree(part, ignore_errors=True)
    part.mkdir(parents=True)
    tables = {"away": state.away, "gone": state.gone, **state.pending}
    for name, table in tables.items():
        table.write_parquet(part / f"{name}.parquet", compression="lz4")
    shutil.rmtree(folder, ignore_errors=True)
    os.replace(part, folder)
    for old in sorted((world / "days").glob("????-??-??"))[:-_KEPT]:
        shutil.rmtree(old)


def counted(world: Path, day: date, crossings: pl.DataFrame) -> None:
    """Add a day's crossings by port and direction to ``daily_counts.parquet``."""
    path = world / "daily_counts.parquet"
    today = (
        crossings.group_by("port", "direction")
        .agg(crossings=pl.len().cast(pl.Int64))
        .select(pl.lit(day).alias("day"), "port", "direction", "crossings")
    )
    before = pl.read_parquet(path).filter(pl.col("day") != day) if path.exists() else today.clear()
    part = path.with_suffix(".part")
    pl.concat((before, today)).sort("day", "port", "direction").write_parquet(part)
    os.replace(part, path)
