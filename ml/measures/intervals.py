"""Intervals that know which rows belong together.

Passengers of one flight-day share their crew, weather and lost records: rows
resampled one by one would give intervals that are too narrow. Whole clusters
are drawn instead (Field and Welsh 2007).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from ml.measures.ranking import Floats


@dataclass(frozen=True)
class Interval:
    """A figure with the ends of its interval."""

    estimate: float
    low: float
    high: float

    @property
    def excludes_nought(self) -> bool:
        """Whether a difference is beyond what drawing other clusters would do."""
        return self.low > 0 or self.high < 0


class Clusters:
    """Which cluster each row is of, by any labels."""

    def __init__(self, of_row: npt.ArrayLike) -> None:
        names, self.of_row = np.unique(np.asarray(of_row), return_inverse=True)
        self.count = len(names)

    def replicates(self, times: int, seed: int) -> Iterator[Floats]:
        """Weights of rows, ``times`` over: how often the cluster of each was drawn, with replacement."""
        generator = np.random.default_rng(seed)
        for _ in range(times):
            drawn = np.bincount(generator.integers(self.count, size=self.count), minlength=self.count)
            yield drawn[self.of_row].astype(np.float64)


def cluster_bootstrap(
    measure: Callable[[Floats | None], float],
    clusters: Clusters,
    *,
    times: int = 300,
    seed: int = 0,
    coverage: float = 0.95,
) -> Interval:
    """``measure`` of the rows as they are, and the percentile interval over redrawn clusters.

    ``measure`` takes weights of rows. A difference of two models is measured in
    one call, so that both see the same clusters. Replicates without a figure are left out.
    """

    def alone(weights: Floats | None) -> dict[str, float]:
        return {"": measure(weights)}

    return cluster_bootstraps(alone, clusters, times=times, seed=seed, coverage=coverage)[""]


def cluster_bootstraps(
    measure: Callable[[Floats | None], dict[str, float]],
    clusters: Clusters,
    *,
    times: int = 300,
    seed: int = 0,
    coverage: float = 0.95,
) -> dict[str, Interval]:
    """Many figures by name over the same redrawn clusters, see ``cluster_bootstrap``."""
    estimates = measure(None)
    drawn = np.array([list(measure(weights).values()) for weights in clusters.replicates(times, seed)])
    found = {}
    for place, (name, estimate) in enumerate(estimates.items()):
        known = drawn[:, place][np.isfinite(drawn[:, place])]
        low, high = np.quantile(known, [(1 - coverage) / 2, (1 + coverage) / 2]) if known.size else (np.nan, np.nan)
        found[name] = Interval(estimate, float(low), float(high))
    return found
