"""Absences put together from their events."""

from collections.abc import Callable

import pytest
from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from lakehouse.bronze.absconding_reports import AbscondingReports
from lakehouse.compile.screening import good, screen
from lakehouse.declare import Table
from lakehouse.silver.absconding import Absconding

Draw = Callable[[type[Table], str], DataFrame]
Same = Callable[[DataFrame, type[Table], str], None]
Build = Callable[[str], DataFrame]

#: What an event says where a drawing does not speak of it.
PLAIN = {
    "report_id": "AR-1", "permit_number": "MW-1", "nationality": "VNM", "sex": "M", "sector": "manufacturing",
    "employer_id": "E-100", "county": "桃園市", "issuing_state": "VNM", "document_number": "C0000033",
    "source_sha256": "0", "source_line": 2, "ingested_at_utc": "2025-12-02 00:00:00",
}  # fmt: skip


@pytest.fixture
def absences(rows: Draw, drawn_keyring: DataFrame) -> Build:
    """Absences built from drawn events; columns not drawn are plain."""

    def build(drawing: str) -> DataFrame:
        drawn = rows(AbscondingReports, drawing)
        kinds = {n: str(c.kind) for n, c in AbscondingReports.columns().items() if n not in drawn.columns}
        plain = {n: F.lit(PLAIN.get(n)).cast(kind) for n, kind in kinds.items()}
        return Absconding.build(drawn.withColumns(plain), drawn_keyring)

    return build


def test_the_events_of_a_report_make_one_absence(absences: Build, same: Same) -> None:
    built = absences("""
        event_id | report_id | event       | happened_on | reported_at
        A-1      | found     | reported    | 2025-10-03  | 2025-10-06T09:00:00+08:00
        A-2      | found     | found       | 2025-12-01  | 2025-12-01T20:15:00+08:00
        A-3      | gave_up   | reported    | 2025-10-30  | 2025-11-02T23:00:00+08:00
        A-4      | gave_up   | surrendered | 2025-11-09  | 2025-11-09T10:00:00+08:00
        A-5      | mistake   | reported    | 2025-11-20  | 2025-11-24T08:00:00+08:00
        A-6      | mistake   | withdrawn   | 2025-11-26  | 2025-11-26T08:00:00+08:00
        A-7      | open      | reported    | 2025-11-28  | 2025-11-30T17:00:00+00:00
    """)
    same(
        built,
        Absconding,
        """
        report_id | absconded_on | reported_on | ended_on   | state       | ends_count
        found     | 2025-10-03   | 2025-10-06  | 2025-12-01 | found       | 1
        gave_up   | 2025-10-30   | 2025-11-02  | 2025-11-09 | surrendered | 1
        mistake   | 2025-11-20   | 2025-11-24  | 2025-11-26 | withdrawn   | 1
        open      | 2025-11-28   | 2025-12-01  |            | open        | 0
        """,
    )


def test_the_earliest_end_counts_and_the_others_are_counted(absences: Build, same: Same) -> None:
    built = absences("""
        event_id | event       | happened_on | reported_at
        A-3      | found       | 2025-12-02  | 2025-12-02T20:15:00+08:00
        A-1      | reported    | 2025-10-03  | 2025-10-06T09:00:00+08:00
        A-2      | surrendered | 2025-12-01  | 2025-12-03T20:15:00+08:00
        A-2      | surrendered | 2025-12-01  | 2025-12-03T20:15:00+08:00
    """)
    same(built, Absconding, "ended_on | state | ends_count | unread_events_count\n2025-12-01 | surrendered | 2 | 0")


def test_an_end_whose_report_is_not_on_file_keeps_its_row(absences: Build, same: Same) -> None:
    built = absences("""
        event_id | event | happened_on | reported_at
        A-1      | found | 2025-12-01  | 2025-12-01T20:15:00+08:00
    """)
    kept = good(screen(built, Absconding), Absconding)
    same(
        kept,
        Absconding,
        """
        absconded_on | reported_on | ended_on   | state | nationality
                     |             | 2025-12-01 | found | VNM
        """,
    )


def test_events_that_cannot_be_read_are_counted_and_a_day_is_taken_from_when_they_were_learnt(
    absences: Build, same: Same
) -> None:
    built = absences("""
        event_id | event     | happened_on | reported_at
        A-1      | reported  | 03.10.2025  | 2025-10-06T09:00:00+08:00
        A-2      | vanished  | 2025-10-07  | 2025-10-07T09:00:00+08:00
        A-3      |           | 2025-10-07  | 2025-10-07T09:00:00+08:00
        A-4      | found     |             |
    """)
    same(
        built,
        Absconding,
        """
        absconded_on | reported_on | ended_on | state | unread_events_count
        2025-10-06   | 2025-10-06  |          | open  | 3
        """,
    )


def test_an_absence_that_ends_before_it_begins_or_of_which_nothing_can_be_read_is_refused(absences: Build) -> None:
    built = absences("""
        event_id | report_id | event    | happened_on | reported_at
        A-1      | turned    | reported | 2025-10-03  | 2025-10-06T09:00:00+08:00
        A-2      | turned    | found    | 2025-10-01  | 2025-10-06T09:00:00+08:00
        A-3      | unread    | vanished | 2025-10-01  | 2025-10-06T09:00:00+08:00
    """)
    assert built.count() == 2
    assert good(screen(built, Absconding), Absconding).isEmpty()


def test_the_worker_is_as_the_report_says_and_keyed(absences: Build) -> None:
    (row,) = absences("""
        event_id | event    | happened_on | reported_at               | nationality | sector    | sex
        A-2      | found    | 2025-12-01  | 2025-12-01T09:00:00+08:00 | VNM         | fishing   | M
        A-1      | reported | 2025-10-03  | 2025-12-02T09:00:00+08:00 | idn         | gardening |
    """).collect()
    assert (row["nationality"], row["sector"], row["sex"]) == ("IDN", "not_recorded", "not_recorded")
    assert {len(row[key]) for key in ("permit_key", "document_key", "employer_key")} == {32}
