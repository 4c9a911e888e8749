"""Records on their way: written to the landing on the day on which they are due, and kept until then."""

from __future__ import annotations

import gzip
import io
import itertools
import os
from collections.abc import Callable, Iterable
from datetime import date, datetime, timedelta
from pathlib import Path

import polars as pl

from lakehouse.simulator import absconding, bans, documents, inspections, permits

REFERRALS = (
    *("referral_id", "record_id", "referred_at", "decided_at", "hit_kind", "hit_code", "port", "direction"),
    *("disposition", "finding", "detection_point", "document_type", "claimed_nationality", "issuing_state"),
    *("document_number", "officer_id"),
)
ENFORCEMENT = (
    *("event_id", "happened_at", "kind", "county", "case_id", "permit_number", "nationality", "sex"),
    *("issuing_state", "document_number", "date_of_birth"),
)
#: Columns of each feed as docs/feeds.md lists them.
FEEDS: dict[str, tuple[str, ...]] = {
    "inspections": inspections.KEYS,
    "exit_bans": bans.COLUMNS,
    "lost_stolen_documents": documents.COLUMNS,
    "permits": permits.COLUMNS,
    "absconding_reports": absconding.COLUMNS,
    "referral_outcomes": REFERRALS,
    "enforcement_events": ENFORCEMENT,
}
#: Records of a port that are worth a file of their own; ports write less often where a day has few.
_A_FILE = 500

Pending = dict[str, pl.DataFrame]


def empty() -> Pending:
    """Nothing on its way."""
    return {feed: _typed(pl.DataFrame(), feed) for feed in FEEDS}


def posted(pending: Pending, feed: str, rows: pl.DataFrame) -> None:
    """Add ``rows``, the feed's columns and ``due``: a naive local time, or a day since 1970."""
    pending[feed] = pl.concat((pending[feed], _typed(rows, feed)))


def _typed(rows: pl.DataFrame, feed: str) -> pl.DataFrame:
    kinds: dict[str, pl.DataType | type[pl.DataType]] = {
        **dict.fromkeys(FEEDS[feed], pl.String),
        "due": pl.Datetime("ms"),
    }
    if not rows.columns:
        return pl.DataFrame(schema=kinds)
    due = pl.col("due")
    if rows.schema["due"].is_integer():
        due = (due * 86_400_000).cast(pl.Datetime("ms"))
    return rows.select(*(pl.col(name).cast(pl.String) for name in FEEDS[feed]), due.cast(pl.Datetime("ms")))


def split(pending: Pending, day: date) -> tuple[Pending, Pending]:
    """What is due by the day's end, in the order of its files, and what is not."""
    end = pl.lit(datetime(day.year, day.month, day.day) + timedelta(days=1)).cast(pl.Datetime("ms"))
    now = {
        feed: rows.filter(pl.col("due") < end).sort("due", FEEDS[feed][0], maintain_order=True)
        for feed, rows in pending.items()
    }
    return now, {feed: rows.filter(pl.col("due") >= end) for feed, rows in pending.items()}


def land(now: Pending, landing: Path, day: date, hours: int, stock: Iterable[pl.DataFrame]) -> None:
    """Write what is due ``now``.

    ``hours`` go into one file of inspections. ``stock`` are permits that stand before those of
    the day in their file, a block at a time.
    """
    for feed, rows in now.items():
        folder = landing / feed / day.isoformat()
        if feed == "permits":
            blocks = (_typed(block.with_columns(due=pl.lit(0)), feed) for block in stock)
            _permits(folder, itertools.chain(blocks, [rows]))
        else:
            _WRITERS[feed](folder, rows, hours)


def hours_a_file(records: float) -> int:
    """Hours whose records a port writes to one file, for so many records a day at all ports."""
    return next((hours for hours in (1, 2, 3, 4, 6, 8, 12) if records * hours / 24 / 4 >= _A_FILE), 24)


def _inspections(folder: Path, rows: pl.DataFrame, hours: int) -> None:
    day = datetime.fromisoformat(folder.name)
    since = (pl.col("due") - pl.lit(day).cast(pl.Datetime("ms"))).dt.total_hours().clip(0, 23)
    timed = rows.with_columns(hour=since // hours * hours + hours - 1)
    for (port, hour), some in timed.group_by("port", "hour", maintain_order=True):
        _put(folder / f"{port}-{hour:02}.ndjson.gz", _zipped(_lines(some.select(FEEDS["inspections"]))))


def _ndjson(folder: Path, rows: pl.DataFrame, _hours: int) -> None:
    if len(rows):
        _put(folder / "referral_outcomes.ndjson.gz", _zipped(_lines(rows.drop("due"))))


def _csv(name: str) -> Callable[[Path, pl.DataFrame, int], None]:
    def write(folder: Path, rows: pl.DataFrame, _hours: int) -> None:
        if len(rows):
            _put(folder / name, rows.drop("due").write_csv().encode())

    return write


def _permits(folder: Path, blocks: Iterable[pl.DataFrame]) -> None:
    """One file of all blocks, which are compressed one after the other."""
    folder.mkdir(parents=True, exist_ok=True)
    part = folder / ".permits.csv.gz.part"
    with part.open("wb") as raw, gzip.GzipFile("", "wb", 1, raw, mtime=0) as file:
        file.write((",".join(permits.COLUMNS) + "\n").encode())
        for block in blocks:
            file.write(block.drop("due").write_csv(include_header=False).encode())
    os.replace(part, folder / "permits.csv.gz")


def _lines(rows: pl.DataFrame) -> bytes:
    buffer = io.BytesIO()
    rows.write_ndjson(buffer)
    return buffer.getvalue()


def _zipped(data: bytes) -> bytes:
    """Compressed without a time of its own, so that the same records are the same file."""
    return gzip.compress(data, compresslevel=1, mtime=0)


def _put(path: Path, data: bytes) -> None:
    """Write a file in one step: whoever looks sees all of it, or none."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f".{path.name}.part")
    part.write_bytes(data)
    os.replace(part, path)


_WRITERS: dict[str, Callable[[Path, pl.DataFrame, int], None]] = {
    "inspections": _inspections,
    "exit_bans": _csv("exit_bans.csv"),
    "lost_stolen_documents": _csv("lost_stolen_documents.csv"),
    "absconding_reports": _csv("absconding_reports.csv"),
    "referral_outcomes": _ndjson,
    "enforcement_events": _csv("enforcement_events.csv"),
}
