"""Persons past their last day without an exit, with a declared priority and the facts last known."""

from collections.abc import Callable
from typing import Any

import pytest
from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from lakehouse.declare import Table
from lakehouse.gold.suspected_in_country_overstayer import SuspectedInCountryOverstayer
from lakehouse.gold.unmatched_entry_exit import UnmatchedEntryExit
from lakehouse.silver.absconding import Absconding
from lakehouse.silver.enforcements import Enforcements
from lakehouse.silver.inspections import Inspections
from lakehouse.silver.permits import Permits
from lakehouse.silver.referrals import Referrals
from lakehouse.silver.stays import Stays

Draw = Callable[[type[Table], str], DataFrame]
Same = Callable[[DataFrame, type[Table], str], None]
Build = Callable[..., DataFrame]

#: What a stay, an inspection and an unmatched crossing say where a drawing does not speak of it.
PLAIN: dict[str, Any] = {
    "border_state": "TWN",
    "as_of_date": "2025-12-20",
    "entered_on": "2025-06-01",
    "state": "suspected_in_country",
    "class_of_admission": "visa_exempt",
    "inspected_on": "2025-06-01",
    "port_code": "TWTPE",
    "missing_side": "exit",
    "probable_cause": "overstay",
}


@pytest.fixture
def overstayers(rows: Draw) -> Build:
    """The list built from drawn stays, inspections and causes; columns not drawn are plain."""

    def filled(table: type[Table], drawing: str) -> DataFrame:
        drawn = rows(table, drawing)
        kinds = {n: str(c.kind) for n, c in table.columns().items() if n not in drawn.columns}
        return drawn.withColumns({n: F.lit(PLAIN.get(n)).cast(kind) for n, kind in kinds.items()})

    def build(
        stays: str,
        inspections: str,
        causes: str | None = None,
        absences: str = "state\nfound",
        referrals: str = "disposition\nreleased",
        enforcements: str = "enforcement_kind\noverstayer_found",
        permits: str = "status\nissued",
    ) -> DataFrame:
        of_stays = filled(Stays, stays)
        unmatched = of_stays.where("state = 'suspected_in_country'").select("admission_id")
        plain = unmatched.withColumns({n: F.lit(PLAIN[n]) for n in ("missing_side", "probable_cause")})
        told = filled(UnmatchedEntryExit, causes) if causes else plain
        return SuspectedInCountryOverstayer.build(
            *(of_stays, filled(Inspections, inspections), told, filled(Absconding, absences)),
            *(filled(Referrals, referrals), filled(Enforcements, enforcements), filled(Permits, permits)),
        )

    return build


def test_priority_is_the_sum_of_declared_points(overstayers: Build, same: Same) -> None:
    """91 days over give 2, 8 days 1, 7 none; a worker 2, a referral 1."""
    built = overstayers(
        """
        admission_id | person_key | over_days | class_of_admission
        I-1          | A          | 91        | migrant_worker
        I-2          | B          | 90        | visa_exempt
        I-3          | C          | 7         | visa_exempt
        I-4          | D          | 8         | visitor_visa
        """,
        """
        inspection_id | person_key | referral_id
        I-1           | A          |
        I-2           | B          |
        I-3           | C          |
        I-4           | D          | R-1
        """,
    )

    same(
        built,
        SuspectedInCountryOverstayer,
        """
        person_key | as_of_date | over_days | priority | priority_points_number | priority_reasons             | referrals_count
        A          | 2025-12-20 | 91        | high     | 4                      | ["over_90_days","worker"]    | 0
        B          | 2025-12-20 | 90        | low      | 1                      | ["over_7_days"]              | 0
        C          | 2025-12-20 | 7         | low      | 0                      | []                           | 0
        D          | 2025-12-20 | 8         | medium   | 2                      | ["over_7_days","was_referred"] | 1
        """,  # noqa: E501
    )


def test_only_the_newest_stay_counts_and_earlier_late_departures_are_points(overstayers: Build, same: Same) -> None:
    built = overstayers(
        """
        admission_id | person_key | entered_on | state                | over_days
        I-1          | A          | 2024-01-01 | departed_late        | 3
        I-2          | A          | 2025-06-01 | suspected_in_country | 100
        I-3          | B          | 2024-01-01 | suspected_in_country | 300
        I-4          | B          | 2025-06-01 | departed_in_time     |
        """,
        """
        inspection_id | person_key
        I-2           | A
        I-4           | B
        """,
    )

    same(
        built,
        SuspectedInCountryOverstayer,
        """
        person_key | admission_id | overstays_before_count | priority | priority_reasons
        A          | I-2          | 1                      | high     | ["over_90_days","overstayed_before"]
        """,
    )


def test_facts_are_those_last_known_and_a_likelier_fault_of_records_is_checked_first(
    overstayers: Build, same: Same
) -> None:
    built = overstayers(
        """
        admission_id | person_key | over_days
        I-1          | A          | 100
        """,
        """
        inspection_id | person_key | inspected_on | inspected_at_utc    | port_code | address_region | sponsor_key
        I-0           | A          | 2025-05-01   | 2025-05-01 00:00:00 | TWKHH     | 高雄市         | S0
        I-1           | A          | 2025-06-01   | 2025-06-01 00:00:00 | TWTPE     | 台北市         | S1
        """,
        """
        admission_id | probable_cause
        I-1          | person_key_split
        """,
    )

    same(
        built,
        SuspectedInCountryOverstayer,
        """
        person_key | last_inspected_on | last_port_code | address_region | sponsor_key | priority      | probable_cause
        A          | 2025-06-01        | TWTPE          | 台北市         | S1          | check_records | person_key_split
        """,  # noqa: E501
    )


def test_records_of_other_borders_tell_of_no_person(overstayers: Build) -> None:
    built = overstayers(
        """
        admission_id | person_key | over_days | border_state
        I-1          | A          | 100       | USA
        """,
        """
        inspection_id | person_key
        I-1           | A
        """,
    )

    assert built.isEmpty()


def test_an_absence_that_has_not_ended_is_an_open_case_of_who_holds_the_permit(overstayers: Build, same: Same) -> None:
    built = overstayers(
        """
        admission_id | person_key | over_days | class_of_admission
        I-1          | A          | 5         | migrant_worker
        I-2          | B          | 5         | migrant_worker
        """,
        """
        inspection_id | person_key | permit_key
        I-1           | A          | P1
        I-2           | B          | P2
        """,
        None,
        """
        report_id | permit_key | state
        M-1       | P1         | open
        M-2       | P2         | surrendered
        """,
    )

    same(
        built,
        SuspectedInCountryOverstayer,
        """
        person_key | open_cases_count | priority | priority_reasons
        A          | 1                | high     | ["worker","open_case"]
        B          | 0                | medium   | ["worker"]
        """,
    )


def test_who_was_arrested_handed_over_or_removed_since_the_entry_is_not_looked_for(overstayers: Build) -> None:
    """Entered on 1 June, judged on 20 December: D and J were arrested outside of that, C released, H only found."""
    built = overstayers(
        "\n".join(["admission_id | person_key | over_days", *(f"I-{who} | {who} | 30" for who in "ABCDEFGHJ")]),
        """
        inspection_id | person_key | document_key | permit_key
        I-A           | A          | DA           |
        I-B           | B          | DB           |
        X-B           | B          | DB           |
        I-C           | C          | DC           |
        I-D           | D          | DD           |
        X-D           | D          | DD           |
        I-E           | E          | DE           |
        I-F           | F          | DF           | PF
        I-G           | G          | DG           |
        I-H           | H          | DH           |
        I-J           | J          | DJ           |
        """,
        None,
        "state\nfound",
        """
        inspection_id | disposition | referred_on
        I-A           | arrested    | 2025-06-01
        X-B           | handed_over | 2025-08-01
        I-C           | released    | 2025-06-01
        X-D           | arrested    | 2025-05-31
        """,
        """
        event_id | enforcement_kind   | document_key | permit_key | happened_on
        1        | smuggling_arrest   | DE           |            | 2025-06-01
        2        | removal            |              | PF         | 2025-12-20
        3        | exit_stopped       | DG           |            | 2025-09-01
        4        | overstayer_found   | DH           |            | 2025-09-01
        5        | trafficking_arrest | DJ           |            | 2025-12-21
        """,
    )

    assert {row["person_key"] for row in built.collect()} == {"C", "D", "H", "J"}


def test_a_stay_extended_since_the_entry_is_no_overstay_while_the_permit_holds(overstayers: Build) -> None:
    """Entered on 1 June, judged on 20 December. C's visa was only issued, D's extended before the entry, E's ran out.

    A's was extended at 00:30 of 1 June in Taipei, which is still May in UTC.
    """
    built = overstayers(
        "\n".join(["admission_id | person_key | over_days", *(f"I-{who} | {who} | 30" for who in "ABCDE")]),
        "\n".join(["inspection_id | person_key | document_key", *(f"I-{who} | {who} | D{who}" for who in "ABCDE")]),
        permits="""
        permit_key | person_key | document_key | status   | changed_at_utc      | valid_until
        1          | A          | DX           | extended | 2025-05-31 16:30:00 | 2025-12-20
        2          | X          | DB           | extended | 2025-08-01 03:00:00 | 2026-03-01
        3          | C          | DC           | issued   | 2025-06-01 03:00:00 | 2028-01-01
        4          | D          | DD           | extended | 2025-05-31 03:00:00 | 2028-01-01
        5          | E          | DE           | extended | 2025-08-01 03:00:00 | 2025-12-19
        """,
    )

    assert {row["person_key"] for row in built.collect()} == {"C", "D", "E"}
