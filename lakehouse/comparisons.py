"""What is compared of two identities, and how probable each outcome is before anything is learnt from pairs.

Apart from ``lakehouse.linkage``, which needs libraries that take seconds to load: tables are declared from this.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

#: Where one of two does not say: no evidence at all.
UNKNOWN = "unknown"
#: Weights beyond this are certainty, and kept finite.
MOST_WEIGHT = 40.0


@dataclass(frozen=True)
class Comparison:
    """``levels``: of each the probability among pairs of one person and among others that estimation starts from."""

    levels: Mapping[str, tuple[float, float]]
    is_set: bool = False


COMPARISONS = {
    "names": Comparison({"alike": (0.40, 0.01), "one_family": (0.50, 0.24), "other": (0.10, 0.75)}),
    "birth": Comparison({"same": (0.20, 0.002), "misread": (0.10, 0.008), "near": (0.60, 0.50), "other": (0.10, 0.49)}),
    "sex": Comparison({"same": (0.98, 0.45), "other": (0.02, 0.55)}, is_set=True),
    "nationality": Comparison({"same": (0.95, 0.85), "other": (0.05, 0.15)}, is_set=True),
    "shared": Comparison({"document": (0.05, 0.005), "own_contact": (0.75, 0.40), "common_contact": (0.20, 0.595)}),
    # Of exits one in 250 leaves no record in the simulated feeds, and lost records are what contradicts a person alone.
    "presence": Comparison(
        {"completes": (0.02, 0.002), "alternates": (0.48, 0.06), "follows": (0.48, 0.37), "contradicts": (0.02, 0.568)},
        is_set=True,
    ),
}

#: Columns of scored pairs, with Spark's names of their types.
SCORED = {
    "person_a_key": "string",
    "person_b_key": "string",
    "match_ratio": "double",
    "match_weight_score": "double",
    **{f"{name}_evidence": "string" for name in COMPARISONS},
    **{f"{name}_score": "double" for name in COMPARISONS},
    "is_estimated": "boolean",
    "seen_together_pairs_count": "bigint",
    "left_out_pairs_count": "bigint",
}
