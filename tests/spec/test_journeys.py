"""Journeys on flight legs, and what bounds the pairs made of them."""

from collections.abc import Callable

import pytest
from pyspark.sql import DataFrame

from lakehouse.declare import Table
from lakehouse.silver.inspections import Inspections
from lakehouse.silver.journeys import Journeys
from lakehouse.silver.manifests import Manifests
from tests.drawn import filled

Draw = Callable[[type[Table], str], DataFrame]
Same = Callable[[DataFrame, type[Table], str], None]
Build = Callable[[str, str], DataFrame]

LEG, BACK = "CI100-NRT-TPE-20251201", "CI101-TPE-NRT-20251208"


@pytest.fixture
def journeys(rows: Draw) -> Build:
    """Journeys built from drawn manifests and inspections; ``LEG`` is an entry, no one is crew."""

    def build(announced: str, inspected: str) -> DataFrame:
        manifests = filled(
            rows(Manifests, announced), Manifests, is_crew=False, flight_date="2025-12-01", direction="entry"
        )
        inspections = filled(
            rows(Inspections, inspected),
            Inspections,
            lane="counter",
            purpose="pleasure",
            inspected_on="2025-12-01",
            direction="entry",
            port_code="TWTPE",
        )
        return Journeys.build(manifests, inspections)

    return build


def test_a_manifest_and_an_inspection_of_a_person_on_a_leg_are_one_journey(journeys: Build, same: Same) -> None:
    built = journeys(
        f"""
        person_key | flight_leg_id | booking_key | agency_code | phone_key
        ann        | {LEG}         | b1          | 34300001    | p1
        bob        | {LEG}         | b1          | 34300001    | p1
        cai        | {LEG}         |             |             |
                   | {LEG}         | b1          |             |
        """,
        f"""
        person_key | flight_leg_id | inspection_id | inspected_at_utc    | phone_key | sponsor_key
        ann        | {LEG}         | I-2           | 2025-12-01 08:09:00 | p8        | s1
        ann        | {LEG}         | I-1           | 2025-12-01 08:00:00 | p9        | s1
        dan        | {LEG}         | I-3           | 2025-12-01 09:00:00 |           |
        eve        |               | I-4           | 2025-12-01 09:00:00 |           |
        """,
    )

    same(
        built,
        Journeys,
        f"""
        person_key | flight_leg_id | route   | travelled_on | is_announced | inspection_id | booking_key | party_persons_count | agency_code | booking_phone_key | card_phone_key | sponsor_key
        ann        | {LEG}         | NRT-TPE | 2025-12-01   | true         | I-1           | b1          | 2                   | 34300001    | p1                | p8             | s1
        bob        | {LEG}         | NRT-TPE | 2025-12-01   | true         |               | b1          | 2                   | 34300001    | p1                |                |
        cai        | {LEG}         | NRT-TPE | 2025-12-01   | true         |               |             |                     |             |                   |                |
        dan        | {LEG}         | NRT-TPE | 2025-12-01   | false        | I-3           |             |                     |             |                   |                |
        """,  # noqa: E501
    )


def test_crew_make_no_journeys(journeys: Build) -> None:
    built = journeys(
        f"""
        person_key | flight_leg_id | is_crew
        ann        | {LEG}         | true
        bob        | {LEG}         | false
        """,
        f"""
        person_key | flight_leg_id | lane | purpose | inspection_id | inspected_at_utc
        cai        | {LEG}         | crew | other   | I-1           | 2025-12-01 08:00:00
        dan        | {LEG}         | counter | crew | I-2           | 2025-12-01 08:00:00
        """,
    )

    assert [row["person_key"] for row in built.collect()] == ["bob"]


def test_the_next_six_within_three_minutes_stand_beside_a_person_and_the_others_are_counted(
    journeys: Build, same: Same
) -> None:
    """Eight in one second: seven stand after the first, and one is too many; 180 seconds later counts, 181 not."""
    crowd = "\n".join(f"        p{n} | {LEG} | I-{n} | 2025-12-01 08:00:00 | TWTPE" for n in range(8))
    built = journeys(
        "person_key | flight_leg_id",
        f"""
        person_key | flight_leg_id | inspection_id | inspected_at_utc | port_code
{crowd}
        q0 | {LEG} | I-20 | 2025-12-01 09:00:00 | TWTPE
        q1 | {LEG} | I-21 | 2025-12-01 09:03:00 | TWTPE
        q2 | {LEG} | I-22 | 2025-12-01 09:06:01 | TWTPE
        q3 | {LEG} | I-23 | 2025-12-01 09:06:01 | TWKHH
        q4 | {BACK} | I-24 | 2025-12-01 09:06:01 | TWTPE
        """,
    )

    same(
        built,
        Journeys,
        """
        person_key | beside_count | beside_left_out_count
        p0         | 6            | 1
        p1         | 6            | 0
        p2         | 5            | 0
        p3         | 4            | 0
        p4         | 3            | 0
        p5         | 2            | 0
        p6         | 1            | 0
        p7         | 0            | 0
        q0         | 1            | 0
        q1         | 0            | 0
        q2         | 0            | 0
        q3         | 0            | 0
        q4         | 0            | 0
        """,
    )
