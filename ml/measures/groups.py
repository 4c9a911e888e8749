"""Whether false alerts fall on some groups more than on others."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from ml.measures.intervals import Clusters, Interval
from ml.measures.ranking import Floats

#: Groups with fewer harmless rows are put together: no person can be told from the figure, and it means something.
FEWEST_NEGATIVES = 100
POOLED = "others"


@dataclass(frozen=True)
class GroupRatio:
    """False alerts of one group, and how they compare with those of all rows.

    ``false_positive_rate`` is the share of the group's negatives that is
    referred; ``relative`` that share over the one of all negatives.
    """

    group: str
    negatives: int
    positives: int
    false_alerts: int
    false_positive_rate: float
    relative: Interval


def false_positive_ratios(
    labels: npt.ArrayLike,
    referred: npt.ArrayLike,
    groups: npt.ArrayLike,
    clusters: Clusters,
    *,
    times: int = 300,
    seed: int = 0,
    fewest: int = FEWEST_NEGATIVES,
) -> list[GroupRatio]:
    """False alerts per group, largest groups first, with intervals over redrawn clusters.

    Groups of fewer than ``fewest`` negatives are put together as 'others'.
    """
    negative, alert = ~np.asarray(labels).astype(bool), np.asarray(referred).astype(bool)
    names, of_row = _pooled(np.asarray(groups).astype(str), negative, fewest)
    false = negative & alert

    def relative(weights: Floats) -> Floats:
        alerts = np.bincount(of_row, weights * false, minlength=len(names))
        harmless = np.bincount(of_row, weights * negative, minlength=len(names))
        overall = alerts.sum() / max(harmless.sum(), 1e-12)
        with np.errstate(divide="ignore", invalid="ignore"):
            found: Floats = alerts / harmless / overall
        return found

    drawn = np.array([relative(weights) for weights in clusters.replicates(times, seed)])
    drawn[~np.isfinite(drawn)] = np.nan
    estimates = relative(np.ones(negative.size))
    found = []
    for place, name in enumerate(names):
        inside = of_row == place
        known = drawn[:, place][~np.isnan(drawn[:, place])]
        low, high = np.quantile(known, [0.025, 0.975]) if known.size else (np.nan, np.nan)
        harmless, alerts = int((negative & inside).sum()), int((false & inside).sum())
        found.append(
            GroupRatio(
                str(name),
                harmless,
                int((~negative & inside).sum()),
                alerts,
                alerts / harmless if harmless else float("nan"),
                Interval(float(estimates[place]), float(low), float(high)),
            )
        )
    return sorted(found, key=lambda ratio: -ratio.negatives)


def _pooled(
    groups: npt.NDArray[np.str_], negative: npt.NDArray[np.bool_], fewest: int
) -> tuple[list[str], npt.NDArray[np.int64]]:
    names, of_row = np.unique(groups, return_inverse=True)
    harmless = np.bincount(of_row, negative, minlength=len(names))
    kept = [str(name) if count >= fewest else POOLED for name, count in zip(names, harmless, strict=True)]
    shown = sorted(set(kept))
    place = np.array([shown.index(name) for name in kept], dtype=np.int64)
    return shown, place[of_row]
