"""Who did what: written apart from the landing, for the evaluation alone."""

from __future__ import annotations

import os
from collections.abc import Collection, Mapping
from datetime import date
from pathlib import Path

import numpy as np
import polars as pl

from lakehouse.simulator.behaviours import ABSCONDER, CAST_OF_ROLE, ROLES, TRANSFERRED
from lakehouse.simulator.casts import onset, strength
from lakehouse.simulator.populations import CLASSES


def person_id(name: str = "person") -> pl.Expr:
    return pl.format("P{}", pl.col(name))


def persons(frame: pl.DataFrame) -> pl.DataFrame:
    """Each identity and document under which a person appeared."""
    return frame.select(
        person_id().alias("person_id"),
        pl.col("identity").alias("identity_number"),
        (pl.col("person") == pl.col("shown")).alias("is_own"),
        *("nationality", "residence_country", "primary_identifier", "secondary_identifier", "native_name"),
        *("date_of_birth", "sex", "issuing_state", "document_type", "document_number"),
    ).unique(maintain_order=True)


def crossings(frame: pl.DataFrame, missing: np.ndarray) -> pl.DataFrame:
    """Each crossing's person, and whether its record was landed at all."""
    return frame.select(
        "record_id",
        person_id=person_id(),
        identity_number="identity",
        trip_id=pl.format("T{}", pl.col("party")),
        direction="direction",
        port="port",
        crossed_on=pl.col("inspected").dt.date(),
        outcome="outcome",
        is_landed=pl.Series(~missing),
    )


def behaviours(
    frame: pl.DataFrame, seed: int, rates: Mapping[str, float], first_day: int, held_out: Collection[str]
) -> pl.DataFrame:
    """Behaviours of those with a ``role``, as docs/feeds.md lists them; the rows are ``with_onset``."""
    some = frame.filter(pl.col("role") > 0).unique("person", maintain_order=True)
    role, people = some["role"].to_numpy(), some["person"].to_numpy()
    since, strong = some["since"].to_numpy().copy(), some["chance"].to_numpy().copy()
    for code in np.unique(role):
        if int(code) in CAST_OF_ROLE:
            rows = np.flatnonzero(role == code)
            groups = _group(people[rows])
            since[rows] = onset(seed, rates, int(code), groups, first_day)
            strong[rows] = strength(seed, rates, int(code), groups)
    return some.select(
        person_id=person_id(),
        behaviour=pl.col("role").replace_strict({c: n[1] for c, n in ROLES.items()}, return_dtype=pl.String),
        cast=pl.col("role").replace_strict({c: n[0] for c, n in ROLES.items()}, return_dtype=pl.String),
        group_id=pl.when(pl.col("group") > 0).then(pl.format("G{}", pl.col("group"))),
        onset=pl.Series(since.astype(np.int32)).cast(pl.Date),
        strength=pl.Series(strong),
        is_twin=pl.col("role").replace_strict({c: n[2] for c, n in ROLES.items()}, return_dtype=pl.Boolean),
    ).with_columns(held_out=pl.col("behaviour").is_in(sorted(held_out)))


def with_onset(frame: pl.DataFrame, absent: pl.DataFrame) -> pl.DataFrame:
    """Those with a role who crossed, and workers ``absent`` from their employers: what ``behaviours`` needs of them.

    Overstays begin on the day after the authorised stay; absences are told of where they begin, not at the exit.
    """
    columns = ("person", "role", "group", "since", "chance")
    crossed = frame.filter(~pl.col("role").is_in([ABSCONDER, TRANSFERRED])).with_columns(since=pl.col("authorised") + 1)
    gone = absent.with_columns(group=pl.lit(0, pl.UInt64), chance=pl.lit(1.0))
    return pl.concat((crossed.select(columns), gone.select(columns)))


def _group(people: np.ndarray) -> np.ndarray:
    """Number of the group that members of a cast are of, from their numbers."""
    home = ((people & np.uint64((1 << 48) - 1)) >> np.uint64(3)).astype(np.int64)
    return home % CLASSES + CLASSES * (home // CLASSES // 16)


def write(folder: Path, name: str, day: date, rows: pl.DataFrame) -> None:
    """One day's part of a truth table."""
    path = folder / name / f"{day.isoformat()}.parquet"
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_suffix(".part")
    rows.write_parquet(part)
    os.replace(part, path)
