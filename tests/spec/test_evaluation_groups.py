"""Rings, communities and groups of couriers, in worlds of a few persons."""

from __future__ import annotations

import polars as pl
import pytest

from lakehouse.evaluation import facilitation, rings
from lakehouse.evaluation.measures import Counts
from lakehouse.evaluation.truth import Truth
from tests.worlds import drawn, truth


def _rings() -> Truth:
    """A ring of three and one of two, of whom e comes only before the onset; a family of two; q is nobody's."""
    return truth(
        """
        person_id | behaviour      | group_id | onset      | is_twin
        a         | cotravel_rings | R1       | 2025-12-01 | false
        b         | cotravel_rings | R1       | 2025-12-01 | false
        c         | cotravel_rings | R1       | 2025-12-01 | false
        d         | cotravel_rings | R2       | 2025-12-10 | false
        e         | cotravel_rings | R2       | 2025-12-10 | false
        f         | cotravel_rings | F1       | 2025-12-01 | true
        g         | cotravel_rings | F1       | 2025-12-01 | true
        """,
        """
        person_id | crossed_on | direction
        a         | 2025-12-05 | entry
        b         | 2025-12-05 | entry
        c         | 2025-12-05 | entry
        d         | 2025-12-12 | entry
        e         | 2025-12-02 | entry
        f         | 2025-12-05 | entry
        g         | 2025-12-05 | entry
        q         | 2025-12-05 | entry
        """,
    )


def test_edges_are_compared_with_pairs_of_one_ring_both_of_whom_are_in_the_data() -> None:
    edges = drawn(
        """
        person_a_key | person_b_key | evidence | journeys_count | shared_bookings_count | beside_score | shared_score
        key-a | key-b | side_by_side | 4 | 0 | 8   | 4.2
        key-c | key-a | side_by_side | 2 | 0 | 6   |
        key-f | key-g | booking      | 3 | 3 | 9   | 5
        key-a | key-q | shared_legs  | 1 | 0 | 5.5 | 3.7
        key-b | key-c | chance       | 1 | 0 | 1   | 1
        """,
        {
            **dict.fromkeys(("person_a_key", "person_b_key", "evidence"), pl.String),
            **dict.fromkeys(("journeys_count", "shared_bookings_count"), pl.Int64),
            **dict.fromkeys(("beside_score", "shared_score"), pl.Float64),
        },
    )
    rows = {row.operating_point: row.counts for row in rings.measure_edges(_rings(), {rings.EDGES: edges})}
    # Pairs in truth: ab, ac, bc; de is left out, as e is not in the data after the onset.
    assert rows["all beyond chance"] == Counts(actual=3, unseen=1, named=4, true_positives=2, twins=1, named_twins=1)
    assert rows["no shared booking, journeys together 2 or more"] == Counts(3, 1, 2, 2, 1, 0)
    assert rows["no shared booking, score side by side 7 or more"] == Counts(3, 1, 1, 1, 1, 0)
    assert rows["no shared booking, score of legs shared 3.5 or more"] == Counts(3, 1, 2, 1, 1, 0)
    assert rows["no shared booking, score of legs shared 4 or more"] == Counts(3, 1, 1, 1, 1, 0)


def test_communities_of_the_last_month_are_compared_pair_by_pair_and_ring_by_ring() -> None:
    placed = drawn(
        """
        person_key | month_start_date | community_id
        key-a      | 2025-12-01       | 1
        key-b      | 2025-12-01       | 1
        key-f      | 2025-12-01       | 2
        key-g      | 2025-12-01       | 2
        key-c      | 2025-12-01       | 2
        key-q      | 2025-12-01       | 3
        key-c      | 2025-11-01       | 1
        """,
        {"person_key": pl.String, "month_start_date": pl.Date, "community_id": pl.String},
    )
    pairs, groups = rings.measure_communities(_rings(), {rings.COMMUNITIES: placed})
    # Pairs in truth: ab, ac, bc, fg. Together: ab, fg, fc, gc. In both: ab, fg. By chance 4 * 4 / 10 of 10 pairs.
    assert pairs.counts == Counts(actual=4, named=4, true_positives=2)
    assert pairs.agreement == pytest.approx((2 - 1.6) / (4 - 1.6))
    # Community 1 shares a, b with the ring of a, b, c: two of three are over a half.
    assert groups.counts == Counts(actual=1, true_positives=1)
    assert groups.counts.precision is None


def _couriers() -> Truth:
    members = "".join(f"{p} | couriers | C1 | 2025-12-01 | false\n" for p in "abc")
    guests = "".join(f"{p} | couriers | T1 | 2025-12-01 | true\n" for p in "xy")
    crossings = "".join(f"{p} | 2025-12-05 | entry\n" for p in "abcxyq")
    return truth(
        f"person_id | behaviour | group_id | onset | is_twin\n{members}{guests}",
        f"person_id | crossed_on | direction\n{crossings}",
    )


def test_couriers_are_found_as_persons_and_as_groups_by_the_evidence() -> None:
    crossings = drawn(
        """
        group_kind | group_key | person_key | evidence_score
        payment    | 1         | key-a      | 9
        payment    | 1         | key-b      | 9
        agency     | 2         | key-x      | 4.5
        agency     | 2         | key-y      | 4.5
        agency     | 3         | key-c      | 5
        agency     | 3         | key-q      | 5
        agency     | not_named |            |
        """,
        {**dict.fromkeys(("group_kind", "group_key", "person_key"), pl.String), "evidence_score": pl.Float64},
    )
    rows = {
        (row.unit, row.threshold): row.counts
        for row in facilitation.measure(_couriers(), {facilitation.DATASET: crossings})
    }
    assert rows["persons", 4.0] == Counts(actual=3, unseen=0, named=6, true_positives=3, twins=2, named_twins=2)
    assert rows["persons", 6.0] == Counts(3, 0, 2, 2, 2, 0)
    # Payment 1 is the couriers' group, agency 2 the twins'; agency 3 shares one of four with the couriers.
    assert rows["groups", 4.0] == Counts(actual=1, unseen=0, named=3, true_positives=1, twins=1, named_twins=1)
    assert rows["groups", 12.0].precision is not None
    assert rows["groups", 12.0].precision.ratio is None
