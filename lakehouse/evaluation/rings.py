"""Rings that travel together without saying so: their pairs, and the communities they are found in."""

from __future__ import annotations

from collections.abc import Iterable, Set
from itertools import combinations
from math import comb

import polars as pl

from lakehouse.evaluation.measures import Actual, Counts, Measured, agreement, matched, pairs_together
from lakehouse.evaluation.question import Frames, Question
from lakehouse.evaluation.truth import Truth

EDGES, COMMUNITIES = "gold.cotraveller_edge", "silver.travel_communities"
_BEHAVIOUR = "cotravel_rings"
#: Journeys together, and scores beyond chance, from which on an edge counts as named.
JOURNEYS, SCORES, SHARED_SCORES = (1, 2, 3, 4, 5), (3, 5, 7, 10, 15), (3.5, 4, 4.5, 5)

_PAIRS = (
    "In truth: two members of one ring, both in the data from its onset on. Families and colleagues who do travel "
    "together are named as well, and are no ring: precision is low by nature."
)
_MEMBERS = "In truth: members of rings, and of their twins' groups, who are in the data from the onset on."


def measure_edges(truth: Truth, frames: Frames) -> list[Measured]:
    """Edges beyond chance; then those without a shared booking, as rings have none, by journeys and by score."""
    edges = frames[EDGES].filter(pl.col("evidence") != "chance")
    apart = edges.filter(pl.col("shared_bookings_count") == 0)
    actual = ring_pairs(truth)
    found = [_edges(truth, actual, edges, "all beyond chance")]
    for journeys in JOURNEYS:
        named = apart.filter(pl.col("journeys_count") >= journeys)
        words = f"no shared booking, journeys together {journeys} or more"
        found.append(_edges(truth, actual, named, words, "journeys_count", journeys))
    for score in SCORES:
        named = apart.filter(pl.col("beside_score") >= score)
        words = f"no shared booking, score side by side {score} or more"
        found.append(_edges(truth, actual, named, words, "beside_score", score))
    for shared in SHARED_SCORES:
        named = apart.filter(pl.col("shared_score") >= shared)
        words = f"no shared booking, score of legs shared {shared:g} or more"
        found.append(_edges(truth, actual, named, words, "shared_score", shared))
    return found


def ring_pairs(truth: Truth) -> Actual:
    """Pairs of one ring with both in the data, those of twins' groups, and pairs of which one is not in the data."""
    pairs = _pairs(truth.groups(_BEHAVIOUR).values())
    twins = _pairs(truth.groups(_BEHAVIOUR, twins=True).values())
    sizes = truth.of(_BEHAVIOUR).filter(~pl.col("is_twin")).group_by("group_id").agg(pl.col("person_id").n_unique())
    return Actual(pairs, twins - pairs, sum(comb(size, 2) for size in sizes["person_id"]) - len(pairs))


def measure_communities(truth: Truth, frames: Frames) -> list[Measured]:
    """Of the last month: pairs put together, agreement with the true groups, and rings that are one community."""
    months = frames[COMMUNITIES]
    last = months.filter(pl.col("month_start_date") == months["month_start_date"].max())
    placed = last.select("person_key", "community_id").iter_rows()
    community_of = {truth.person_of_key.get(key, key): name for key, name in placed}
    rings = truth.groups(_BEHAVIOUR)
    groups = {**truth.groups(_BEHAVIOUR, twins=True), **rings}
    group_of = {person: group for group, members in groups.items() for person in members}
    actual, named, both = pairs_together(group_of, community_of)
    members: dict[str, set[str]] = {}
    for person, name in community_of.items():
        members.setdefault(name, set()).add(person)
    recovered = set(matched(members, rings).values())
    return [
        Measured(
            *(COMMUNITIES, _BEHAVIOUR, "pairs", "in one community"),
            f"{_MEMBERS} So: pairs of one group. Named: pairs of them in one community.",
            Counts(actual=actual, named=named, true_positives=both),
            agreement=agreement(group_of, community_of),
        ),
        Measured(
            *(COMMUNITIES, _BEHAVIOUR, "groups", "a community that is the ring"),
            "In truth: rings with two members or more in the data. Recovered: one community shares over a half of all "
            "members of both (Jaccard). Communities of others are no claim that they are rings: no precision.",
            Counts(actual=len(rings), true_positives=len(recovered)),
        ),
    ]


def _edges(
    truth: Truth, actual: Actual, edges: pl.DataFrame, words: str, by: str | None = None, threshold: float | None = None
) -> Measured:
    person = truth.person_of_key
    named = {
        _pair(person.get(a, a), person.get(b, b)) for a, b in edges.select("person_a_key", "person_b_key").iter_rows()
    }
    return Measured(
        *(EDGES, _BEHAVIOUR, "pairs", words, _PAIRS), actual.against(named), ranked_by=by, threshold=threshold
    )


def _pairs(groups: Iterable[Set[str]]) -> frozenset[tuple[str, str]]:
    return frozenset(_pair(a, b) for members in groups for a, b in combinations(members, 2))


def _pair(a: str, b: str) -> tuple[str, str]:
    return (a, b) if a < b else (b, a)


EDGES_QUESTION = Question(
    _BEHAVIOUR,
    {
        EDGES: (
            *("person_a_key", "person_b_key", "evidence", "journeys_count"),
            *("shared_bookings_count", "beside_score", "shared_score"),
        )
    },
    measure_edges,
)
COMMUNITIES_QUESTION = Question(
    _BEHAVIOUR, {COMMUNITIES: ("person_key", "month_start_date", "community_id")}, measure_communities
)
