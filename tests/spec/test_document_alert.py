"""Alerts on documents: reports before and after, expiry, check digits, two persons, both sides of the border."""

from collections.abc import Callable
from typing import Any

import pytest
from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from lakehouse.declare import Table
from lakehouse.gold.document_alert import DocumentAlert
from lakehouse.silver.documents import Documents
from lakehouse.silver.inspections import Inspections

Draw = Callable[[type[Table], str], DataFrame]
Same = Callable[[DataFrame, type[Table], str], None]
Build = Callable[..., DataFrame]

#: What an inspection says where a drawing does not speak of it.
PLAIN: dict[str, Any] = {
    "inspected_on": "2025-12-10",
    "inspected_at_utc": "2025-12-10 04:00:00",
    "direction": "entry",
    "outcome": "admitted",
    "document_key": "D1",
    "person_key": "A",
    "expiry_date": "2030-01-01",
    "zone_format": "TD3",
    "wrong_check_digits": "[]",
}


@pytest.fixture
def alerts(rows: Draw) -> Build:
    """Alerts built from drawn inspections and documents; columns not drawn are plain."""

    def build(inspections: str, documents: str = "document_key | reports\nnone | []") -> DataFrame:
        drawn = rows(Inspections, inspections)
        kinds = {n: str(c.kind) for n, c in Inspections.columns().items() if n not in drawn.columns}
        filled = drawn.withColumns(
            {
                n: F.from_json(F.lit(PLAIN[n]), kind) if kind.startswith("array") and n in PLAIN
                else F.lit(PLAIN.get(n)).cast(kind)
                for n, kind in kinds.items()
            }
        )  # fmt: skip
        return DocumentAlert.build(filled, rows(Documents, documents))

    return build


def test_a_report_before_the_inspection_is_told_from_one_after_it(alerts: Build, same: Same) -> None:
    """Inspected at 04:00 of the 10th: D2's report was withdrawn before, D4 was lost later, D5 had been withdrawn."""
    built = alerts(
        """
        inspection_id | document_key
        before        | D1
        withdrawn     | D2
        after         | D3
        lost later    | D4
        false report  | D5
        """,
        """
        document_key | reports
        D1           | [{"reported_at_utc":"2025-12-09T04:00:00Z","report_kind":"stolen","lost_on":"2025-12-08"}]
        D2           | [{"reported_at_utc":"2025-12-01T04:00:00Z","report_kind":"lost","withdrawn_on":"2025-12-03"}]
        D3           | [{"reported_at_utc":"2025-12-11T04:00:00Z","report_kind":"stolen","lost_on":"2025-12-10"}]
        D4           | [{"reported_at_utc":"2025-12-13T04:00:00Z","report_kind":"lost","lost_on":"2025-12-12"}]
        D5           | [{"reported_at_utc":"2025-12-11T04:00:00Z","report_kind":"lost","lost_on":"2025-12-01","withdrawn_on":"2025-12-12"}]
        """,  # noqa: E501
    )

    same(
        built,
        DocumentAlert,
        """
        inspection_id | alert_kind      | report_kind | report_delay_hours
        before        | reported_before | stolen      | -24
        after         | reported_after  | stolen      | 24
        """,
    )


def test_a_document_is_good_on_its_last_day_and_a_zone_may_contradict_itself(alerts: Build, same: Same) -> None:
    built = alerts("""
        inspection_id | document_key | expiry_date | wrong_check_digits
        last day      | D1           | 2025-12-10  | []
        day after     | D2           | 2025-12-09  | []
        both          | D3           | 2025-12-01  | ["document_number"]
        unknown       | D4           |             | []
        no number     |              | 2025-12-01  | ["document_number"]
    """)

    same(
        built,
        DocumentAlert,
        """
        inspection_id | alert_kind        | expired_days
        day after     | expired           | 1
        both          | expired           | 9
        both          | check_digit_wrong |
        """,
    )


def test_one_document_of_two_persons_is_told_with_the_inspection_before_and_how_sure_it_is(
    alerts: Build, same: Same
) -> None:
    built = alerts("""
        inspection_id | document_key | person_key | inspected_at_utc    | zone_format | outcome
        first         | D1           | A          | 2025-12-01 04:00:00 | TD3         | refused
        other         | D1           | B          | 2025-12-02 04:00:00 | TD3         | refused
        same again    | D1           | B          | 2025-12-03 04:00:00 | TD3         | refused
        typed         | D2           | C          | 2025-12-01 04:00:00 |             | refused
        mistyped      | D2           | D          | 2025-12-02 04:00:00 | TD3         | refused
        nobody        | D2           |            | 2025-12-03 04:00:00 | TD3         | refused
    """)

    same(
        built,
        DocumentAlert,
        """
        inspection_id | alert_kind  | person_key | other_inspection_id | other_person_key | is_read_from_zone
        other         | two_persons | B          | first               | A                | true
        mistyped      | two_persons | D          | typed               | C                | false
        """,
    )


def test_a_document_that_enters_twice_sooner_than_any_journey_takes_is_on_both_sides(alerts: Build, same: Same) -> None:
    """Refused between, it did not cross; two hours later it may have been abroad, with an exit that has no record."""
    built = alerts("""
        inspection_id | document_key | direction | outcome  | inspected_at_utc
        in            | D1           | entry     | admitted | 2025-12-01 04:00:00
        refused       | D1           | entry     | refused  | 2025-12-01 04:30:00
        in again      | D1           | entry     | admitted | 2025-12-01 05:59:00
        out           | D1           | exit      | departed | 2025-12-01 06:30:00
        in late       | D2           | entry     | admitted | 2025-12-01 04:00:00
        in later      | D2           | entry     | admitted | 2025-12-01 06:00:00
    """)

    same(
        built,
        DocumentAlert,
        """
        inspection_id | alert_kind | other_inspection_id
        in again      | both_sides | in
        """,
    )
