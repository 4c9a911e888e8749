"""Persons under several identities, in a world of a few persons."""

from __future__ import annotations

import polars as pl

from lakehouse.evaluation import identities
from lakehouse.evaluation.measures import Counts
from lakehouse.evaluation.truth import Truth
from tests.worlds import drawn, truth


def _world() -> Truth:
    """ann has a second identity and ben too, who has not shown it; cat has a new passport, dan was misread once."""
    return truth(
        """
        person_id | behaviour          | onset      | is_twin
        ann       | several_identities | 2025-12-01 | false
        ben       | several_identities | 2025-12-01 | false
        cat       | several_identities | 2025-12-01 | true
        """,
        """
        person_id | crossed_on | direction | person_key
        ann       | 2025-12-05 | entry     |
        ann       | 2025-12-15 | entry     | key-ann2
        ben       | 2025-12-05 | entry     |
        cat       | 2025-12-05 | entry     |
        cat       | 2025-12-20 | entry     | key-cat2
        dan       | 2025-12-05 | entry     |
        dan       | 2025-12-09 | exit      | key-dan2
        eve       | 2025-12-05 | entry     |
        """,
    )


def test_pairs_are_compared_with_all_keys_of_one_person_whatever_the_reason() -> None:
    pairs = drawn(
        """
        person_a_key | person_b_key | match_ratio
        key-ann      | key-ann2     | 0.97
        key-dan2     | key-dan      | 0.6
        key-ben      | key-eve      | 0.8
        key-cat      | key-cat2     | 0.2
        """,
        {"person_a_key": pl.String, "person_b_key": pl.String, "match_ratio": pl.Float64},
    )
    rows = {row.threshold: row.counts for row in identities.measure_pairs(_world(), {identities.PAIRS: pairs})}
    # So in truth: ann, cat, dan.
    assert rows[0.1] == Counts(actual=3, unseen=0, named=4, true_positives=3, twins=0, named_twins=0)
    assert rows[0.5] == Counts(3, 0, 3, 2, 0, 0)
    assert rows[0.7] == Counts(3, 0, 2, 1, 0, 0)
    assert rows[0.9] == Counts(3, 0, 1, 1, 0, 0)


def test_clusters_are_right_where_they_hold_all_keys_of_a_person_and_no_other() -> None:
    """That of cat holds eve as well, and is contradicted: cat is found in it, and it is nobody."""
    clusters = pl.DataFrame(
        {
            "person_keys": [["key-ann", "key-ann2"], ["key-cat", "key-cat2", "key-eve"], ["key-ben", "key-dan"]],
            "state": ["coherent", "contradicted", "coherent"],
        }
    )
    found = identities.measure_clusters(_world(), {identities.CLUSTERS: clusters})
    rows = {(row.unit, row.operating_point): row.counts for row in found}
    assert rows["groups", "all clusters"] == Counts(3, 0, 3, 1, 0, 0)
    assert rows["groups", "coherent clusters"] == Counts(3, 0, 2, 1, 0, 0)
    # Of the behaviour ann has shown two keys, ben one; cat is a twin. The third cluster is of nobody with two.
    assert rows["persons", "all clusters"] == Counts(
        actual=1, unseen=1, named=3, true_positives=1, twins=1, named_twins=1
    )
    assert rows["persons", "coherent clusters"] == Counts(1, 1, 2, 1, 1, 0)
