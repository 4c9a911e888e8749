"""Series that agencies publish, as landed: what a simulated world can be held against."""

from __future__ import annotations

import gzip
import io
from pathlib import Path
from typing import Any

import polars as pl

from lakehouse.bronze.cbp_wait_times import CbpWaitTimes
from lakehouse.bronze.nia_port_daily import NiaPortDaily
from lakehouse.declare import Bronze
from lakehouse.formats import DriverFormat
from lakehouse.landing import natural

#: Label of a port's counts by direction.
_DIRECTIONS = {"入境查驗": "entry", "出境查驗": "exit"}
#: Bands of waits in minutes, as the United States publish them: column, and where the band ends.
BANDS = {
    "all_n_0_15": 15.0,
    "all_n_16_30": 30.0,
    "all_n_31_45": 45.0,
    "all_n_46_60": 60.0,
    "all_n_61_90": 90.0,
    "all_n_91_120": 120.0,
    "all_n_over_120": float("inf"),
}
#: As much as is read of the simulated inspections, packed.
_BYTES = 64 << 20
_DAYS = 7


def port_counts(landing: Path) -> tuple[str, pl.DataFrame] | None:
    """The newest release of Taiwan's daily counts: its file, and ``day``, ``port``, ``direction``, ``crossings``."""
    paths = _paths(landing, NiaPortDaily)
    if not paths:
        return None
    rows = [
        (values["day"], *key.rsplit("/", 1), cell)
        for values in _records(paths[-1], NiaPortDaily)
        for key, cell in values["counts"].items()
    ]
    cells = pl.DataFrame(rows, schema=["day", "port", "label", "cell"], orient="row")
    counts = cells.filter(pl.col("label").is_in(list(_DIRECTIONS))).select(
        pl.col("day").str.to_date("%Y%m%d"),
        "port",
        direction=pl.col("label").replace_strict(_DIRECTIONS),
        crossings=pl.col("cell").str.replace_all(",", "").cast(pl.Int64),
    )
    return paths[-1].name, counts


def hours_and_waits(landing: Path) -> pl.DataFrame | None:
    """Each hour at US passport control: ``hour``, ``passengers`` and those by band of ``BANDS``."""
    rows = [values for path in _paths(landing, CbpWaitTimes) for values in _records(path, CbpWaitTimes)]
    if not rows:
        return None
    return pl.DataFrame(rows, infer_schema_length=None).select(
        hour=pl.col("hour").str.head(2).cast(pl.Int64),
        passengers=pl.col("all_total").cast(pl.Int64),
        **{name: pl.col(name).cast(pl.Int64) for name in BANDS},
    )


def simulated_arrivals(landing: Path) -> pl.DataFrame | None:
    """Entries of the newest landed days of inspections: local ``hour`` and ``wait_minutes`` (null: not measured)."""
    folders = sorted((p for p in (landing / "inspections").glob("*") if p.is_dir()), reverse=True)[:_DAYS]
    frames, left = [], _BYTES
    for path in (p for folder in folders for p in sorted(folder.glob("*.ndjson.gz"))):
        left -= path.stat().st_size
        if left < 0:
            break
        frames.append(_arrivals(gzip.decompress(path.read_bytes())))
    return pl.concat(frames) if frames else None


def _arrivals(content: bytes) -> pl.DataFrame:
    keys = ("version", "direction", "lane", "inspected_at", "queued_at")
    records = pl.read_ndjson(io.BytesIO(content), schema=dict.fromkeys(keys, pl.String))
    # Offsets are all Taiwan's: the clock's own digits are the local time.
    inspected, queued = (pl.col(name).str.head(19).str.to_datetime(strict=False) for name in keys[3:])
    first = (pl.col("direction") == "entry") & (pl.col("version") == "1") & (pl.col("lane") != "crew")
    return records.filter(first).select(
        hour=inspected.dt.hour().cast(pl.Int64),
        wait_minutes=(inspected - queued).dt.total_seconds() / 60,
    )


def _paths(landing: Path, table: type[Bronze]) -> list[Path]:
    folder = landing / table.source.name
    return sorted(folder.rglob(table.part), key=lambda path: natural(str(path)))


def _records(path: Path, table: type[Bronze]) -> list[dict[str, Any]]:
    reader = table.format
    assert isinstance(reader, DriverFormat)
    return [record.values for record in reader.records(path.read_bytes(), table)]
