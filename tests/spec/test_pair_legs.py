"""Which pairs may travel together, and the legs on which they did."""

from collections.abc import Callable

import pytest
from pyspark.sql import DataFrame

from lakehouse.declare import Table
from lakehouse.silver.companions import Companions
from lakehouse.silver.journeys import Journeys
from lakehouse.silver.pair_legs import PairLegs
from tests.drawn import filled

Draw = Callable[[type[Table], str], DataFrame]
Build = Callable[[str, str], set[tuple[str, str, str, bool]]]


@pytest.fixture
def legs(rows: Draw) -> Build:
    """Pairs and legs, and whether shared, from drawn companions and journeys."""

    def build(companions: str, journeys: str) -> set[tuple[str, str, str, bool]]:
        pairs = filled(rows(Companions, companions), Companions, route="TPE-NRT", direction="exit")
        plain = {"route": "TPE-NRT", "direction": "exit", "inspection_id": "I", "beside_count": 0}
        built = PairLegs.build(pairs, filled(rows(Journeys, journeys), Journeys, **plain))
        return {(r["person_a_key"], r["person_b_key"], r["flight_leg_id"], r["is_shared"]) for r in built.collect()}

    return build


def test_who_stood_beside_each_other_once_is_left_out_and_who_shared_a_booking_stays_with_all_legs(legs: Build) -> None:
    """ann and bob book leg 1 together and stand beside each other on leg 2; eve stands beside ann once."""
    found = legs(
        """
        person_a_key | person_b_key | flight_leg_id | travelled_on | booking_key | apart_seconds
        ann          | bob          | 1             | 2025-12-01   | b1          |
        ann          | bob          | 2             | 2025-12-08   |             | 20
        ann          | eve          | 2             | 2025-12-08   |             | 40
        """,
        """
        person_key | flight_leg_id | travelled_on
        ann        | 1             | 2025-12-01
        bob        | 1             | 2025-12-01
        ann        | 2             | 2025-12-08
        bob        | 2             | 2025-12-08
        eve        | 2             | 2025-12-08
        """,
    )

    assert found == {("ann", "bob", "1", False), ("ann", "bob", "2", False)}


def test_two_who_travel_on_three_days_each_may_be_a_pair_and_shared_legs_count_where_they_keep_apart(
    legs: Build,
) -> None:
    """ann, bob and eve take three legs; ann and bob stand together on the first, eve is on another third leg."""
    days = {"1": "2025-12-01", "2": "2025-12-02", "3": "2025-12-03", "4": "2025-12-04"}
    taken = {"ann": "123", "bob": "123", "eve": "124", "kim": "12"}
    journeys = [f"{name} | {leg} | {days[leg]}" for name, legs_taken in taken.items() for leg in legs_taken]
    found = legs(
        """
        person_a_key | person_b_key | flight_leg_id | travelled_on | apart_seconds
        ann          | bob          | 1             | 2025-12-01   | 20
        ann          | eve          | 1             | 2025-12-01   | 30
        ann          | kim          | 1             | 2025-12-01   | 40
        """,
        "\n".join(["person_key | flight_leg_id | travelled_on", *journeys]),
    )

    assert found == {
        ("ann", "eve", "1", False),
        *(("ann", "bob", leg, True) for leg in "123"),
    }
