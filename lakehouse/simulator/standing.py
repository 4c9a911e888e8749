"""Permits as they are issued: to residents, to cohorts before they come, and to visitors before they set out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np
import polars as pl

from lakehouse.simulator.crossing import candidates, classified
from lakehouse.simulator.draws import Bits
from lakehouse.simulator.permits import ISSUED_BEFORE, permits, residence, standing_permits
from lakehouse.simulator.populations import CLASSES, MEMBER_BITS, POPULATIONS, RESIDENTS, person, population
from lakehouse.simulator.segments import COHORTS
from lakehouse.simulator.trips import members_of_cohort

#: Days before they set out for which visitors get visas and entry permits, and how long these are valid.
_AHEAD, _VALID = 4, 90
#: Rows made at a time, so that a whole stock takes no more memory than a day.
_BLOCK = 50_000


def issued_on(seed: int, scale: float, rates: Mapping[str, float], day: int, first_day: int) -> Iterator[pl.DataFrame]:
    """Permits issued on a day."""
    residents = _residents(scale)
    since, _ = residence(seed, residents, population(residents), np.full(len(residents), day))
    if day > first_day:
        yield _standing(seed, residents[since == day], day, first_day)
        for cohort in COHORTS:
            coming = members_of_cohort(seed, scale, day + ISSUED_BEFORE, cohort)
            yield _standing(seed, coming, day, first_day)
        yield _visas(seed, candidates(seed, scale, rates, day + _AHEAD, first_day), day, first_day)


def issued_on_first_day(
    seed: int, scale: float, rates: Mapping[str, float], day: int, away: pl.DataFrame
) -> Iterator[pl.DataFrame]:
    """The stock as the world begins: of all who may appear, and whoever is on the way or already here."""
    stock = [_residents(scale)]
    for cohort in COHORTS:
        longest = max(high for _, high in cohort.terms)
        stock += [members_of_cohort(seed, scale, d, cohort) for d in range(day - longest, day + ISSUED_BEFORE + 1)]
    persons = np.concatenate(stock)
    for start in range(0, len(persons), _BLOCK):
        yield _standing(seed, persons[start : start + _BLOCK], day, day)
    yield _visas(seed, away.drop("return_on"), day, day)
    for ahead in range(_AHEAD + 1):
        yield _visas(seed, candidates(seed, scale, rates, day + ahead, day), day, day)


def _standing(seed: int, persons: Bits, day: int, reference: int) -> pl.DataFrame:
    return standing_permits(seed, persons, np.full(len(persons), day), reference)


def _residents(scale: float) -> Bits:
    count = CLASSES * max(16, int(POPULATIONS[RESIDENTS].households * scale) // CLASSES)
    numbers = np.arange(count)[:, None] << MEMBER_BITS | np.arange(2)
    return person(RESIDENTS, numbers.ravel())


def _visas(seed: int, frame: pl.DataFrame, day: int, reference: int) -> pl.DataFrame:
    """Single permits of those visitors of ``frame`` who need one."""
    needed = classified(frame.filter(pl.col("by_entry")), seed).filter(
        pl.col("class_of_admission").is_in(["visitor_visa", "entry_permit"])
    )
    started = needed["started"].to_numpy()
    issued = np.minimum(started - _AHEAD, day)
    shown, identity = needed["shown"].to_numpy(), needed["identity"].to_numpy()
    return permits(seed, shown, identity, needed, issued, issued, issued + _VALID, reference)
