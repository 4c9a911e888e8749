"""Findings of the border against a person."""

from collections.abc import Callable
from datetime import date

import pytest
from pyspark.sql import DataFrame

from lakehouse.declare import Table
from lakehouse.silver.inspections import Inspections
from lakehouse.silver.person_flags import PersonFlags
from lakehouse.silver.referrals import Referrals
from tests.drawn import filled

Draw = Callable[[type[Table], str], DataFrame]
Same = Callable[[DataFrame, type[Table], str], None]
Build = Callable[[str], DataFrame]


@pytest.fixture
def flags(rows: Draw) -> Build:
    """Flags as of 31 March 2025, from drawn inspections."""

    def build(drawing: str) -> DataFrame:
        drawn = filled(rows(Inspections, drawing), Inspections, class_of_admission="visa_exempt")
        cases = rows(
            Referrals,
            """
            referral_id | inspection_id | label         | referred_on
            R-8         | I-8           | confirmed     | 2025-01-07
            R-9         | I-9           | not_confirmed | 2025-01-08
            """,
        )
        return PersonFlags.build(drawn, cases, date(2025, 3, 31))

    return build


def test_refused_and_stopped_persons_are_flagged_from_the_first_time(flags: Build, same: Same) -> None:
    built = flags("""
        person_key | outcome  | inspected_on | inspected_at_utc    | referral_id
        ann        | refused  | 2025-02-01   | 2025-02-01 08:00:00 |
        ann        | refused  | 2025-01-01   | 2025-01-01 08:00:00 |
        bob        | stopped  | 2025-01-05   | 2025-01-05 08:00:00 | R-1
        cai        | departed | 2025-01-05   | 2025-01-05 08:00:00 | R-2
                   | refused  | 2025-01-05   | 2025-01-05 08:00:00 |
    """)

    same(
        built,
        PersonFlags,
        """
        person_key | kind    | flagged_on | events_count
        ann        | refused | 2025-01-01 | 2
        bob        | stopped | 2025-01-05 | 1
        """,
    )


def test_a_stay_is_overstayed_from_the_day_after_its_last(flags: Build, same: Same) -> None:
    """Late departure, none at all, in time; a stop at exit is no departure; workers' permits are renewed inside."""
    built = flags("""
        person_key | outcome  | inspected_on | inspected_at_utc    | authorised_until | class_of_admission
        late       | admitted | 2025-01-01   | 2025-01-01 08:00:00 | 2025-01-30       | visa_exempt
        late       | departed | 2025-01-31   | 2025-01-31 08:00:00 |                  | visa_exempt
        gone       | admitted | 2025-01-01   | 2025-01-01 08:00:00 | 2025-03-30       | visa_exempt
        punctual   | admitted | 2025-01-01   | 2025-01-01 08:00:00 | 2025-01-30       | visa_exempt
        punctual   | departed | 2025-01-30   | 2025-01-30 08:00:00 |                  | visa_exempt
        present    | admitted | 2025-01-01   | 2025-01-01 08:00:00 | 2025-03-31       | visa_exempt
        held       | admitted | 2025-01-01   | 2025-01-01 08:00:00 | 2025-01-30       | visitor_visa
        held       | stopped  | 2025-01-20   | 2025-01-20 08:00:00 |                  | visitor_visa
        held       | departed | 2025-02-20   | 2025-02-20 08:00:00 |                  | visitor_visa
        worker     | admitted | 2025-01-01   | 2025-01-01 08:00:00 | 2025-01-30       | migrant_worker
    """)

    same(
        built,
        PersonFlags,
        """
        person_key | kind       | flagged_on
        late       | overstayed | 2025-01-31
        gone       | overstayed | 2025-03-31
        held       | overstayed | 2025-01-31
        held       | stopped    | 2025-01-20
        """,
    )


def test_a_confirmed_case_flags_who_was_admitted_and_one_that_was_not_confirmed_does_not(
    flags: Build, same: Same
) -> None:
    built = flags("""
        inspection_id | person_key | outcome  | inspected_on | inspected_at_utc    | referral_id
        I-8           | courier    | admitted | 2025-01-07   | 2025-01-07 08:00:00 | R-8
        I-9           | tourist    | admitted | 2025-01-08   | 2025-01-08 08:00:00 | R-9
    """)

    same(
        built,
        PersonFlags,
        """
        person_key | kind           | flagged_on | events_count
        courier    | confirmed_case | 2025-01-07 | 1
        """,
    )
