"""Restricted persons on the last seven days: what was known when each ended, and the chance of an attempt to leave."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from pyspark.sql import DataFrame

from lakehouse.declare import Table
from lakehouse.gold.exit_flight_risk_score import SCORED_DAYS, ExitFlightRiskScore
from lakehouse.silver.exit_restrictions import ExitRestrictions
from lakehouse.silver.flight_legs import FlightLegs
from lakehouse.silver.inspections import Inspections
from lakehouse.silver.manifests import Manifests
from lakehouse.silver.person_flags import PersonFlags
from tests.drawn import filled
from tests.served import flight_risk

Draw = Callable[[type[Table], str], DataFrame]
Same = Callable[[DataFrame, type[Table], str], None]
Build = Callable[..., DataFrame]

#: A day ends at 16:00 UTC in Taipei.
LEGS = """
    flight_leg_id          | pnrgov_received_at_utc
    CI100-TPE-NRT-20251221 | 2025-12-20 10:00:00
    BR198-TPE-NRT-20251222 | 2025-12-19 18:00:00
"""
BANS = """
    ban_id | person_key | document_key | restriction | reason   | issued_on  | valid_from | in_force_until
    B1     | A          | d1           | stop        | wanted   | 2025-11-20 | 2025-11-20 |
"""


@pytest.fixture
def scores(rows: Draw) -> Build:
    """Scores built from drawn tables as of 20 December; those not drawn are empty, but for two legs and one ban."""

    def build(inspections: str = "inspection_id", manifests: str = "passenger_id", flags: str = "person_key",
              bans: str = BANS, legs: str = LEGS, is_champion: bool = False) -> DataFrame:  # fmt: skip
        return ExitFlightRiskScore.build(
            filled(rows(ExitRestrictions, bans), ExitRestrictions, ordered_by="court"),
            filled(rows(Inspections, inspections), Inspections, direction="exit"),
            filled(rows(Manifests, manifests), Manifests, direction="exit", is_in_pnr=True, booking_lead_days=9),
            filled(rows(FlightLegs, legs), FlightLegs),
            filled(rows(PersonFlags, flags), PersonFlags),
            flight_risk(is_champion=is_champion),
            {"USA": date(2016, 9, 19), "TWN": date(2025, 12, 20)},
        )

    return build


def test_a_restricted_person_has_a_row_for_each_day_on_which_an_order_is_known_and_holds(
    scores: Build, same: Same
) -> None:
    """A has an order of the 15th beside the older, stricter one; B's is known from the 19th and ends with it; C's is
    over; D's begins later; whom E's is about nobody knows."""
    assert SCORED_DAYS == 7
    built = scores(
        bans="""
        ban_id | person_key | restriction | reason       | issued_on  | valid_from | in_force_until
        B1     | A          | stop        | wanted       | 2025-11-20 | 2025-11-20 |
        B2     | A          | notify      | tax_arrears  | 2025-12-15 | 2025-12-15 |
        B3     | B          | notify      | prosecution  | 2025-12-18 | 2025-12-18 | 2025-12-19
        B4     | C          | stop        | wanted       | 2025-11-01 | 2025-11-01 | 2025-12-13
        B5     | D          | stop        | conscription | 2025-12-01 | 2025-12-21 |
        B6     |            | stop        | wanted       | 2025-11-01 | 2025-11-01 |
        """
    )

    same(
        built,
        ExitFlightRiskScore,
        """
        person_key | scored_on  | restriction | reason      | restrictions_count | issued_days | reason_codes | is_abroad
        A          | 2025-12-14 | stop        | wanted      | 1                  | 24          | []           | false
        A          | 2025-12-15 | stop        | wanted      | 1                  | 25          | []           | false
        A          | 2025-12-16 | stop        | wanted      | 2                  | 26          | []           | false
        A          | 2025-12-17 | stop        | wanted      | 2                  | 27          | []           | false
        A          | 2025-12-18 | stop        | wanted      | 2                  | 28          | []           | false
        A          | 2025-12-19 | stop        | wanted      | 2                  | 29          | []           | false
        A          | 2025-12-20 | stop        | wanted      | 2                  | 30          | []           | false
        B          | 2025-12-19 | notify      | prosecution | 1                  | 1           | []           | false
        """,  # noqa: E501
    )


def test_bookings_and_attempts_count_from_when_their_records_came(scores: Build) -> None:
    """A was stopped on the 16th, by a record of 01:00 on the 17th in Taipei, and is booked for the 21st by a message of
    18:00 on the 20th. Of the booking for the 22nd the message of 02:00 on the 20th did not know. Log-odds are -3, 1
    more of who was stopped and 2 more of who is booked: .0474, .1192, .5."""
    built = scores(
        inspections="""
        inspection_id | person_key | document_key | inspected_on | inspected_at_utc    | recorded_at_utc     | outcome
        I1            | other      | d1           | 2025-12-16   | 2025-12-16 04:00:00 | 2025-12-16 17:00:00 | stopped
        """,
        manifests="""
        passenger_id | person_key | pnr_document_key | flight_leg_id          | flight_date | booked_at_utc
        1            | A          |                  | BR198-TPE-NRT-20251222 | 2025-12-22  | 2025-12-19 20:00:00
        2            | mistyped   | d1               | CI100-TPE-NRT-20251221 | 2025-12-21  | 2025-12-10 00:00:00
        """,
        is_champion=True,
    )

    shown = ("probability", "booking_lead_days", "stops_count", "stopped_days", "reason_codes", "flight_leg_id")
    told = {row["scored_on"].day: row for row in built.collect()}
    assert {day: tuple(told[day][name] for name in shown) for day in (16, 17, 19, 20)} == {
        16: (pytest.approx(0.0474, abs=1e-4), None, 0, None, [], None),
        17: (pytest.approx(0.1192, abs=1e-4), None, 1, 1, ["stopped_before"], None),
        19: (pytest.approx(0.1192, abs=1e-4), None, 1, 3, ["stopped_before"], None),
        20: (pytest.approx(0.5, abs=1e-4), 1, 1, 4, ["booking", "stopped_before"], "CI100-TPE-NRT-20251221"),
    }
    assert {(row["model_version_number"], row["is_approved"]) for row in told.values()} == {(5, True)}


def test_who_departed_is_abroad_until_an_entry_is_on_record(scores: Build, same: Same) -> None:
    built = scores(
        inspections="""
        inspection_id | person_key | inspected_on | inspected_at_utc    | recorded_at_utc     | direction | outcome
        I1            | A          | 2025-12-15   | 2025-12-15 04:00:00 | 2025-12-15 04:01:00 | exit      | departed
        I2            | A          | 2025-12-17   | 2025-12-17 04:00:00 | 2025-12-19 04:00:00 | entry     | admitted
        """
    )

    same(
        built.where("is_abroad"),
        ExitFlightRiskScore,
        """
        person_key | scored_on  | is_abroad
        A          | 2025-12-15 | true
        A          | 2025-12-16 | true
        A          | 2025-12-17 | true
        A          | 2025-12-18 | true
        """,
    )
