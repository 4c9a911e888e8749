"""Persons under several identities: the pairs that are one person's, and the clusters they are resolved to."""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from itertools import combinations

import polars as pl

from lakehouse.evaluation.measures import Actual, Measured
from lakehouse.evaluation.question import Frames, Question
from lakehouse.evaluation.truth import Truth

PAIRS, CLUSTERS = "silver.identity_pairs", "gold.identity_alias_cluster"
_BEHAVIOUR = "several_identities"
#: Probabilities from which on a pair counts as named.
PROBABILITIES = (0.1, 0.3, 0.5, 0.7, 0.8, 0.9, 0.95, 0.99)

_PAIRS = (
    "In truth: two keys in the data of one person, whatever the reason: a second identity, a false document in another "
    "name, a name respelled in a new passport, a misreading. A document borrowed is its owner's identity. "
    "Named: pairs with such a probability."
)
_GROUPS = (
    "In truth: all keys in the data of a person who has two or more, whatever the reason. Named: clusters; right where "
    "one holds all keys of a person and no other's."
)
_PERSONS = (
    "In truth: who has a second identity and has shown both in the data from the onset on; twins: who has had a name "
    "respelled in a new passport and shown both. Named: two keys or more in one cluster. Others who have two are named "
    "as well, for false documents and misreadings, and are not this behaviour: precision is low by nature."
)


def measure_pairs(truth: Truth, frames: Frames) -> list[Measured]:
    """Pairs by the probability that they are given."""
    actual = Actual(frozenset(pair for keys in identities(truth).values() for pair in _pairs(keys)))
    found = []
    for probability in PROBABILITIES:
        named = frames[PAIRS].filter(pl.col("match_ratio") >= probability)
        pairs = named.select("person_a_key", "person_b_key").iter_rows()
        found.append(
            Measured(
                *(PAIRS, _BEHAVIOUR, "pairs", f"probability {probability:g} or more", _PAIRS),
                actual.against(_pair(a, b) for a, b in pairs),
                ranked_by="match_ratio",
                threshold=probability,
            )
        )
    return found


def measure_clusters(truth: Truth, frames: Frames) -> list[Measured]:
    """Clusters that are a person, of all and of those without contradiction; and who of the behaviour is in one."""
    of_person = identities(truth)
    actual = Actual(frozenset(map(frozenset, of_person.values())))
    clusters = frames[CLUSTERS]
    coherent = clusters.filter(pl.col("state") == "coherent")
    points = {"all clusters": clusters, "coherent clusters": coherent}
    groups = [
        Measured(
            *(CLUSTERS, _BEHAVIOUR, "groups", words, _GROUPS),
            actual.against(frozenset(keys) for keys in rows["person_keys"].to_list()),
        )
        for words, rows in points.items()
    ]
    doers = truth.doers(_BEHAVIOUR)
    shown = frozenset[Hashable](of_person)
    behaviour = Actual(doers.members & shown, doers.twins & shown, doers.unseen + len(doers.members - shown))
    persons = [
        Measured(
            *(CLUSTERS, _BEHAVIOUR, "persons", words, _PERSONS),
            behaviour.against(_resolved(truth, rows["person_keys"].to_list())),
        )
        for words, rows in points.items()
    ]
    return groups + persons


def identities(truth: Truth) -> dict[str, set[str]]:
    """Keys in the data of each person who has two or more."""
    keys_of: dict[str, set[str]] = {}
    for key in truth.landed["person_key"].drop_nulls().unique():
        keys_of.setdefault(truth.person_of_key[key], set()).add(key)
    return {person: keys for person, keys in keys_of.items() if len(keys) > 1}


def _resolved(truth: Truth, clusters: Iterable[list[str]]) -> set[Hashable]:
    """Persons of whom one cluster holds two keys or more; a cluster of none stands for itself."""
    found: set[Hashable] = set()
    for keys in clusters:
        persons = [truth.person_of_key.get(key, key) for key in keys]
        found |= {person for person in persons if persons.count(person) > 1} or {frozenset(keys)}
    return found


def _pairs(keys: Iterable[str]) -> Iterable[tuple[str, str]]:
    return combinations(sorted(keys), 2)


def _pair(a: str, b: str) -> tuple[str, str]:
    return (a, b) if a < b else (b, a)


PAIRS_QUESTION = Question(_BEHAVIOUR, {PAIRS: ("person_a_key", "person_b_key", "match_ratio")}, measure_pairs)
CLUSTERS_QUESTION = Question(_BEHAVIOUR, {CLUSTERS: ("person_keys", "state")}, measure_clusters)
