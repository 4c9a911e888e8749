"""Who travels together, and who merely commutes on the same route."""

from collections.abc import Callable
from datetime import date, timedelta
from math import log, sqrt
from random import Random

import pytest
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F

from lakehouse.cotravel import poisson_score
from lakehouse.declare import Table
from lakehouse.gold.cotraveller_edge import CotravellerEdge
from lakehouse.shared_legs import left_out, shared_legs
from lakehouse.silver.companions import Companions
from lakehouse.silver.journeys import Journeys
from lakehouse.silver.pair_legs import PairLegs
from lakehouse.store import of_rows
from tests.drawn import filled

Draw = Callable[[type[Table], str], DataFrame]
Same = Callable[[DataFrame, type[Table], str], None]
Build = Callable[[str], DataFrame]

START = date(2025, 1, 1)
PLAIN = {"is_announced": True, "beside_left_out_count": 0, "port_code": "TWTPE", "beside_count": 0}


@pytest.fixture
def edges(rows: Draw) -> Build:
    """Edges built from drawn journeys by way of companions; legs are named by route and day."""

    def build(drawing: str) -> DataFrame:
        journeys = filled(rows(Journeys, drawing), Journeys, **PLAIN)
        leg = F.concat_ws("-", F.lit("CI100"), "route", F.date_format("travelled_on", "yyyyMMdd"))
        named = journeys.withColumns({"flight_leg_id": leg, "inspection_id": F.coalesce("inspection_id", F.lit("I"))})
        return CotravellerEdge.build(PairLegs.build(Companions.build(named), named), named)

    return build


def test_a_family_on_one_booking_out_and_back_makes_one_journey(edges: Build, same: Same) -> None:
    built = edges("""
        person_key | travelled_on | route   | direction | booking_key | party_persons_count
        ann        | 2025-12-01   | TPE-NRT | exit      | b1          | 2
        bob        | 2025-12-01   | TPE-NRT | exit      | b1          | 2
        ann        | 2025-12-08   | NRT-TPE | entry     | b1          | 2
        bob        | 2025-12-08   | NRT-TPE | entry     | b1          | 2
        ann        | 2026-02-01   | TPE-NRT | exit      | b2          | 2
        bob        | 2026-02-01   | TPE-NRT | exit      | b2          | 2
        eve        | 2026-02-01   | TPE-NRT | exit      | b3          | 1
    """)

    same(
        built,
        CotravellerEdge,
        """
        person_a_key | person_b_key | evidence | journeys_count | legs_count | entry_legs_count | exit_legs_count | shared_bookings_count | legs_beside_count | first_on   | last_on    | known_on
        ann          | bob          | booking  | 2              | 3          | 1                | 2               | 2                     | 0                 | 2025-12-01 | 2026-02-01 | 2025-12-01
        """,  # noqa: E501
    )


def _leg(day: int, *persons: tuple[str, int]) -> list[str]:
    """One leg a day on a route, of persons with the second of their inspection."""
    on = START + timedelta(days=day)
    return [
        f"{name} | {on} | HKG-TPE | entry | {on} 08:{at // 60:02d}:{at % 60:02d} | "
        f"{sum(at < other <= at + 180 for _, other in persons)}"
        for name, at in persons
    ]


def _drawn(journeys: list[str]) -> str:
    return "\n".join(["person_key | travelled_on | route | direction | inspected_at_utc | beside_count", *journeys])


def test_two_who_book_apart_and_always_stand_together_are_beyond_chance(edges: Build) -> None:
    """ann and bob take the same 6 of 60 daily legs, each with four strangers who stand apart.

    6 of 6 x 15 + 54 x 6 = 414 pairs of the route's legs stand side by side; by chance the two share
    6 x 6 / 60 = 0.6 legs, and stand together on 0.6 x 6 / 414 of them.
    """
    journeys: list[str] = []
    for day in range(60):
        strangers = [(f"s{day}{letter}", 600 + 600 * n) for n, letter in enumerate("abcd")]
        pair = [("ann", 0), ("bob", 30)] if day % 10 == 0 else []
        journeys += _leg(day, *pair, *strangers)
    [edge] = edges(_drawn(journeys)).collect()

    expected = 0.6 * 6 / 414
    assert (edge["person_a_key"], edge["person_b_key"], edge["evidence"]) == ("ann", "bob", "side_by_side")
    assert (edge["days_beside_count"], edge["known_on"]) == (6, START + timedelta(days=20))
    assert edge["expected_beside_count"] == pytest.approx(expected)
    assert edge["lift_ratio"] == pytest.approx(6 / expected)
    assert edge["beside_score"] == pytest.approx(sqrt(2 * (6 * log(6 / expected) - (6 - expected))))


def test_commuters_of_one_route_stand_together_by_chance_alone(edges: Build) -> None:
    """Six take each of 60 legs in changing order, 100 seconds apart: 5 of 15 pairs a leg, 20 of 60 legs expected."""
    order = Random(7)
    journeys: list[str] = []
    for day in range(60):
        names = [f"c{n}" for n in range(6)]
        order.shuffle(names)
        journeys += _leg(day, *((name, 100 * place) for place, name in enumerate(names)))
    built = edges(_drawn(journeys)).collect()

    assert len(built) == 15
    assert {edge["evidence"] for edge in built} == {"chance"}
    assert all(edge["days_beside_count"] > 8 for edge in built)
    assert all(edge["expected_beside_count"] == pytest.approx(20) for edge in built)
    assert all(edge["shared_journeys_count"] == 60 == pytest.approx(edge["expected_journeys_count"]) for edge in built)
    assert sum(edge["legs_beside_count"] for edge in built) == 15 * 20


def test_two_days_side_by_side_are_no_pair(edges: Build) -> None:
    journeys = [line for day in range(2) for line in _leg(day, ("ann", 0), ("bob", 30), (f"s{day}", 900))]

    assert edges(_drawn(journeys)).isEmpty()


def test_two_who_keep_apart_at_the_border_but_take_the_same_legs_are_beyond_chance(edges: Build) -> None:
    """ann and bob are on the same 4 of 60 daily legs, never side by side, each with four strangers.

    4 x 6 + 56 x 4 = 248 journeys; two of them are of one leg with a chance of (4 x 36 + 56 x 16) / 248^2, so that
    4 x 4 x 1040 / 61504 = 0.27 legs are shared by chance."""
    journeys: list[str] = []
    for day in range(60):
        strangers = [(f"s{day}{letter}", 600 + 600 * n) for n, letter in enumerate("abcd")]
        pair = [("ann", 0), ("bob", 3000)] if day % 15 == 0 else []
        journeys += _leg(day, *pair, *strangers)
    [edge] = edges(_drawn(journeys)).collect()

    expected = 16 * 1040 / 248**2
    assert (edge["person_a_key"], edge["person_b_key"], edge["evidence"]) == ("ann", "bob", "shared_legs")
    assert (edge["legs_beside_count"], edge["shared_journeys_count"], edge["journeys_count"]) == (0, 4, 4)
    assert edge["expected_journeys_count"] == pytest.approx(expected)
    assert edge["shared_score"] == pytest.approx(sqrt(2 * (4 * log(4 / expected) - (4 - expected))))
    assert edge["known_on"] == START + timedelta(days=30)


def test_two_days_on_one_leg_each_way_are_not_compared(edges: Build) -> None:
    """ann and bob share two legs in and two out, of three that each took in."""
    drawn = "person_key | travelled_on | route | direction"
    shared = [(f"2025-12-0{day}", way) for day, way in ((1, "HKG-TPE"), (2, "TPE-HKG"), (3, "HKG-TPE"), (4, "TPE-HKG"))]
    ways = {"HKG-TPE": "entry", "TPE-HKG": "exit"}
    lines = [f"{who} | {on} | {way} | {ways[way]}" for who in ("ann", "bob") for on, way in shared]
    alone = ["ann | 2025-12-05 | HKG-TPE | entry", "bob | 2025-12-06 | HKG-TPE | entry"]

    assert edges("\n".join([drawn, *lines, *alone])).isEmpty()


def test_of_those_who_travel_often_forty_a_leg_are_paired_the_rarest_first(rows: Draw) -> None:
    """41 on three legs: aaa, who is on a fourth as well, is left out of the three; 40 x 39 / 2 pairs on each remain."""
    names = ["aaa", *(f"p{n:02d}" for n in range(40))]
    lines = [f"{name} | 2025-12-0{day} | CI{day} | entry" for name in names for day in (1, 2, 3)]
    header = "person_key | travelled_on | flight_leg_id | direction"
    drawn = rows(
        Journeys, "\n".join([header, *lines, "aaa | 2025-12-04 | CI4 | entry", "one | 2025-12-01 | CI1 | entry"])
    )
    journeys = filled(drawn, Journeys, inspection_id="I", **PLAIN)
    legs = shared_legs(journeys).collect()

    assert len(legs) == 3 * 780
    assert all({leg["person_a_key"], leg["person_b_key"]}.isdisjoint({"aaa", "one"}) for leg in legs)
    assert left_out(journeys).collect()[0]["left_out_journeys_count"] == 3


def test_the_score_is_the_signed_root_of_the_deviance(spark: SparkSession) -> None:
    counts = of_rows(spark, [(0, 2.0), (2, 2.0), (6, 0.6)], "count bigint, expected double")
    scores = [row[0] for row in counts.select(poisson_score(F.col("count"), F.col("expected"))).collect()]

    assert scores == [pytest.approx(-2.0), 0.0, pytest.approx(sqrt(2 * (6 * log(10) - 5.4)))]
