"""From what an alignment says to the odds that two names are one person's: a logistic model with declared weights.

The weights were fitted by ``python -m benchmarks.names tune``: logistic regression with the sign of every weight held
(what speaks against a match cannot be weighed for it), L2-penalised, on the tuning share (3 of 5, by hash of person or
of names that hang together) of the labelled and the same-person pairs, and on pairs of different persons drawn at
random. Labelled pairs weigh 2 each, same-person pairs 1 over the square root of their person's number of pairs, random
pairs .15. Over ``agreement.NAMES_AGREE`` names alone are a match at no more than 1 false one in 10,000 random pairs.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from lakehouse.names.alignment import FEATURES
from lakehouse.names.likeness import compiled

#: Weight of each term (see ``terms``), in log odds per unit.
WEIGHTS = {
    "together": 0.93,
    "thin": -0.06,
    "together_of_longer": 2.55,
    "apart": -4.01,
    "apart_of_shorter": -0.86,
    "worst": -3.86,
    "unlike": -1.7,
    "exact_share": 0.58,
    "languages_differ": -1.24,
    "surname_apart": -1.01,
    "surnames_differ": -0.63,
    "syllables_missing": -0.09,
    "moved": -1.71,
    "other_script": -0.73,
}
INTERCEPT = -1.69
#: Terms that may not count for a match, and those that may not count against one; others are free.
AGAINST = frozenset(WEIGHTS) - {"together", "together_of_longer", "exact_share", "other_script"}
FOR = frozenset({"together", "together_of_longer", "exact_share"})

_AT = {name: n for n, name in enumerate(FEATURES)}
_TOGETHER, _EXACT, _APART, _SYLLABLES = (_AT[name] for name in ("together", "exact", "apart", "syllables_missing"))
_THIN, _EXACT_SHARE = WEIGHTS["thin"], WEIGHTS["exact_share"]


def terms(features: NDArray[np.float32]) -> NDArray[np.float64]:
    """Terms of the model, shape (rows, terms) in the order of ``WEIGHTS``, from features, shape (rows, features)."""

    def of(name: str) -> NDArray[np.float64]:
        return np.asarray(features[:, _AT[name]], dtype=np.float64)

    together = of("together")
    found = {
        "together": np.minimum(together, 3),
        "thin": np.maximum(1.2 - together, 0),
        "apart": np.minimum(of("apart"), 1.5),
        "exact_share": of("exact") / (together + 0.3),
        "syllables_missing": np.minimum(of("syllables_missing"), 1),
    }
    return np.column_stack([found[name] if name in found else of(name) for name in WEIGHTS])


def log_odds(features: NDArray[np.float32]) -> NDArray[np.float64]:
    """Log odds that names are one person's, shape (rows,), before other evidence."""
    return np.asarray(terms(features) @ np.array(list(WEIGHTS.values())) + INTERCEPT)


#: Weight by feature, for compiled code; the terms that are no feature are added there.
_LINEAR = np.array([WEIGHTS.get(name, 0.0) for name in FEATURES])


@compiled
def odds_of(features: NDArray[np.float32]) -> float:
    """The same as ``log_odds``, of one row, in compiled code."""
    together, exact = features[_TOGETHER], features[_EXACT]
    odds: float = INTERCEPT + _THIN * max(1.2 - together, 0.0) + _EXACT_SHARE * exact / (together + 0.3)
    for n in range(len(features)):
        value = features[n]
        if n == _TOGETHER:
            value = min(value, np.float32(3))
        elif n == _APART:
            value = min(value, np.float32(1.5))
        elif n == _SYLLABLES:
            value = min(value, np.float32(1))
        odds += _LINEAR[n] * value
    return odds


def probability(odds: NDArray[np.float64]) -> NDArray[np.float64]:
    """Log odds as a score from 0 to 1."""
    return 1 / (1 + np.exp(-np.clip(odds, -30, 30)))


def best_rows(of: NDArray[np.int64], odds: NDArray[np.float64], pairs: int) -> NDArray[np.int64]:
    """Row of each pair's best forms, shape (pairs,); -1 for pairs without rows. ``of``: pair of each row, ascending."""
    best = np.full(pairs, -np.inf)
    np.maximum.at(best, of, odds)
    rows = np.full(pairs, -1, dtype=np.int64)
    top = np.flatnonzero(odds >= best[of])
    rows[of[top[::-1]]] = top[::-1]
    return rows
