"""Refusals of entry by nationality, port, reason and month."""

from collections.abc import Callable

import pytest
from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from lakehouse.declare import Table
from lakehouse.gold.refusal_of_entry import RefusalOfEntry
from lakehouse.silver.inspections import Inspections

Draw = Callable[[type[Table], str], DataFrame]
Same = Callable[[DataFrame, type[Table], str], None]
Build = Callable[[str], DataFrame]

#: What an inspection says where a drawing does not speak of it.
PLAIN = {
    "port_code": "TWTPE",
    "nationality": "JPN",
    "direction": "entry",
    "inspected_on": "2025-12-01",
    "class_of_admission": "visa_exempt",
}


@pytest.fixture
def refusals(rows: Draw) -> Build:
    """Refusals built from drawn inspections; columns not drawn are plain."""

    def build(drawing: str) -> DataFrame:
        drawn = rows(Inspections, drawing)
        kinds = {n: str(c.kind) for n, c in Inspections.columns().items() if n not in drawn.columns}
        return RefusalOfEntry.build(drawn.withColumns({n: F.lit(PLAIN.get(n)).cast(k) for n, k in kinds.items()}))

    return build


def test_refusals_are_counted_by_reason_and_rated_over_all_entries_inspected(refusals: Build, same: Same) -> None:
    """10 and 30 of 1,000: 1,000 and 3,000 for each 100,000. Exits and citizens belong to neither."""
    built = refusals("""
        nationality | direction | outcome  | refusal_reason | inspected_on | class_of_admission
        JPN         | entry     | refused  | E              | 2025-12-01   | visa_exempt        | x10
        JPN         | entry     | refused  | C              | 2025-12-31   | visa_exempt        | x30
        JPN         | entry     | admitted |                | 2025-12-15   | visa_exempt        | x960
        JPN         | entry     | admitted |                | 2025-11-30   | visa_exempt        | x50
        JPN         | exit      | departed |                | 2025-12-15   | visa_exempt        | x50
        TWN         | entry     | admitted |                | 2025-12-15   | citizen            | x50
    """)

    same(
        built,
        RefusalOfEntry,
        """
        border_state | port_code | nationality | refusal_reason | month_start_date | cells_count | refusals_count | inspected_count | refused_per_100_000
        TWN          | TWTPE     | JPN         | E              | 2025-12-01       | 1           | 10             | 1000            | 1000
        TWN          | TWTPE     | JPN         | C              | 2025-12-01       | 1           | 30             | 1000            | 3000
        """,  # noqa: E501
    )


def test_thin_nationalities_are_put_together_and_a_thin_month_is_not_shown(refusals: Build, same: Same) -> None:
    built = refusals("""
        nationality | outcome  | refusal_reason | inspected_on
        JPN         | refused  | E              | 2025-12-01   | x6
        KOR         | refused  | E              | 2025-12-01   | x5
        USA         | refused  | E              | 2025-12-01   | x12
        KOR         | admitted |                | 2025-12-01   | x95
        JPN         | refused  |                | 2025-11-01   | x9
    """)

    same(
        built,
        RefusalOfEntry,
        """
        nationality | refusal_reason | month_start_date | cells_count | refusals_count | inspected_count
        withheld    | E              | 2025-12-01       | 2           | 11             | 106
        USA         | E              | 2025-12-01       | 1           | 12             | 12
        withheld    | not_recorded   | 2025-11-01       | 1           |                |
        """,
    )
