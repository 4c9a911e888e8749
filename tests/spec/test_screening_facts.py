"""Facts as they were known when an inspection began, and no later."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from pyspark.sql import DataFrame

from lakehouse.booking_facts import agencies_by_day, cards_by_day
from lakehouse.declare import Table
from lakehouse.silver.absconding import Absconding
from lakehouse.silver.document_reports import DocumentReports
from lakehouse.silver.exit_restrictions import ExitRestrictions
from lakehouse.silver.flight_legs import FlightLegs
from lakehouse.silver.inspections import Inspections
from lakehouse.silver.journeys import Journeys
from lakehouse.silver.manifests import Manifests
from lakehouse.silver.person_flags import PersonFlags
from lakehouse.silver.screening_facts import ScreeningFacts
from tests.drawn import filled

Draw = Callable[[type[Table], str], DataFrame]
Same = Callable[[DataFrame, type[Table], str], None]
Build = Callable[..., DataFrame]
LEG = "CI100-NRT-TPE-20251210"


@pytest.fixture
def known(rows: Draw) -> Build:
    """Facts from drawn tables; those that are not drawn are empty, and inspections plain entries."""

    def build(inspections: str, **drawn: str) -> DataFrame:
        def table(name: str, of: type[Table], **plain: Any) -> DataFrame:
            return filled(rows(of, drawn.get(name, of.key[0])), of, **plain)

        seen = filled(rows(Inspections, inspections), Inspections, direction="entry", outcome="admitted",
                      class_of_admission="visa_exempt", zone_format="TD3")  # fmt: skip
        return ScreeningFacts.build(
            seen.selectExpr(*(
                f"coalesce({name}, array()) AS {name}" if str(column.kind) == "array<string>" else name
                for name, column in Inspections.columns().items()
            )),
            table("reports", DocumentReports),
            table("flags", PersonFlags),
            table("restrictions", ExitRestrictions),
            table("absences", Absconding),
            table("manifests", Manifests),
            table("legs", FlightLegs),
            table("journeys", Journeys),
        )  # fmt: skip

    return build


def test_findings_count_from_the_day_after_they_were_made(known: Build, same: Same) -> None:
    built = known(
        """
        inspection_id | person_key | inspected_on
        I1            | p          | 2025-12-10
        I2            | p          | 2025-12-11
        I3            | q          | 2025-12-11
        """,
        flags="person_key | kind | flagged_on\np | refused | 2025-12-10\np | overstayed | 2025-12-01",
    )

    same(
        built,
        ScreeningFacts,
        """
        inspection_id | refused_before_days | overstayed_before_days | confirmed_before_days
        I1            |                     | 9                      |
        I2            | 1                   | 10                     |
        I3            |                     |                        |
        """,
    )


def test_a_report_counts_from_the_moment_it_was_written_until_it_is_withdrawn(known: Build, same: Same) -> None:
    built = known(
        """
        inspection_id | document_key | inspected_on | inspected_at_utc     | expiry_date
        I1            | d            | 2025-12-10   | 2025-12-10T08:59:59Z | 2025-12-10
        I2            | d            | 2025-12-10   | 2025-12-10T09:00:00Z | 2025-12-09
        I3            | d            | 2025-12-20   | 2025-12-20T09:00:00Z |
        """,
        reports=(
            "document_key | reports\n"
            'd | [{"reported_at_utc": "2025-12-10T09:00:00Z", "report_kind": "stolen", "withdrawn_on": "2025-12-20"}]'
        ),
    )

    same(
        built,
        ScreeningFacts,
        """
        inspection_id | reported_kind | expired_days
        I1            |               |
        I2            | stolen        | 1
        I3            |               |
        """,
    )


def test_restrictions_hold_at_exits_by_person_or_document_and_the_stricter_counts(known: Build, same: Same) -> None:
    built = known(
        """
        inspection_id | direction | person_key | document_key | inspected_on
        I1            | exit      | p          | d            | 2025-12-10
        I2            | exit      | x          | d            | 2025-12-10
        I3            | exit      | p          | y            | 2025-12-16
        I4            | entry     | p          | d            | 2025-12-10
        I5            | exit      | p          | y            | 2025-12-01
        """,
        restrictions="""
        ban_id | restriction | person_key | document_key | valid_from | in_force_until
        B1     | notify      | p          | d            | 2025-12-02 |
        B2     | stop        | p          |              | 2025-12-05 | 2025-12-15
        """,
    )

    same(
        built,
        ScreeningFacts,
        """
        inspection_id | restriction
        I1            | stop
        I2            | notify
        I3            | notify
        I4            |
        I5            |
        """,
    )


def test_an_absence_counts_while_it_is_open(known: Build, same: Same) -> None:
    built = known(
        """
        inspection_id | permit_key | document_key | inspected_on
        I1            | w          |              | 2025-12-10
        I2            |            | d            | 2025-12-06
        I3            | w          |              | 2025-12-05
        I4            | w          |              | 2025-12-13
        """,
        absences="report_id | permit_key | document_key | reported_on | ended_on\nA | w | d | 2025-12-05 | 2025-12-12",
    )

    same(
        built,
        ScreeningFacts,
        """
        inspection_id | missing_days
        I1            | 5
        I2            | 1
        I3            |
        I4            |
        """,
    )


def test_a_document_is_anothers_where_sound_zones_tell_two_persons(known: Build, same: Same) -> None:
    """After a zone with a wrong check digit, or none, a mistyped name explains another person."""
    built = known(
        """
        inspection_id | document_key | person_key | inspected_at_utc     | wrong_check_digits
        I1            | d            | p          | 2025-12-01T00:00:00Z | []
        I2            | d            | q          | 2025-12-02T00:00:00Z | []
        I3            | d            | q          | 2025-12-03T00:00:00Z | ["composite"]
        I4            | d            | p          | 2025-12-04T00:00:00Z | []
        I5            |              | q          | 2025-12-05T00:00:00Z | []
        """
    )

    assert {r["inspection_id"] for r in built.where("is_document_of_another").collect()} == {"I2"}


def test_admissions_without_a_visa_are_counted_over_180_days_before(known: Build, same: Same) -> None:
    built = known(
        """
        inspection_id | person_key | inspected_on | outcome  | class_of_admission
        I1            | p          | 2025-06-13   | admitted | visa_exempt
        I2            | p          | 2025-06-14   | admitted | visa_exempt
        I3            | p          | 2025-10-01   | refused  | visa_exempt
        I4            | p          | 2025-11-01   | admitted | resident
        I5            | p          | 2025-12-10   | admitted | visa_exempt
        I6            | p          | 2025-12-11   | admitted | visa_exempt
        """
    )

    counted = {row["inspection_id"]: row["exempt_entries_count"] for row in built.collect()}
    # 180 days before 10 and 11 December begin on 13 and 14 June.
    assert counted == {"I1": 0, "I2": 1, "I3": 2, "I4": 2, "I5": 2, "I6": 2}


def test_bookings_and_lists_count_once_their_first_message_had_come(known: Build, same: Same) -> None:
    built = known(
        f"""
        inspection_id | person_key | flight_leg_id | document_key | inspected_on | inspected_at_utc
        I1            | p          | {LEG}         | d            | 2025-12-10   | 2025-12-10T05:00:00Z
        I2            | q          | {LEG}         | e            | 2025-12-10   | 2025-12-10T01:00:00Z
        """,
        legs=f"flight_leg_id | paxlst_received_at_utc | pnrgov_received_at_utc\n"
        f"{LEG} | 2025-12-10T00:00:00Z | 2025-12-10T03:00:00Z",
        manifests=f"""
        passenger_id | person_key | flight_leg_id | api_document_key | nationality_differs | form_of_payment | booking_lead_days
        1            | p          | {LEG}         | other            | true                | cash            | 1
        2            | q          | {LEG}         | e                | true                | cash            | 1
        """,  # noqa: E501
        journeys=f"""
        person_key | flight_leg_id | travelled_on | party_persons_count | payment_key | booking_key | agency_code
        p          | {LEG}         | 2025-12-10   | 1                   | c           | b           | 34300001
        """,
    )

    same(
        built,
        ScreeningFacts,
        """
        inspection_id | form_of_payment | booking_lead_days | party_persons_count | card_parties_count | agency_persons_count | announced_differently
        I1            | cash            | 1                 | 1                   | 1                  | 0                    | ["document", "nationality"]
        I2            |                 |                   |                     |                    |                      | []
        """,  # noqa: E501
    )


def test_a_card_counts_parties_by_the_first_booking_that_it_paid_for(rows: Draw) -> None:
    """The couple p and q are one party though q books alone later; s comes with another booking on the 5th."""
    journeys = rows(
        Journeys,
        """
        person_key | booking_key | payment_key | travelled_on
        p          | b1          | c           | 2025-12-01
        q          | b1          | c           | 2025-12-01
        q          | b2          | c           | 2025-12-03
        s          | b3          | c           | 2025-12-05
        p          | b4          | c           | 2025-12-09
        """,
    )
    found = {str(row["travelled_on"])[-2:]: row["card_parties_count"] for row in cards_by_day(journeys).collect()}

    assert found == {"01": 1, "03": 1, "05": 2, "09": 2}


def test_an_agency_counts_travellers_and_the_flagged_until_the_day_before(rows: Draw) -> None:
    """p travels on the 1st and is flagged on the 3rd: known of the agency from the 4th on. Of all, 1 of 3 then."""
    journeys = rows(
        Journeys,
        """
        person_key | agency_code | travelled_on
        p          | A           | 2025-12-01
        q          | A           | 2025-12-03
        r          | B           | 2025-12-01
        q          | A           | 2025-12-04
        """,
    )
    flags = rows(PersonFlags, "person_key | kind | flagged_on\np | refused | 2025-12-03\nx | refused | 2025-12-01")
    names = ("agency_persons_count", "agency_flagged_count", "all_flagged_ratio")
    of_a = agencies_by_day(journeys, flags).where("agency_code = 'A'").collect()
    found = {str(row["travelled_on"])[-2:]: tuple(row[name] for name in names) for row in of_a}

    assert found["01"] == (0, 0, None)
    assert found["03"] == (1, 0, 0.0)
    assert found["04"] == (2, 1, pytest.approx(1 / 3))


def test_what_becomes_known_later_changes_no_fact(known: Build) -> None:
    """All tables once as of the 10th, once with what came after it."""
    inspections = f"""
        inspection_id | person_key | document_key | flight_leg_id | inspected_on | inspected_at_utc
        I1            | p          | d            | {LEG}         | 2025-12-10   | 2025-12-10T05:00:00Z
        """
    until = {
        "flags": "person_key | kind | flagged_on\np | refused | 2025-12-01",
        "journeys": "person_key | flight_leg_id | travelled_on | payment_key | booking_key | agency_code\n"
        f"p | {LEG} | 2025-12-10 | c | b | A\nq | {LEG} | 2025-12-09 | c | b2 | A",
        "legs": f"flight_leg_id | pnrgov_received_at_utc\n{LEG} | 2025-12-09T00:00:00Z",
        "manifests": f"passenger_id | person_key | flight_leg_id | form_of_payment\n1 | p | {LEG} | card",
        "reports": "document_key | reports\nd | []",
    }
    later = {
        **until,
        "flags": until["flags"] + "\np | overstayed | 2025-12-10\nq | refused | 2025-12-10",
        "journeys": until["journeys"] + "\nr | CI101-TPE-NRT-20251211 | 2025-12-11 | c | b3 | A",
        "reports": 'document_key | reports\nd | [{"reported_at_utc": "2025-12-10T06:00:00Z", "report_kind": "lost"}]',
        "restrictions": "ban_id | restriction | person_key | valid_from\nB | stop | p | 2025-12-11",
        "absences": "report_id | document_key | reported_on\nA | d | 2025-12-11",
    }
    more = inspections.rstrip() + f"\nI2 | q | d | {LEG} | 2025-12-11 | 2025-12-11T05:00:00Z"

    before = known(inspections, **until).where("inspection_id = 'I1'").collect()
    after = known(more, **later).where("inspection_id = 'I1'").collect()
    assert before == after
    assert before[0]["card_parties_count"] == 2
