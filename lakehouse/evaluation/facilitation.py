"""Couriers, whom somebody sends: persons and groups named by what flagged travellers share."""

from __future__ import annotations

import polars as pl

from lakehouse.evaluation.measures import Actual, Counts, Measured, matched
from lakehouse.evaluation.question import Frames, Question
from lakehouse.evaluation.truth import Truth

DATASET = "gold.facilitation_indicator"
_BEHAVIOUR = "couriers"
#: Evidence from which on a group counts as named; the dataset itself names none below four.
SCORES = (4, 5, 6, 8, 12)

_PERSONS = (
    "In truth: couriers in the data from their onset on. Named: who crossed as one of a group with such evidence, "
    "the innocent who share an agency with the flagged among them."
)
_GROUPS = (
    "In truth: groups of couriers with two members or more in the data. Named: groups that share an agency, means of "
    "payment, telephone or sponsor; rightly where over a half of all members of both are common (Jaccard)."
)


def measure(truth: Truth, frames: Frames) -> list[Measured]:
    # One row a kind stands for all that are not named: it has no person.
    crossings = frames[DATASET].drop_nulls("person_key")
    found = []
    for score in SCORES:
        named = crossings.filter(pl.col("evidence_score") >= score)
        words = f"evidence score {score} or more"
        persons = truth.doers(_BEHAVIOUR).against(truth.persons(named["person_key"]))
        groups = _groups(truth, named)
        for unit, definition, counts in (("persons", _PERSONS, persons), ("groups", _GROUPS, groups)):
            found.append(
                Measured(
                    *(DATASET, _BEHAVIOUR, unit, words, definition, counts),
                    ranked_by="evidence_score",
                    threshold=float(score),
                )
            )
    return found


def _groups(truth: Truth, named: pl.DataFrame) -> Counts:
    true, twins = truth.groups(_BEHAVIOUR), truth.groups(_BEHAVIOUR, twins=True)
    members: dict[tuple[str, str], set[str]] = {}
    for kind, key, person in named.select("group_kind", "group_key", "person_key").iter_rows():
        members.setdefault((kind, key), set()).add(truth.person_of_key.get(person, person))
    known = matched(members, {**true, **twins})
    return Actual(frozenset(true), frozenset(twins)).against(known.get(name, name) for name in members)


QUESTION = Question(_BEHAVIOUR, {DATASET: ("group_kind", "group_key", "person_key", "evidence_score")}, measure)
