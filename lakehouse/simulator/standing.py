"""Permits as they are issued: to residents, to cohorts before they come, and to visitors before they set out."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import polars as pl

from lakehouse.simulator.config import Terms
from lakehouse.simulator.crossing import classified
from lakehouse.simulator.draws import Bits
from lakehouse.simulator.permits import ISSUED_BEFORE, permits, residence, standing_permits
from lakehouse.simulator.populations import CLASSES, MEMBER_BITS, POPULATIONS, RESIDENTS, person, population
from lakehouse.simulator.segments import COHORTS
from lakehouse.simulator.trips import members_of_cohort

#: Days before they set out for which visitors get visas and entry permits, and how long these are valid.
AHEAD, _VALID = 4, 90
#: Rows made at a time, so that a whole stock takes no more memory than a day.
_BLOCK = 50_000


def issued_on(terms: Terms, day: int, coming: pl.DataFrame) -> Iterator[pl.DataFrame]:
    """Permits issued on a day; ``coming`` are those who set out ``AHEAD`` days later."""
    residents = _residents(terms.scale)
    since, _ = residence(terms.seed, residents, population(residents), np.full(len(residents), day))
    if day > terms.first:
        yield _standing(terms, residents[since == day], day)
        for cohort in COHORTS:
            yield _standing(terms, members_of_cohort(terms.seed, terms.scale, day + ISSUED_BEFORE, cohort), day)
    yield _visas(terms, coming, day)


@dataclass(frozen=True)
class Stock:
    """Permits as the world begins: of all who may appear, and of visitors ``away`` on a journey or ``coming``."""

    terms: Terms
    away: pl.DataFrame
    coming: tuple[pl.DataFrame, ...]

    def __iter__(self) -> Iterator[pl.DataFrame]:
        """All of them, block by block."""
        terms = self.terms
        stock = [_residents(terms.scale)]
        for cohort in COHORTS:
            longest = max(high for _, high in cohort.terms)
            days = range(terms.first - longest, terms.first + ISSUED_BEFORE + 1)
            stock += [members_of_cohort(terms.seed, terms.scale, day, cohort) for day in days]
        persons = np.concatenate(stock)
        for start in range(0, len(persons), _BLOCK):
            yield _standing(terms, persons[start : start + _BLOCK], terms.first)
        for frame in (self.away.drop("return_on"), *self.coming):
            yield _visas(terms, frame, terms.first)


def _standing(terms: Terms, persons: Bits, day: int) -> pl.DataFrame:
    return standing_permits(terms.seed, persons, np.full(len(persons), day), terms.first)


def _residents(scale: float) -> Bits:
    count = CLASSES * max(16, int(POPULATIONS[RESIDENTS].households * scale) // CLASSES)
    numbers = np.arange(count)[:, None] << MEMBER_BITS | np.arange(2)
    return person(RESIDENTS, numbers.ravel())


def _visas(terms: Terms, frame: pl.DataFrame, day: int) -> pl.DataFrame:
    """Single permits of those visitors of ``frame`` who need one."""
    needed = classified(frame.filter(pl.col("by_entry")), terms.seed).filter(
        pl.col("class_of_admission").is_in(["visitor_visa", "entry_permit"])
    )
    issued = np.minimum(needed["started"].to_numpy() - AHEAD, day)
    shown, identity = needed["shown"].to_numpy(), needed["identity"].to_numpy()
    return permits(terms.seed, shown, identity, needed, issued, issued, issued + _VALID, terms.first)
