"""How well a score puts the positives first.

Every measure takes weights, so that a bootstrap replicate is a vector of
multiplicities and the scores are sorted once.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]

#: Shares of arrivals that an agency may be able to refer to a second look.
REFERRAL_SHARES = (0.001, 0.01, 0.05)


@dataclass(frozen=True)
class Referral:
    """What comes of referring the ``share`` of highest scores.

    Counts are sums of weights. ``lift`` is precision over the base rate, and
    ``false_alerts_per_1000`` counts the negatives referred among 1,000 arrivals.
    """

    share: float
    threshold: float
    referred: float
    hits: float
    precision: float
    recall: float
    lift: float
    false_alerts_per_1000: float


class Ranking:
    """Labels in the order of their scores, highest first, equal scores together.

    Raises ``ValueError`` where lengths differ, a score is no number, or nothing is there.
    """

    def __init__(self, labels: npt.ArrayLike, scores: npt.ArrayLike) -> None:
        held, given = np.asarray(labels).astype(bool), np.asarray(scores, dtype=np.float64)
        if held.shape != given.shape or held.ndim != 1 or not held.size:
            raise ValueError(f"labels {held.shape} and scores {given.shape} must be of one length, and not empty")
        if not np.isfinite(given).all():
            raise ValueError("every score must be a finite number")
        self.order = np.argsort(-given, kind="stable")
        self.labels, self.scores = held[self.order], given[self.order]
        # Last place of each run of equal scores.
        self.ends = np.flatnonzero(np.append(self.scores[1:] != self.scores[:-1], True))

    def cumulated(self, weights: Floats | None = None) -> tuple[Floats, Floats]:
        """Weight of positives and of all up to and with each run of equal scores."""
        ordered = np.ones(self.labels.size) if weights is None else np.asarray(weights, np.float64)[self.order]
        return np.cumsum(ordered * self.labels)[self.ends], np.cumsum(ordered)[self.ends]

    def roc_auc(self, weights: Floats | None = None) -> float:
        """Chance that a positive scores above a negative, a tie counting half; NaN where one kind is missing."""
        return _roc_auc(*self.cumulated(weights))

    def pr_auc(self, weights: Floats | None = None) -> float:
        """Average precision: precision at each run of scores, weighted by the recall it adds; NaN without positives."""
        return _pr_auc(*self.cumulated(weights))

    def at(self, share: float, weights: Floats | None = None) -> Referral:
        """What comes of referring ``share``; of those who share the last score, by chance as many as are wanted."""
        return self._at(share, *self.cumulated(weights))

    def figures(self, weights: Floats | None = None, shares: Iterable[float] = REFERRAL_SHARES) -> dict[str, float]:
        """All of these by name, each referral's with its share: 'roc_auc', 'precision_at_0.01'."""
        hits, seen = self.cumulated(weights)
        found = {"roc_auc": _roc_auc(hits, seen), "pr_auc": _pr_auc(hits, seen)}
        for share in shares:
            at = self._at(share, hits, seen)
            found |= {
                f"precision_at_{share:g}": at.precision,
                f"recall_at_{share:g}": at.recall,
                f"lift_at_{share:g}": at.lift,
                f"false_alerts_per_1000_at_{share:g}": at.false_alerts_per_1000,
            }
        return found

    def _at(self, share: float, hits: Floats, seen: Floats) -> Referral:
        if not 0 < share <= 1:
            raise ValueError(f"a share lies above 0 and up to 1, not {share}")
        wanted = share * float(seen[-1])
        last = min(int(np.searchsorted(seen, wanted)), len(seen) - 1)
        found = float(np.interp(wanted, np.append(0.0, seen), np.append(0.0, hits)))
        positives = float(hits[-1])
        everything = float(seen[-1])
        precision = found / wanted if wanted else float("nan")
        base = positives / everything if everything else float("nan")
        return Referral(
            share=share,
            threshold=float(self.scores[self.ends[last]]),
            referred=wanted,
            hits=found,
            precision=precision,
            recall=found / positives if positives else float("nan"),
            lift=precision / base if base else float("nan"),
            false_alerts_per_1000=1000 * (wanted - found) / everything,
        )

    def curve(self, points: int = 200) -> list[tuple[float, float, float]]:
        """Share referred, precision and recall at ``points`` places, for a plot."""
        hits, seen = self.cumulated()
        places = np.unique(np.geomspace(max(10, seen[0]), seen[-1], points).clip(1, seen[-1]))
        found = np.interp(places, np.append(0.0, seen), np.append(0.0, hits))
        of = max(hits[-1], 1e-12)
        return [(float(p / seen[-1]), float(f / p), float(f / of)) for p, f in zip(places, found, strict=True)]


def _roc_auc(hits: Floats, seen: Floats) -> float:
    misses = seen - hits
    if not hits[-1] or not misses[-1]:
        return float("nan")
    gained, before = np.diff(misses, prepend=0.0), np.concatenate(([0.0], hits[:-1]))
    return float((gained * (before + hits) / 2).sum() / (hits[-1] * misses[-1]))


def _pr_auc(hits: Floats, seen: Floats) -> float:
    if not hits[-1]:
        return float("nan")
    precision = np.divide(hits, seen, out=np.zeros_like(hits), where=seen > 0)
    return float((np.diff(hits, prepend=0.0) * precision).sum() / hits[-1])


def roc_auc(labels: npt.ArrayLike, scores: npt.ArrayLike) -> float:
    """Area under the receiver operating curve, see ``Ranking.roc_auc``."""
    return Ranking(labels, scores).roc_auc()


def pr_auc(labels: npt.ArrayLike, scores: npt.ArrayLike) -> float:
    """Area under precision and recall, see ``Ranking.pr_auc``."""
    return Ranking(labels, scores).pr_auc()


def at_referral(labels: npt.ArrayLike, scores: npt.ArrayLike, share: float) -> Referral:
    """What comes of referring the highest ``share``, see ``Ranking.at``."""
    return Ranking(labels, scores).at(share)


def random_arm(labels: npt.ArrayLike, share: float, seed: int) -> Referral:
    """What comes of referring ``share`` by chance: what any score must beat."""
    held = np.asarray(labels)
    return at_referral(held, np.random.default_rng(seed).permutation(held.size), share)
