"""Membership of communities, month by month."""

from collections.abc import Callable
from datetime import date
from itertools import combinations

import pytest
from pyspark.sql import DataFrame

import lakehouse.silver.travel_communities as module
from lakehouse.declare import Table
from lakehouse.silver.companions import Companions
from lakehouse.silver.journeys import Journeys
from lakehouse.silver.pair_legs import PairLegs
from lakehouse.silver.travel_communities import TravelCommunities
from tests.drawn import filled

Draw = Callable[[type[Table], str], DataFrame]
Build = Callable[..., DataFrame]
Bookings = list[tuple[str, str]]


@pytest.fixture
def members(rows: Draw) -> Build:
    """Members from bookings: the day, and the persons, a letter each, who travelled on one booking."""

    def build(bookings: Bookings, as_of: date) -> DataFrame:
        pairs = [
            f"{a} | {b} | {on} | b{n} | leg{n}" for n, (on, who) in enumerate(bookings) for a, b in combinations(who, 2)
        ]
        head = "person_a_key | person_b_key | travelled_on | booking_key | flight_leg_id"
        companions = filled(rows(Companions, "\n".join([head, *pairs])), Companions, direction="entry", route="NRT-TPE")
        journeys = filled(rows(Journeys, "person_key | route\na | NRT-TPE"), Journeys, beside_count=0)
        return TravelCommunities.build(PairLegs.build(companions, journeys), journeys, as_of)

    return build


def _by_month(built: DataFrame) -> dict[str, dict[str, str]]:
    """Persons of each community in each month, communities named in the order of their founding."""
    found = built.orderBy("founded_month_date", "month_start_date", "person_key").collect()
    names: dict[str, str] = {}
    months: dict[str, dict[str, str]] = {}
    for row in found:
        name = names.setdefault(row["community_id"], f"community {len(names) + 1}")
        month = months.setdefault(f"{row['month_start_date']:%Y-%m}", {})
        month[name] = month.get(name, "") + row["person_key"]
    return months


def test_a_community_keeps_its_identity_while_members_come_and_go(members: Build) -> None:
    """d joins in February; a travelled once and is forgotten after twelve months, the others travel again."""
    built = members([("2024-01-10", "abc"), ("2024-02-10", "bcd"), ("2024-12-20", "bcd")], date(2025, 2, 20))

    months = _by_month(built)
    assert months.pop("2024-01") == {"community 1": "abc"}
    assert months.pop("2025-01") == {"community 1": "bcd"}
    assert months.pop("2025-02") == {"community 1": "bcd"}
    assert set(map(str, months.values())) == {"{'community 1': 'abcd'}"}
    assert len(months) == 11


def test_of_two_communities_that_merge_the_one_with_most_in_common_goes_on(members: Build) -> None:
    built = members([("2025-01-10", "abcde"), ("2025-01-11", "xyz"), ("2025-02-10", "abcdexyz")], date(2025, 2, 28))

    before, after = _by_month(built)["2025-01"], _by_month(built)["2025-02"]
    [name] = [name for name, persons in before.items() if persons == "abcde"]
    assert after == {name: "abcdexyz"}


def test_a_pair_is_not_known_before_its_journey_nor_after_the_day_of_judgement(members: Build) -> None:
    built = members([("2025-01-10", "abc"), ("2025-03-10", "xyz")], date(2025, 2, 10))

    assert _by_month(built) == {"2025-01": {"community 1": "abc"}, "2025-02": {"community 1": "abc"}}


def test_edges_over_the_most_are_left_out_and_counted(members: Build, monkeypatch: pytest.MonkeyPatch) -> None:
    """Those with fewest legs together go: abc travelled twice."""
    monkeypatch.setattr(module, "MOST_EDGES", 3)
    built = members([("2025-01-10", "abc"), ("2025-01-20", "abc"), ("2025-01-11", "xyz")], date(2025, 1, 31))

    assert {(r["person_key"], r["left_out_edges_count"]) for r in built.collect()} == {("a", 3), ("b", 3), ("c", 3)}
