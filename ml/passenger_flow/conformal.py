"""Intervals by what went wrong of late: conformal prediction on forecasts of days that were not learned from.

An error is told against how far off to be is usual for the series and slot
(split conformal prediction with locally weighted scores: Lei et al. 2018).
Borders open and close, so the scores of a year would say little: those of the
last thirteen weeks before the origin count (Barber et al. 2023 on what is not exchangeable).
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from math import ceil

import numpy as np

from ml.passenger_flow.features import Ahead
from ml.passenger_flow.panel import Floats, Places

#: Shares of the actual counts that intervals are to hold.
COVERAGES = (0.8, 0.95)
#: Days before the origin whose scores count, and fewest scores without which those of all panels are taken.
WINDOW_DAYS, LEAST_SCORES = 91, 50


@dataclass(frozen=True)
class Scores:
    """Signed errors over their usual size, each with its day as an ordinal number, in the order of days."""

    days: Places
    values: Floats

    @classmethod
    def of(cls, rows: Ahead, expected: Floats) -> Scores:
        """Of forecasts whose actual count is known."""
        values = (rows.actual - expected) / rows.spread
        known = ~np.isnan(values)
        days = rows.day[known] + rows.panel.first.toordinal()
        order = np.argsort(days, kind="stable")
        return cls(days[order], values[known][order])

    def __len__(self) -> int:
        return len(self.days)

    def __add__(self, other: Scores) -> Scores:
        days = np.concatenate([self.days, other.days])
        order = np.argsort(days, kind="stable")
        return Scores(days[order], np.concatenate([self.values, other.values])[order])

    def window(self, last: int) -> Scores:
        """Those of the thirteen weeks that end on an ordinal day."""
        first, end = np.searchsorted(self.days, [last - WINDOW_DAYS + 1, last + 1])
        return Scores(self.days[first:end], self.values[first:end])

    def until(self, last: int) -> Scores:
        """Those of an ordinal day and before."""
        end = np.searchsorted(self.days, last, side="right")
        return Scores(self.days[:end], self.values[:end])

    def thinned(self, most: int) -> Scores:
        """Every so manieth of them, ``most`` at most."""
        step = max(1, -(-len(self) // most))
        return Scores(self.days[::step], self.values[::step])


NO_SCORES = Scores(np.empty(0, np.int64), np.empty(0))


@dataclass(frozen=True)
class Bounds:
    """Lower and upper ends by coverage, a row a forecast; NaN where no error is known yet."""

    lower: Mapping[float, Floats]
    upper: Mapping[float, Floats]


def bounds(rows: Ahead, expected: Floats, known: Scores, others: Scores = NO_SCORES) -> Bounds:
    """Intervals of each row by the scores known at its origin: of the panel, else the last ones of ``others``."""
    lower, upper = ({of: np.full(len(rows), np.nan) for of in COVERAGES} for _ in range(2))
    for origin in np.unique(rows.origin):
        pool = known.window(int(origin) + rows.panel.first.toordinal())
        pool = pool if len(pool) >= LEAST_SCORES else others
        if len(pool) < LEAST_SCORES:
            continue
        at = rows.origin == origin
        for of in COVERAGES:
            low, high = ends(pool.values, of)
            lower[of][at] = np.maximum(expected[at] + low * rows.spread[at], 0)
            upper[of][at] = np.maximum(expected[at] + high * rows.spread[at], 0)
    return Bounds(lower, upper)


def ends(values: Floats, coverage: float) -> tuple[float, float]:
    """Scores between which ``coverage`` of the next is to lie, as many missed on either side; nought between them."""
    ordered = np.sort(values)
    place = min(ceil(round((1 + coverage) / 2 * (len(values) + 1), 9)), len(values))
    return min(float(ordered[-place]), 0.0), max(float(ordered[place - 1]), 0.0)


def together(scores: Sequence[Scores]) -> Scores:
    """All of them as one."""
    return reduce(Scores.__add__, scores, NO_SCORES)


def to_json(scores: Mapping[str, Scores]) -> bytes:
    """Scores by the name of their panel."""
    said = {n: {"days": s.days.tolist(), "values": np.round(s.values, 4).tolist()} for n, s in sorted(scores.items())}
    return json.dumps(said).encode()


def from_json(content: bytes) -> dict[str, Scores]:
    """The reverse of ``to_json``."""
    said = json.loads(content)
    return {name: Scores(np.array(of["days"], np.int64), np.array(of["values"])) for name, of in said.items()}
