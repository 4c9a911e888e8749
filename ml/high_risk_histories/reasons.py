"""Why a net gives the score it gives, in terms that an officer would use: Shapley values of groups of facts."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import numpy.typing as npt

from ml.high_risk_histories.dataset import Floats32, Scores
from ml.high_risk_histories.features import STEPS
from ml.high_risk_histories.reason_codes import FACTS, MOST_REASONS

_CODES = tuple(FACTS)


def shapley(odds: Callable[[Floats32], Scores], histories: Floats32, rounds: int = 2, seed: int = 0) -> Scores:
    """Shapley values on the log-odds, a row a history and a column a code of ``FACTS``, in their order.

    A group of facts that is left out is missing in all crossings, which the net
    reads as their mean in training. By ``rounds`` random orders of the groups,
    each forward and back (Strumbelj and Kononenko 2014).
    """
    inside = np.array([[name in FACTS[code] for name in STEPS] for code in _CODES])
    found = np.zeros((len(histories), len(_CODES)))
    draw = np.random.default_rng(seed)
    orders = [draw.permutation(len(_CODES)) for _ in range(rounds)]
    for order in [each for one in orders for each in (one, one[::-1])]:
        known = np.zeros(len(STEPS), bool)
        before = odds(_only(histories, known))
        for code in order:
            known = known | inside[code]
            after = odds(_only(histories, known))
            found[:, code] += after - before
            before = after
    return found / (2 * rounds)


def codes(values: Scores) -> list[list[str]]:
    """Codes of what raised each score most, the strongest first."""
    return [[_CODES[place] for place in np.argsort(-row)[:MOST_REASONS] if row[place] > 0] for row in values]


def mean_absolute(values: Scores) -> dict[str, float]:
    """What each group of facts moves scores by, on average."""
    return dict(zip(_CODES, np.abs(values).mean(axis=0).tolist(), strict=True))


def facts_of(names: Sequence[str]) -> dict[str, str]:
    """Reason code by name of a step."""
    return {name: code for code, steps in FACTS.items() for name in steps if name in names}


def _only(histories: Floats32, known: npt.NDArray[np.bool_]) -> Floats32:
    return np.where(known, histories, np.float32(np.nan))
