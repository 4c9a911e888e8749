"""Crossings of one day: who sets out and who comes back, with documents, class, flight and queue."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import polars as pl

from lakehouse.simulator import casts, trips
from lakehouse.simulator.behaviours import CAST_OF_ROLE
from lakehouse.simulator.draws import Bits
from lakehouse.simulator.inspections import lanes, queued
from lakehouse.simulator.people import identities
from lakehouse.simulator.permits import admission
from lakehouse.simulator.populations import STUDENTS, market_of, population
from lakehouse.simulator.schedule import boarded, legs_of
from lakehouse.simulator.segments import SEGMENTS


def candidates(seed: int, scale: float, rates: Mapping[str, float], day: int, first_day: int) -> pl.DataFrame:
    """Who may set out on a day, nobody twice, with ``started``."""
    frame = pl.concat((casts.setting_out(seed, scale, rates, day, first_day), trips.setting_out(seed, scale, day)))
    once = frame.filter(pl.col("person") > 0).unique("person", keep="first", maintain_order=True)
    return once.with_columns(started=pl.lit(day, pl.Int64))


def free(frame: pl.DataFrame, away: Bits, gone: Bits) -> pl.DataFrame:
    """Those of ``frame`` who are neither away nor gone."""
    taken = pl.DataFrame({"person": np.concatenate((away, gone)).astype(np.uint64)})
    return frame.join(taken, on="person", how="anti", maintain_order="left")


def classified(frame: pl.DataFrame, seed: int) -> pl.DataFrame:
    """``frame`` with ``home_market``, ``purpose``, class of admission, permit and authorised stay."""
    home = pl.Series(market_of(seed, frame["shown"].to_numpy()))
    ordinary = {code: segment.purpose for code, segment in enumerate(SEGMENTS)}
    student = pl.Series(population(frame["person"].to_numpy()) == STUDENTS)
    roles = {role: cast.purpose for role, cast in CAST_OF_ROLE.items()}
    purpose = (
        pl.when(pl.col("segment") < len(SEGMENTS))
        .then(pl.col("segment").replace_strict(ordinary, default=None, return_dtype=pl.String))
        .when(pl.col("role").is_in(sorted(roles)))
        .then(pl.col("role").replace_strict(roles, default=None, return_dtype=pl.String))
        .when(student)
        .then(pl.lit("student"))
        .otherwise(pl.lit("employment"))
    )
    told = frame.with_columns(home_market=home, purpose=purpose)
    return told.hstack(admission(seed, told))


def identified(frame: pl.DataFrame, seed: int, reference: int) -> pl.DataFrame:
    """``frame`` with what the documents that travellers show say of them."""
    shown, identity, started = (frame[name].to_numpy() for name in ("shown", "identity", "started"))
    return frame.hstack(identities(seed, shown, identity, started, reference).drop("market", "origin"))


def crossed(frame: pl.DataFrame, flights: pl.DataFrame, day: int, seed: int) -> tuple[pl.DataFrame, pl.DataFrame]:
    """``frame`` in the order of inspection, with flight, lane, times and ``record_id``; and the legs of the day."""
    on_board = boarded(frame, flights, day, seed).filter(pl.col("flight").is_not_null())
    used = flights.filter(pl.col("flight").is_in(on_board["flight"].unique().implode()))
    legs = legs_of(used, day)
    told = on_board.join(legs.drop("direction"), on="flight", how="left", maintain_order="left", suffix="_leg")
    laned = told.with_columns(lane=lanes(told, day))
    ordered = queued(laned)
    stamp = legs["flight_date"][0].strftime("%Y%m%d") if len(legs) else ""
    number = pl.int_range(1, pl.len() + 1).cast(pl.String).str.zfill(7)
    return ordered.with_columns(record_id=pl.lit(f"{stamp}-") + number), legs
