"""Departure attempts of restricted persons: what was to be done, how early it could be known, and what came of it."""

from collections.abc import Callable

import pytest
from pyspark.sql import DataFrame

from lakehouse.declare import Table
from lakehouse.gold.exit_control_match import ExitControlMatch
from lakehouse.silver.airports import Airports
from lakehouse.silver.exit_restrictions import ExitRestrictions
from lakehouse.silver.flight_legs import FlightLegs
from lakehouse.silver.inspections import Inspections
from lakehouse.silver.manifests import Manifests
from lakehouse.silver.watchlist_matches import WatchlistMatches
from tests.drawn import filled

Draw = Callable[[type[Table], str], DataFrame]
Same = Callable[[DataFrame, type[Table], str], None]
Build = Callable[..., DataFrame]

#: Departs at 10:00 UTC, 18:00 in Taipei; bookings come a day before, the list three hours.
LEG = """
    flight_leg_id          | border_state | direction | origin | etd_local           | pnrgov_received_at_utc | paxlst_received_at_utc
    CI100-TPE-NRT-20251220 | TWN          | exit      | TPE    | 2025-12-20 18:00:00 | 2025-12-19 10:00:00    | 2025-12-20 07:00:00
"""  # noqa: E501
BANS = """
    ban_id | restriction | issued_on  | valid_from | in_force_until | document_key
    B1     | stop        | 2025-11-01 | 2025-11-01 |                | d1
    B2     | notify      | 2025-11-01 | 2025-11-01 |                |
"""


@pytest.fixture
def attempts(rows: Draw) -> Build:
    """Attempts built from drawn tables; those not drawn are empty, but for one leg and two bans."""

    def build(inspections: str = "inspection_id\nnone", manifests: str = "passenger_id\nnone",
              matches: str = "person_key\nnone", bans: str = BANS, legs: str = LEG) -> DataFrame:  # fmt: skip
        return ExitControlMatch.build(
            filled(rows(Inspections, inspections), Inspections, direction="exit", inspected_on="2025-12-20",
                   flight_leg_id=None),
            filled(rows(Manifests, manifests), Manifests, direction="exit", flight_date="2025-12-20",
                   flight_leg_id="CI100-TPE-NRT-20251220"),
            filled(rows(FlightLegs, legs), FlightLegs),
            filled(rows(Airports, "iata_code\nnone"), Airports),
            filled(rows(ExitRestrictions, bans), ExitRestrictions),
            filled(rows(WatchlistMatches, matches), WatchlistMatches, list_name="exit_bans", is_same_person=False,
                   name_score=2.0, match_score=0.995),
        )  # fmt: skip

    return build


def test_the_lead_is_from_the_first_record_that_shows_the_person_to_departure(attempts: Build, same: Same) -> None:
    """A is in booking and list with the document of the ban; B in the list alone, by key; C meets the inspection."""
    built = attempts(
        """
        inspection_id | person_key | document_key | flight_leg_id          | inspected_at_utc    | outcome
        I-A           | A          | d1           | CI100-TPE-NRT-20251220 | 2025-12-20 08:00:00 | stopped
        I-B           | B          | d5           | CI100-TPE-NRT-20251220 | 2025-12-20 08:30:00 | departed
        I-C           | C          | d6           | CI100-TPE-NRT-20251220 | 2025-12-20 09:00:00 | departed
        """,
        """
        passenger_id | person_key | is_in_api | is_in_pnr | api_document_key | pnr_document_key
        1            | A          | true      | true      | d1               | d1
        2            | B          | true      | false     | d5               |
        """,
        """
        person_key | entry_id | is_same_person
        B          | B2       | true
        C          | B1       | false
        """,
    )

    same(
        built,
        ExitControlMatch,
        """
        attempt_id | person_key | ban_id | matched_by | decision | known_by   | lead_minutes | is_in_time | is_stopped
        I-A        | A          | B1     | document   | stop     | pnr        | 1440         | true       | true
        I-B        | B          | B2     | person     | notify   | api        | 180          | true       | false
        I-C        | C          | B1     | evidence   | review   | inspection | 60           | true       | false
        """,
    )


def test_a_restriction_counts_from_the_day_after_its_order_and_while_it_holds(attempts: Build, same: Same) -> None:
    """Midnight in Taipei is 16:00 UTC. Of bans issued the day before, the same day, later, and one that had ended."""
    manifests = """
        passenger_id | person_key | is_in_api | is_in_pnr | pnr_document_key | api_document_key
        1            | A          | true      | true      | d1               | d1
        2            | B          | true      | true      | d2               | d2
        3            | C          | true      | true      | d3               | d3
        4            | D          | true      | true      | d4               | d4
    """
    bans = """
        ban_id     | restriction | issued_on  | valid_from | in_force_until | document_key
        before     | stop        | 2025-12-19 | 2025-12-19 |                | d1
        same day   | stop        | 2025-12-20 | 2025-12-20 |                | d2
        later      | stop        | 2025-12-21 | 2025-12-21 |                | d3
        over       | stop        | 2025-01-01 | 2025-01-01 | 2025-12-19     | d4
    """
    built = attempts(manifests=manifests, bans=bans)

    same(
        built,
        ExitControlMatch,
        """
        ban_id   | person_key | possible_at_utc     | departs_at_utc      | lead_minutes | is_in_time | is_stopped
        before   | A          | 2025-12-19 16:00:00 | 2025-12-20 10:00:00 | 1080         | true       |
        same day | B          | 2025-12-20 16:00:00 | 2025-12-20 10:00:00 | -360         | false      |
        """,
    )


def test_a_stop_on_the_day_of_the_order_shows_that_it_was_known(attempts: Build, same: Same) -> None:
    built = attempts(
        """
        inspection_id | person_key | document_key | flight_leg_id          | inspected_at_utc    | outcome
        I-1           | A          | d1           | CI100-TPE-NRT-20251220 | 2025-12-20 08:00:00 | stopped
        I-2           | B          | d2           | CI100-TPE-NRT-20251220 | 2025-12-20 08:00:00 | departed
        """,
        bans="""
        ban_id | restriction | issued_on  | valid_from | document_key
        B1     | stop        | 2025-12-20 | 2025-12-20 | d1
        B2     | stop        | 2025-12-20 | 2025-12-20 | d2
        """,
    )

    same(
        built,
        ExitControlMatch,
        """
        attempt_id | known_by   | lead_minutes | is_in_time | is_stopped
        I-1        | inspection | 120          | true       | true
        I-2        | inspection | -360         | false      | false
        """,
    )


def test_announcement_and_inspection_of_one_document_are_one_attempt_and_the_strictest_ban_counts(
    attempts: Build, same: Same
) -> None:
    """The list misspells A; two bans hold for A, and the later one asks to stop."""
    built = attempts(
        """
        inspection_id | person_key | document_key | flight_leg_id          | inspected_at_utc    | outcome
        I-1           | A          | d1           | CI100-TPE-NRT-20251220 | 2025-12-20 08:00:00 | departed
        I-2           | A          | d1           | CI100-TPE-NRT-20251220 | 2025-12-20 08:40:00 | stopped
        """,
        """
        passenger_id | person_key | is_in_api | is_in_pnr | api_document_key
        1            | mistyped   | true      | false     | d1
        """,
        "person_key | entry_id | is_same_person\nA | B2 | true",
    )

    same(
        built,
        ExitControlMatch,
        """
        attempt_id | person_key | ban_id | restrictions_count | decision | known_by | lead_minutes | is_stopped
        I-2        | A          | B1     | 2                  | stop     | api      | 180          | true
        """,
    )


def test_where_the_booking_tells_another_person_only_its_document_counts(attempts: Build, same: Same) -> None:
    built = attempts(
        manifests="""
        passenger_id | person_key | is_in_api | is_in_pnr | name_differs | pnr_document_key
        1            | A          | true      | true      | true         | d8
        2            | B          | true      | true      | false        | d9
        """,
        matches="person_key | entry_id | is_same_person\nA | B2 | true\nB | B2 | true",
    )

    same(
        built,
        ExitControlMatch,
        """
        attempt_id                                   | person_key | known_by | lead_minutes
        announced/CI100-TPE-NRT-20251220/A           | A          | api      | 180
        announced/CI100-TPE-NRT-20251220/B           | B          | pnr      | 1440
        """,
    )


def test_before_a_ship_a_match_counts_at_the_inspection_and_has_no_lead(attempts: Build, same: Same) -> None:
    built = attempts(
        """
        inspection_id | person_key | document_key | inspected_at_utc    | outcome
        I-1           |            | d1           | 2025-12-20 08:00:00 | stopped
        """
    )

    same(
        built,
        ExitControlMatch,
        """
        attempt_id | person_key | decision | known_by   | lead_minutes | is_in_time | is_stopped
        I-1        |            | stop     | inspection |              | true       | true
        """,
    )
