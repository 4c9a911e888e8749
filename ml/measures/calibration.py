"""Whether a probability means what it says."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from ml.measures.ranking import Bools, Floats


@dataclass(frozen=True)
class Bin:
    """Rows of like probability: how many, what was said on average, and what came."""

    rows: int
    mean_probability: float
    observed: float


def brier(labels: npt.ArrayLike, probabilities: npt.ArrayLike) -> float:
    """Mean squared difference between what was said and what came (Brier 1950)."""
    came, said = _pair(labels, probabilities)
    return float(np.mean((said - came) ** 2))


def reliability(labels: npt.ArrayLike, probabilities: npt.ArrayLike, bins: int = 10) -> list[Bin]:
    """Rows in ``bins`` of equal count, in the order of their probability.

    Bins of equal width would put nearly all rows of a rare outcome into the first.
    """
    came, said = _pair(labels, probabilities)
    order = np.argsort(said, kind="stable")
    pieces = [piece for piece in np.array_split(order, min(bins, order.size)) if piece.size]
    return [Bin(piece.size, float(said[piece].mean()), float(came[piece].mean())) for piece in pieces]


def expected_calibration_error(labels: npt.ArrayLike, probabilities: npt.ArrayLike, bins: int = 10) -> float:
    """Mean distance between what was said and what came over bins of equal count (Naeini et al. 2015)."""
    found = reliability(labels, probabilities, bins)
    rows = sum(b.rows for b in found)
    return sum(b.rows * abs(b.mean_probability - b.observed) for b in found) / rows


def _pair(labels: npt.ArrayLike, probabilities: npt.ArrayLike) -> tuple[Bools, Floats]:
    came, said = np.asarray(labels).astype(bool), np.asarray(probabilities, dtype=np.float64)
    if came.shape != said.shape or not came.size:
        raise ValueError(f"labels {came.shape} and probabilities {said.shape} must be of one length, and not empty")
    if not ((said >= 0) & (said <= 1)).all():
        raise ValueError("a probability lies between 0 and 1")
    return came, said
