"""Overstayers in the country: found, and wrongly named."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable
from datetime import date

import polars as pl

from lakehouse.evaluation.measures import Actual, Measured
from lakehouse.evaluation.question import Frames, Question
from lakehouse.evaluation.truth import Truth

DATASET = "gold.suspected_in_country_overstayer"
#: Days over from which on a person counts as named.
OVER_DAYS = (1, 3, 7, 14, 30, 60)

_DEFINITION = (
    "In truth: overstayed by the day of judgement, and has not left since, recorded or not. "
    "Named: on the last snapshot, so many days over or more."
)


def in_country(truth: Truth, as_of: date) -> Actual:
    """Persons who overstayed by ``as_of`` and have not left since, their twins, and those never seen."""
    begun = truth.of("overstaying").filter(pl.col("onset") <= as_of)
    newest = begun.group_by("person_id").agg(pl.col("onset").max())
    left = _left_since(truth, newest, as_of)
    return truth.actual(begun.filter(pl.col("is_twin") | ~pl.col("person_id").is_in(left)))


def measure(truth: Truth, frames: Frames) -> list[Measured]:
    snapshots = frames[DATASET]
    as_of = snapshots["as_of_date"].max() or truth.last_day
    if not isinstance(as_of, date):
        return []
    last = snapshots.filter(pl.col("as_of_date") == as_of)
    actual = in_country(truth, as_of)
    found = []
    for days in OVER_DAYS:
        keys = last.filter(pl.col("over_days") >= days)["person_key"]
        found.append(
            Measured(
                DATASET,
                "overstaying",
                "persons",
                f"{days} days over or more",
                _DEFINITION,
                actual.against(truth.persons(keys)),
                ranked_by="over_days",
                threshold=float(days),
                wrongly_named=reasons(truth, keys, actual, as_of),
            )
        )
    return found


def reasons(truth: Truth, keys: pl.Series, actual: Actual, as_of: date) -> dict[str, int]:
    """Why persons are wrongly named, as far as truth and data tell, counted; the first that holds."""
    wrong = truth.persons(keys) - actual.members
    own = set(truth.identities["person_key"])
    misread = {truth.person_of_key.get(key, key) for key in keys.drop_nulls() if key not in own}
    kinds = truth.behaviours.filter(pl.col("person_id").is_in([w for w in wrong if isinstance(w, str)]))
    known = set(truth.records["person_id"])
    told: list[tuple[str, set[Hashable]]] = [
        ("no person in truth has the key", wrong - known),
        ("names or birth were misread, which parts entry from exit", misread),
        ("the record of an exit never arrived", set(_lost_exits(truth)["person_id"])),
        ("overstayed and left: the exit is on record", _overstayed(truth, as_of)),
        ("absconded: the permit may have run out", set(kinds.filter(_is("absconding"))["person_id"])),
        ("benign twin: looks like an overstay and is none", set(actual.twins)),
        ("has not left in truth either: arrested on arrival, or another permit holds", _inside(truth, as_of)),
    ]
    counts: Counter[str] = Counter()
    for person in wrong:
        counts[next((why for why, persons in told if person in persons), "nothing in truth or data tells")] += 1
    return dict(sorted(counts.items()))


def _left_since(truth: Truth, newest: pl.DataFrame, as_of: date) -> list[str]:
    exits = truth.records.filter(pl.col("outcome") == "departed")
    after = exits.join(newest, on="person_id").filter(
        (pl.col("crossed_on") >= pl.col("onset")) & (pl.col("crossed_on") <= as_of)
    )
    return after["person_id"].unique().to_list()


def _overstayed(truth: Truth, as_of: date) -> set[Hashable]:
    return set(truth.of("overstaying").filter(~pl.col("is_twin") & (pl.col("onset") <= as_of))["person_id"])


def _lost_exits(truth: Truth) -> pl.DataFrame:
    return truth.records.filter(pl.col("inspected_on").is_null() & (pl.col("outcome") == "departed"))


def _inside(truth: Truth, as_of: date) -> set[Hashable]:
    """Persons whose last crossing in truth is an entry that was granted."""
    crossed = truth.records.filter(pl.col("outcome").is_in(["admitted", "departed"]) & (pl.col("crossed_on") <= as_of))
    last = crossed.sort("crossed_on", maintain_order=True).group_by("person_id").last()
    return set(last.filter(pl.col("direction") == "entry")["person_id"])


def _is(behaviour: str) -> pl.Expr:
    return (pl.col("behaviour") == behaviour) & ~pl.col("is_twin")


QUESTION = Question("overstaying", {DATASET: ("person_key", "as_of_date", "over_days")}, measure)
