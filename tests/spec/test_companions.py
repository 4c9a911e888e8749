"""Pairs on a flight leg: by booking or side by side, never by the flight alone."""

from collections.abc import Callable
from math import comb

import pytest
from pyspark.sql import DataFrame

from lakehouse.declare import Table
from lakehouse.silver.companions import Companions
from lakehouse.silver.journeys import Journeys
from tests.drawn import filled

Draw = Callable[[type[Table], str], DataFrame]
Same = Callable[[DataFrame, type[Table], str], None]
Build = Callable[[str], DataFrame]


@pytest.fixture
def companions(rows: Draw) -> Build:
    """Companions built from drawn journeys, all on one leg."""

    def build(drawing: str) -> DataFrame:
        drawn = filled(
            rows(Journeys, drawing),
            Journeys,
            flight_leg_id="CI100-NRT-TPE-20251201",
            route="NRT-TPE",
            travelled_on="2025-12-01",
            direction="entry",
            port_code="TWTPE",
        )
        return Companions.build(drawn)

    return build


def test_a_booking_and_the_queue_make_pairs_once(companions: Build, same: Same) -> None:
    built = companions("""
        person_key | booking_key | party_persons_count | inspected_at_utc
        ann        | b1          | 3                   | 2025-12-01 08:00:00
        bob        | b1          | 3                   | 2025-12-01 08:01:30
        cai        | b1          | 3                   |
        dan        |             |                     | 2025-12-01 08:04:31
        eve        | b2          | 1                   | 2025-12-01 08:07:31
    """)

    same(
        built,
        Companions,
        """
        person_a_key | person_b_key | booking_key | apart_seconds | travelled_on | route
        ann          | bob          | b1          | 90            | 2025-12-01   | NRT-TPE
        ann          | cai          | b1          |               | 2025-12-01   | NRT-TPE
        bob          | cai          | b1          |               | 2025-12-01   | NRT-TPE
        dan          | eve          |             | 180           | 2025-12-01   | NRT-TPE
        """,
    )


def test_another_port_or_leg_is_not_beside(companions: Build) -> None:
    built = companions("""
        person_key | port_code | flight_leg_id          | inspected_at_utc
        ann        | TWTPE     | CI100-NRT-TPE-20251201 | 2025-12-01 08:00:00
        bob        | TWKHH     | CI100-NRT-TPE-20251201 | 2025-12-01 08:00:10
        cai        | TWTPE     | BR198-NRT-TPE-20251201 | 2025-12-01 08:00:20
    """)

    assert built.isEmpty()


def test_a_tour_group_makes_no_pairs_by_its_booking(companions: Build) -> None:
    def party(size: int) -> str:
        lines = [f"p{n} | b1 | {size}" for n in range(size)]
        return "\n".join(["person_key | booking_key | party_persons_count", *lines])

    assert companions(party(9)).count() == comb(9, 2)
    assert companions(party(10)).isEmpty()


def test_a_full_flight_cleared_within_minutes_makes_hundreds_of_pairs_and_not_thousands(companions: Build) -> None:
    """150 in two minutes: each with the next six, fewer for the last six: 150 x 6 - (1 + ... + 6)."""
    lines = [f"p{n:03d} | 2025-12-01 08:0{n // 80}:{n % 60:02d}" for n in range(150)]

    assert companions("\n".join(["person_key | inspected_at_utc", *lines])).count() == 150 * 6 - 21
