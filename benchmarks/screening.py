"""``python -m benchmarks.screening``: travellers against lists through Spark, and one flight in a warm session.

Travellers and entries are simulated; of entries as many tell a birth to the day, a year or nothing as of OFAC's list.
"""

from __future__ import annotations

import os
import time
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Annotated

import numpy as np
import polars as pl
import psutil  # type: ignore[import-untyped]
import pyarrow as pa
import typer

from benchmarks.drawn_names import LISTED, SHARES, people
from lakehouse.compile.spark import schema
from lakehouse.screening import screened
from lakehouse.session import open_session
from lakehouse.settings import Settings
from lakehouse.silver.list_entries import ListEntries
from lakehouse.silver.manifests import Manifests
from lakehouse.silver.watchlist_matches import WatchlistMatches

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pyspark.sql import DataFrame, SparkSession

#: Shares of entries with a birth to the day, of a year, and none: of the 4,620 persons of OFAC's list.
BIRTHS = (0.786, 0.172, 0.042)
_FIRST, _LAST = np.datetime64("1945-01-01"), np.datetime64("2007-12-31")
app = typer.Typer(add_completion=False)


def drawn(count: int, seed: int, shares: dict[str, int]) -> pl.DataFrame:
    """People with names in both scripts, births, nationalities and sexes."""
    rng = np.random.default_rng(seed)
    names = people(count, seed, shares)
    surname, given = (
        pl.col("passport").str.split(", ").list.first(),
        pl.col("passport").str.split(", ").list.get(1, null_on_oob=True),
    )
    days = (_LAST - _FIRST).astype(int)
    return names.select(
        person_key=pl.Series([f"{seed:08x}{n:024x}" for n in range(count)]),
        document_key=pl.lit(None, pl.String),
        nationality="origin",
        primary_identifier=surname,
        secondary_identifier=given,
        native_name=pl.when(pl.col("native") != "").then("native"),
        date_of_birth=pl.Series(_FIRST + rng.integers(0, days, count)),
        sex=pl.Series(rng.choice(["F", "M"], count)),
    )


def listed(count: int, seed: int) -> pl.DataFrame:
    """Entries with the names of people, and births as exact as those of real lists."""
    who = drawn(count, seed, LISTED)
    exact = np.random.default_rng(seed).choice(3, count, p=BIRTHS)
    year = pl.col("date_of_birth").dt.year()
    whole = pl.struct(earliest_date=pl.date(year, 1, 1), latest_date=pl.date(year, 12, 31))
    day = pl.struct(earliest_date="date_of_birth", latest_date="date_of_birth")
    name = pl.concat_str("primary_identifier", pl.lit(", "), "secondary_identifier", ignore_nulls=True)
    birth = pl.when(pl.Series(exact) == 0).then(day).when(pl.Series(exact) == 1).then(whole)
    told = who.select(
        entry_key=pl.format("ofac_sdn:{}", pl.int_range(count)),
        list_name=pl.lit("ofac_sdn"),
        entry_id=pl.int_range(count).cast(pl.String),
        names=pl.concat_list(pl.struct(name=name, quality=pl.lit("primary"))),
        births=pl.concat_list(birth).list.drop_nulls(),
        nationalities=pl.concat_list("nationality"),
        sex="sex",
        listed_person_key=pl.lit(None, pl.String),
        document_keys=pl.lit([], pl.List(pl.String)),
    )
    return told.select(ListEntries.columns().keys())


def _frame(spark: SparkSession, rows: pl.DataFrame, folder: Path) -> DataFrame:
    """Rows as a table of Parquet, as the store holds them."""
    folder.mkdir(parents=True)
    parts = max(1, rows.height // 50_000)
    for part in range(parts):
        rows[part::parts].write_parquet(folder / f"{part}.parquet")
    return spark.read.parquet(str(folder))


def _arrow(rows: pl.DataFrame) -> pa.Table:
    """Rows in Arrow's plain kinds of texts and lists, as Spark sends them."""
    table = rows.to_arrow(compat_level=pl.CompatLevel.oldest())
    return table.cast(pa.schema([(field.name, _plain(field.type)) for field in table.schema]))


def _plain(kind: pa.DataType) -> pa.DataType:
    if pa.types.is_large_list(kind):
        return pa.list_(_plain(kind.value_type))
    if pa.types.is_struct(kind):
        return pa.struct([(field.name, _plain(field.type)) for field in kind])
    return pa.string() if pa.types.is_large_string(kind) else kind


def _spent() -> float:
    """Processor seconds of this process and all it started, Spark among them."""
    total = 0.0
    for process in (psutil.Process(), *psutil.Process().children(recursive=True)):
        times = process.cpu_times()
        total += times.user + times.system
    return total


def _matches(travellers: DataFrame, entries: DataFrame, spark: SparkSession) -> int:
    nobody = spark.createDataFrame([], schema(Manifests))
    return len(WatchlistMatches.build(travellers, nobody, entries).toArrow())


@contextmanager
def _session(cores: int) -> Iterator[tuple[SparkSession, Path]]:
    os.environ.setdefault("NUMBA_NUM_THREADS", "1")
    with TemporaryDirectory() as home:
        settings = Settings(Path(home), Path(home) / "warehouse", Path(home) / "key", "2g", str(cores))
        spark = open_session(settings)
        yield spark, Path(home)
        spark.stop()


@app.command()
def speed(
    travellers: int = 50_000,
    entries: int = 20_000,
    flight: int = 300,
    cores: Annotated[int, typer.Option(help="Cores of Spark.")] = 4,
) -> None:
    """Time travellers against entries through Spark, and then flights in the session that is warm from it."""
    with _session(cores) as (spark, home):
        lists = _frame(spark, listed(entries, 1), home / "lists")
        everybody = _frame(spark, drawn(travellers, 2, SHARES), home / "travellers")
        _tell(f"the first {flight:,} travellers, in a cold session", everybody.limit(flight), lists, spark)
        _tell(f"{travellers:,} travellers against {entries:,} entries", everybody, lists, spark)
        aboard = _frame(spark, drawn(flight, 3, SHARES), home / "flight")
        _tell(f"a flight of {flight}, in a warm session", aboard, lists, spark)


@app.command("flight")
def one_flight(entries: int = 20_000, flight: int = 300) -> None:
    """Time flights against entries in one process without Spark; the first finds nothing prepared."""
    lists = _arrow(listed(entries, 1).rename({"names": "entry_names", "sex": "entry_sex"}))
    for n in range(4):
        written = pl.concat_str("primary_identifier", pl.lit(", "), "secondary_identifier", ignore_nulls=True)
        aboard = drawn(flight, 3 + n, SHARES).with_columns(traveller_names=pl.concat_list(written, "native_name"))
        arrow = _arrow(aboard)
        begun, spent = time.perf_counter(), time.process_time()
        found = screened(arrow, lists)
        wall, cpu = time.perf_counter() - begun, time.process_time() - spent
        print(f"a flight of {flight} against {entries:,} entries: {wall:.2f} s, {cpu:.2f} s of processor, {len(found)}")


def _tell(what: str, travellers: DataFrame, entries: DataFrame, spark: SparkSession) -> None:
    begun, spent = time.perf_counter(), _spent()
    found = _matches(travellers, entries, spark)
    print(f"{what}: {time.perf_counter() - begun:.1f} s, {_spent() - spent:.1f} s of processor, {found:,} matches")


if __name__ == "__main__":
    app()
