"""Shares with their intervals, and how well two ways of grouping agree."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterable, Mapping, Set
from dataclasses import dataclass, field
from math import comb
from typing import Any

from scipy.stats import binomtest
from sklearn.metrics import adjusted_rand_score


@dataclass(frozen=True)
class Share:
    """``hits`` of ``of``, with Wilson's interval at 95 %; no figures where there is nothing to share."""

    hits: int
    of: int

    @property
    def ratio(self) -> float | None:
        return self.hits / self.of if self.of else None

    @property
    def interval(self) -> tuple[float, float] | tuple[None, None]:
        """Lower and upper end (Wilson 1927, without correction for continuity)."""
        if not self.of:
            return None, None
        found = binomtest(self.hits, self.of).proportion_ci(0.95, method="wilson")
        # The ends are computed by another formula than the share, and may miss it by a rounding.
        return min(float(found.low), self.hits / self.of), max(float(found.high), self.hits / self.of)


@dataclass(frozen=True)
class Counts:
    """How many are so in truth, named, and both; None where it cannot be told."""

    actual: int | None = None
    unseen: int | None = None
    named: int | None = None
    true_positives: int | None = None
    twins: int | None = None
    named_twins: int | None = None

    @property
    def precision(self) -> Share | None:
        """Rightly named of named; None where only totals are compared."""
        known = self.named is not None and self.true_positives is not None
        return Share(self.true_positives or 0, self.named or 0) if known else None

    @property
    def recall(self) -> Share | None:
        """Rightly named of what is so; None where only totals are compared."""
        known = self.actual is not None and self.true_positives is not None
        return Share(self.true_positives or 0, self.actual or 0) if known else None

    @property
    def twins_named(self) -> Share | None:
        """Twins that are named, of all of them."""
        known = self.twins is not None and self.named_twins is not None
        return Share(self.named_twins or 0, self.twins or 0) if known else None


@dataclass(frozen=True)
class Measured:
    """One row of figures, of whatever is counted: persons, pairs, groups, cells, reports or attempts."""

    dataset: str
    behaviour: str
    unit: str
    operating_point: str
    definition: str
    counts: Counts = Counts()
    ranked_by: str | None = None
    threshold: float | None = None
    agreement: float | None = None
    wrongly_named: Mapping[str, int] | None = None
    is_held_out: bool = False
    not_measured_because: str | None = None

    def columns(self) -> dict[str, Any]:
        """The row as ``ops.detection_quality`` names its columns, but for world, time and run."""
        counts, figures = self.counts, dict[str, float | None]()
        for name, share in (("precision", counts.precision), ("recall", counts.recall)):
            low, high = share.interval if share else (None, None)
            figures |= {
                f"{name}_ratio": share.ratio if share else None,
                f"{name}_low_ratio": low,
                f"{name}_high_ratio": high,
            }
        return {
            "dataset": self.dataset,
            "behaviour": self.behaviour,
            "unit": self.unit,
            "operating_point": self.operating_point,
            "ranked_by": self.ranked_by,
            "threshold_number": self.threshold,
            "is_held_out": self.is_held_out,
            "is_measured": self.not_measured_because is None,
            "not_measured_because": self.not_measured_because,
            "definition": self.definition,
            "actual_count": counts.actual,
            "unseen_count": counts.unseen,
            "named_count": counts.named,
            "true_positives_count": counts.true_positives,
            **figures,
            "twins_count": counts.twins,
            "named_twins_count": counts.named_twins,
            "named_twins_ratio": counts.twins_named.ratio if counts.twins_named else None,
            "agreement_ratio": self.agreement,
            "wrongly_named": dict(self.wrongly_named) if self.wrongly_named is not None else None,
        }


@dataclass(frozen=True)
class Actual:
    """What is so in truth and in the data, what only looks so, and how many are not in the data."""

    members: frozenset[Hashable]
    twins: frozenset[Hashable] = field(default_factory=frozenset)
    unseen: int = 0

    def against(self, named: Iterable[Hashable]) -> Counts:
        """What a dataset names, counted against it."""
        said = frozenset(named)
        return Counts(
            actual=len(self.members),
            unseen=self.unseen,
            named=len(said),
            true_positives=len(said & self.members),
            twins=len(self.twins),
            named_twins=len(said & self.twins),
        )


def agreement(one: Mapping[Any, Hashable], other: Mapping[Any, Hashable]) -> float | None:
    """Adjusted Rand index of two groupings of the members of ``one``.

    Who is in none of the groups of ``other`` is a group alone. None for fewer
    than two members.
    """
    members = sorted(one, key=str)
    if len(members) < 2:
        return None
    labels = [str(one[m]) for m in members]
    found = [f"in {other[m]}" if m in other else f"alone {m}" for m in members]
    return float(adjusted_rand_score(labels, found))


def pairs_together(one: Mapping[Any, Hashable], other: Mapping[Any, Hashable]) -> tuple[int, int, int]:
    """Pairs of members of ``one`` that are together in ``one``, in ``other``, and in both."""
    both: Counter[Any] = Counter((one[m], other[m]) for m in one if m in other)
    return (
        _pairs(Counter(one.values())),
        _pairs(Counter(other[m] for m in one if m in other)),
        _pairs(both),
    )


def matched(found: Mapping[Any, Set[Any]], true: Mapping[str, Set[Any]]) -> dict[Any, str]:
    """Of found groups the true one that each is: Jaccard index over a half, so that none is two.

    The index is the share of common members among all members of both.
    """
    groups_of: dict[Any, set[str]] = {}
    for group, members in true.items():
        for member in members:
            groups_of.setdefault(member, set()).add(group)
    told = {}
    for name, members in found.items():
        for group in set().union(*(groups_of.get(member, ()) for member in members)):
            common = len(members & true[group])
            if 2 * common > len(members) + len(true[group]) - common:
                told[name] = group
    return told


def _pairs(sizes: Counter[Any]) -> int:
    return sum(comb(size, 2) for size in sizes.values())
