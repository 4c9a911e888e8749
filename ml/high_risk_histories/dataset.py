"""Histories as models take them: the crossings of all once, and for each asked one the place of those before it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import polars as pl

from ml.high_risk_histories.features import LENGTH, STEPS, TOTALS

Floats32 = npt.NDArray[np.float32]
#: Log-odds or probabilities, a number a crossing.
Scores = npt.NDArray[np.float64]
Places = npt.NDArray[np.int64]

_TOTAL_COLUMNS = tuple(f"total_{name}" for name in TOTALS)


@dataclass(frozen=True)
class Histories:
    """Crossings ordered by traveller and time: ``steps`` and ``totals`` a row each, and where the traveller begins."""

    keys: pl.DataFrame
    steps: Floats32
    totals: Floats32
    first: Places

    @classmethod
    def of(cls, crossings: pl.DataFrame) -> Histories:
        """From ``features.crossings``, of one world or of several put one after the other by ``together``.

        Totals may be left out where no summaries are asked for.
        """
        ordered = crossings.sort("person_key", "place")
        place = ordered["place"].to_numpy().astype(np.int64)
        keys = ordered.select("inspection_id", "person_key", "inspected_on", "flight_leg_id")
        counted = [name for name in _TOTAL_COLUMNS if name in ordered.columns]
        steps, totals = (ordered.select(names).to_numpy().astype(np.float32) for names in (STEPS, counted))
        return cls(keys, steps, totals, np.arange(len(place)) - (place - 1))

    @classmethod
    def together(cls, worlds: Iterable[Histories]) -> Histories:
        """Several worlds as one; nobody is in two of them."""
        found, offset = list(worlds), 0
        firsts = []
        for world in found:
            firsts.append(world.first + offset)
            offset += len(world)
        return cls(
            pl.concat([world.keys for world in found]),
            np.concatenate([world.steps for world in found]),
            np.concatenate([world.totals for world in found]),
            np.concatenate(firsts),
        )

    def __len__(self) -> int:
        return len(self.first)

    def sequences(self, rows: Places) -> Floats32:
        """The last ``LENGTH`` crossings of each of ``rows``, itself last; not a number where there were fewer."""
        places = rows[:, None] + np.arange(1 - LENGTH, 1)[None, :]
        missing = places < self.first[rows][:, None]
        found = self.steps[np.where(missing, 0, places)]
        found[missing] = np.nan
        return found

    def summaries(self, rows: Places, chunk: int = 50_000) -> Floats32:
        """Totals, the crossing at hand, and mean and greatest of each step: the same facts without their order."""
        parts = []
        for start in range(0, len(rows), chunk):
            some = rows[start : start + chunk]
            steps = self.sequences(some)
            known = np.where(np.isnan(steps), 0, steps)
            count = np.maximum(known[:, :, :1].sum(axis=1), 1)
            parts.append(np.hstack([self.totals[some], self.steps[some], known.sum(axis=1) / count, known.max(axis=1)]))
        width = len(_TOTAL_COLUMNS) + 3 * len(STEPS)
        return np.concatenate(parts) if parts else np.empty((0, width), np.float32)


SUMMARY_COLUMNS = (*_TOTAL_COLUMNS, *STEPS, *(f"{n}_mean" for n in STEPS), *(f"{n}_greatest" for n in STEPS))
TOTAL_COLUMNS = _TOTAL_COLUMNS
