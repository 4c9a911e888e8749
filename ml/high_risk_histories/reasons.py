"""Why a net gives the score it gives, in terms that an officer would use: Shapley values of groups of facts."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import numpy.typing as npt

from ml.high_risk_histories.company import AGAIN_COLUMNS, MEANS_COLUMNS
from ml.high_risk_histories.dataset import Floats32
from ml.high_risk_histories.features import STEPS
from ml.high_risk_histories.network import Scores

#: Facts by reason code. Each step is in one of them; ``is_there`` belongs to the length of the history.
FACTS: dict[str, tuple[str, ...]] = {
    "rhythm": ("is_there", "is_entry", "gap_days", "has_begun_with_entry", "exempt_entries_count"),
    "route": ("is_same_port", "is_same_foreign_port", "is_counter", "leg_persons_count"),
    "document": (
        *("is_new_document", "wrong_check_digits_count", "is_expired", "is_reported", "is_document_of_another"),
        "announced_differently_count",
    ),
    "booking": ("booking_lead_days", "is_cash", "is_invoice", "has_booking", "party_persons_count"),
    "findings": (
        *("restriction_level", "is_missing", "is_refused_before", "is_overstayed_before", "is_confirmed_before"),
    ),
    "shared_means": ("card_parties_count", *(name for name in MEANS_COLUMNS if name.endswith("_others_count"))),
    "telephone_in_turn": ("handed_on_days", "handed_on_count"),
    "companions": tuple(name for name in AGAIN_COLUMNS if name != "again_flagged_count"),
    "links_to_flagged": (
        *("agency_flagged_lift", "again_flagged_count"),
        *(name for name in MEANS_COLUMNS if name.endswith("_flagged_count")),
    ),
}

#: What a reason code says to an officer.
IN_WORDS = {
    "rhythm": "how long the stays last and how soon the next begins",
    "route": "ports, lanes and routes that change or stay the same",
    "document": "the document: new, reported, expired, misread, or not the one announced",
    "booking": "how and how early it was booked and paid, and for how many",
    "findings": "restrictions and findings against the traveller that are on record",
    "shared_means": "card, telephone, sponsor or agency that others use as well",
    "telephone_in_turn": "a telephone that travellers use in turn",
    "companions": "the same persons on the same flights again",
    "links_to_flagged": "links to travellers with findings",
}
#: Reasons given for one crossing.
MOST_REASONS = 3

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
