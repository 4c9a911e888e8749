"""Entries and exits of a person are matched in the order of inspection, and nothing is guessed."""

from collections.abc import Callable
from datetime import date

import pytest
from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from lakehouse.declare import Table
from lakehouse.silver.crossings import Crossings
from lakehouse.silver.entry_exit_matches import EntryExitMatches

Draw = Callable[[type[Table], str], DataFrame]
Same = Callable[[DataFrame, type[Table], str], None]
Build = Callable[[str], DataFrame]

KNOWN_UNTIL = {"TWN": date(2025, 12, 31)}

#: What a crossing says where a drawing does not speak of it.
PLAIN = {"border_state": "TWN", "traveller_key": "D1", "class_of_admission": "visa_exempt"}


@pytest.fixture
def matches(rows: Draw) -> Build:
    """Matches built from drawn crossings, inspected at noon; columns not drawn are plain."""

    def build(drawing: str) -> DataFrame:
        drawn = rows(Crossings, drawing)
        noon = (F.col("crossed_on").cast("timestamp") + F.expr("interval 12 hours")).alias("inspected_at_utc")
        others = {n: c for n, c in Crossings.columns().items() if n not in (*drawn.columns, "inspected_at_utc")}
        filled = drawn.withColumns({n: F.lit(PLAIN.get(n)).cast(str(c.kind)) for n, c in others.items()})
        return EntryExitMatches.build(filled.select("*", noon), KNOWN_UNTIL)

    return build


def test_the_next_exit_with_the_same_document_ends_an_admission(matches: Build, same: Same) -> None:
    built = matches("""
        crossing_id | person_key | direction | crossed_on
        in 1        | A          | entry     | 2025-12-01
        out 1       | A          | exit      | 2025-12-05
        in 2        | A          | entry     | 2025-12-10
        of B        | B          | exit      | 2025-12-03
    """)

    same(
        built,
        EntryExitMatches,
        """
        crossing_id | direction | match_state    | exit_id | exited_on  | entered_again_on
        in 1        | entry     | matched        | out 1   | 2025-12-05 |
        in 2        | entry     | open           |         |            |
        of B        | exit      | before_records |         |            |
        """,
    )


def test_two_entries_in_a_row_lack_an_exit_and_two_exits_an_entry(matches: Build, same: Same) -> None:
    built = matches("""
        crossing_id | person_key | direction | crossed_on
        in 1        | A          | entry     | 2025-12-01
        in 2        | A          | entry     | 2025-12-10
        out 2       | A          | exit      | 2025-12-15
        out 3       | A          | exit      | 2025-12-20
    """)

    same(
        built,
        EntryExitMatches,
        """
        crossing_id | match_state   | exit_id | exited_on  | entered_again_on
        in 1        | exit_missing  |         |            | 2025-12-10
        in 2        | matched       | out 2   | 2025-12-15 |
        out 3       | entry_missing |         |            |
        """,
    )


def test_a_document_renewed_during_the_stay_ends_it_and_is_told(matches: Build, same: Same) -> None:
    built = matches("""
        crossing_id | person_key | traveller_key | direction | crossed_on
        in          | A          | D1            | entry     | 2025-12-01
        out         | A          | D2            | exit      | 2025-12-05
    """)

    same(
        built,
        EntryExitMatches,
        """
        crossing_id | match_state            | exit_id | exited_on
        in          | matched_other_document | out     | 2025-12-05
        """,
    )


def test_documents_that_interlace_under_one_person_are_matched_with_nothing(matches: Build, same: Same) -> None:
    """D1 enters, D2 enters, D1 leaves, D2 leaves: one person cannot, two of one name and birth can."""
    built = matches("""
        crossing_id | person_key | traveller_key | direction | crossed_on
        in 1        | A          | D1            | entry     | 2025-12-01
        in 2        | A          | D2            | entry     | 2025-12-02
        out 1       | A          | D1            | exit      | 2025-12-05
        out 2       | A          | D2            | exit      | 2025-12-06
    """)

    same(
        built,
        EntryExitMatches,
        """
        crossing_id | direction | match_state | exit_id | exited_on
        in 1        | entry     | ambiguous   |         |
        in 2        | entry     | ambiguous   |         |
        out 1       | exit      | ambiguous   |         |
        out 2       | exit      | ambiguous   |         |
        """,
    )


def test_a_person_without_a_key_is_known_by_the_document(matches: Build, same: Same) -> None:
    built = matches("""
        crossing_id | person_key | traveller_key | direction | crossed_on
        in          |            | D1            | entry     | 2025-12-01
        other       |            | D2            | exit      | 2025-12-02
        out         |            | D1            | exit      | 2025-12-05
    """)

    same(
        built,
        EntryExitMatches,
        """
        crossing_id | match_state    | exit_id
        in          | matched        | out
        other       | before_records |
        """,
    )


def test_citizens_other_borders_and_what_is_not_known_yet_are_left_out(matches: Build, same: Same) -> None:
    built = matches("""
        crossing_id | person_key | border_state | class_of_admission | direction | crossed_on
        citizen     | A          | TWN          | citizen            | entry     | 2025-12-01
        i94         | B          | USA          |                    | entry     | 2016-04-01
        in          | C          | TWN          | resident           | entry     | 2025-12-01
        next year   | C          | TWN          | resident           | exit      | 2026-01-01
    """)

    same(
        built,
        EntryExitMatches,
        """
        crossing_id | match_state
        in          | open
        """,
    )
