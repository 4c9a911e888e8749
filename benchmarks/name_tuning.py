"""Weights of the model of names, fitted on the share of the pairs that may be tuned on."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from benchmarks.name_pairs import Pair
from lakehouse.names.alignment import features
from lakehouse.names.likeness import scratch
from lakehouse.names.model import AGAINST, FOR, WEIGHTS, best_rows, log_odds, terms
from lakehouse.names.packed import pack

LABELLED_WEIGHT = 2.0
RANDOM_WEIGHT = 0.15
RANDOM_PAIRS = 400_000
_PENALTY = 2e-5


@dataclass(frozen=True)
class Compared:
    """Pairs and the features of their forms: ``of`` is the pair of each row."""

    pairs: list[Pair]
    of: NDArray[np.int64]
    features: NDArray[np.float32]

    def odds(self) -> NDArray[np.float64]:
        """Best log odds of each pair; -99 where a name cannot be read."""
        found = np.full(len(self.pairs), -99.0)
        np.maximum.at(found, self.of, log_odds(self.features))
        return found


def compare(pairs: list[Pair]) -> Compared:
    """The pairs' names read and put beside each other."""
    names = sorted({name for pair in pairs for name in (pair.one, pair.other)})
    at = {name: n for n, name in enumerate(names)}
    packed = pack(names)
    one, other = (np.array([at[getattr(pair, side)] for pair in pairs]) for side in ("one", "other"))
    of, found = features(packed, packed, one, other, scratch())
    return Compared(pairs, of[:, 0], found)


def random_pairs(pairs: list[Pair], count: int, seed: int) -> list[Pair]:
    """Pairs of names of different persons, each drawn among the distinct names of ``pairs``."""
    people = {name: pair.group for pair in pairs for name in (pair.one, pair.other)}
    regions = {name: pair.region for pair in pairs for name in (pair.one, pair.other)}
    names = sorted(people)
    drawn = np.random.default_rng(seed).integers(0, len(names), (count, 2))
    return [
        Pair(names[i], names[j], False, "", f"{regions[names[i]]} {regions[names[j]]}", "random")
        for i, j in drawn
        if people[names[i]] != people[names[j]]
    ]


def fit(labelled: Compared, same: Compared, different: Compared, rounds: int = 4) -> tuple[dict[str, float], float]:
    """Weights and intercept; each pair counts by its best forms under the weights of the round before."""
    by_person = Counter(pair.group for pair in same.pairs)
    parts = (
        (labelled, np.full(len(labelled.pairs), LABELLED_WEIGHT)),
        (same, np.array([by_person[pair.group] ** -0.5 for pair in same.pairs])),
        (different, np.full(len(different.pairs), RANDOM_WEIGHT)),
    )
    weights = np.array(list(WEIGHTS.values()))
    intercept = 0.0
    bounds = [(None, None), *((0, None) if t in FOR else (None, 0) if t in AGAINST else (None, None) for t in WEIGHTS)]
    for _ in range(rounds):
        rows, truth, counts = [], [], []
        for compared, weighed in parts:
            known = terms(compared.features)
            best = best_rows(compared.of, known @ weights, len(compared.pairs))
            pairs = np.flatnonzero(best >= 0)
            rows.append(known[best[pairs]])
            truth.append(np.array([pair.match for pair in compared.pairs])[pairs])
            counts.append(weighed[pairs])
        x = np.column_stack([np.ones(sum(map(len, truth))), np.vstack(rows)])
        y, w = np.concatenate(truth).astype(float), np.concatenate(counts)
        w /= w.sum()

        def loss(beta: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
            z = x @ beta  # noqa: B023 - called within the round
            off = w * (1 / (1 + np.exp(-z)) - y)  # noqa: B023
            value = float(w @ np.logaddexp(0, -z * (2 * y - 1)) + _PENALTY * beta[1:] @ beta[1:])  # noqa: B023
            return value, x.T @ off + 2 * _PENALTY * np.concatenate(([0.0], beta[1:]))  # noqa: B023

        found = minimize(loss, np.concatenate(([intercept], weights)), jac=True, method="L-BFGS-B", bounds=bounds).x
        intercept, weights = float(found[0]), found[1:]
    return dict(zip(WEIGHTS, weights.tolist(), strict=True)), intercept
