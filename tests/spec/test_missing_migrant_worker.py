"""Stocks and flows of missing workers, by nationality, sector and month."""

from collections.abc import Callable

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from lakehouse.declare import Table
from lakehouse.gold.missing_migrant_worker import MissingMigrantWorker
from lakehouse.silver.absconding import Absconding
from lakehouse.silver.permits import Permits

Draw = Callable[[type[Table], str], DataFrame]
Same = Callable[[DataFrame, type[Table], str], None]

ABSENCES = "nationality | sector | reported_on | ended_on | state"
PERMITS = "nationality | sector | permit_kind | valid_from | valid_until"
#: A permit that no drawing needs, so that there is a frame.
NO_PERMIT = "JPN | | professional | 2025-01-01 | 2027-01-01"


def build(rows: Draw, absences: str, permits: str = NO_PERMIT, landed_on: str = "2025-01-01") -> DataFrame:
    drawn = rows(Permits, f"{PERMITS}\n{permits.strip()}")
    landed = drawn.withColumn("source_delivery", F.lit(f"permits/{landed_on}/permits.csv.gz"))
    return MissingMigrantWorker.build(rows(Absconding, f"{ABSENCES}\n{absences.strip()}"), landed)


def test_the_stock_is_carried_from_month_to_month(rows: Draw, same: Same) -> None:
    """October: 20 new, 3 end in it. November: 17 stay, 5 new, 4 found. To 2 December: 18 stay, 1 new, 1 found."""
    built = build(
        rows,
        """
        VNM | manufacturing | 2025-10-06 |            | open        | x12
        VNM | manufacturing | 2025-10-31 | 2025-11-01 | found       | x4
        VNM | manufacturing | 2025-10-07 | 2025-10-20 | surrendered | x2
        VNM | manufacturing | 2025-10-08 | 2025-10-09 | withdrawn   | x1
        VNM | manufacturing | 2025-10-09 | 2025-12-01 | found       | x1
        VNM | manufacturing | 2025-11-30 |            | open        | x5
        VNM | manufacturing | 2025-12-02 |            | open        | x1
        """,
    )
    same(
        built,
        MissingMigrantWorker,
        """
        month_start_date | counted_until | missing_count | stock_start_count | new_count | found_count | surrendered_count | withdrawn_count | stock_end_count
        2025-10-01       | 2025-10-31    | 20            | 0                 | 20        | 0           | 2                 | 1               | 17
        2025-11-01       | 2025-11-30    | 22            | 17                | 5         | 4           | 0                 | 0               | 18
        2025-12-01       | 2025-12-02    | 19            | 18                | 1         | 1           | 0                 | 0               | 18
        """,  # noqa: E501
    )


def test_new_ones_stand_over_the_permits_in_force_on_the_last_day_counted(rows: Draw, same: Same) -> None:
    """12 over 400 permits are 30 in a thousand; those ended, not begun, of other kinds and sectors do not count."""
    built = build(
        rows,
        """
        IDN | care_home | 2025-10-06 | | open | x12
        IDN | fishing   | 2025-10-31 | | open | x10
        """,
        """
        IDN | care_home     | migrant_worker | 2024-01-01 | 2025-10-31 | x300
        IDN | care_home     | migrant_worker | 2025-10-31 |            | x100
        IDN | care_home     | migrant_worker | 2023-01-01 | 2025-10-30 | x50
        IDN | care_home     | migrant_worker | 2025-11-01 | 2028-10-31 | x60
        VNM | care_home     | migrant_worker | 2024-01-01 | 2026-10-31 | x70
        IDN |               | student        | 2024-01-01 | 2026-10-31 | x80
        """,
    )
    same(
        built,
        MissingMigrantWorker,
        """
        nationality | sector    | new_count | permits_in_force_count | new_per_thousand
        IDN         | care_home | 12        | 400                    | 30
        IDN         | fishing   | 10        | 0                      |
        """,
    )


def test_months_before_the_first_permits_were_landed_have_no_rate(rows: Draw, same: Same) -> None:
    built = build(
        rows,
        """
        IDN | care_home | 2025-09-06 |            | open  | x12
        IDN | care_home | 2025-10-31 |            | open  | x10
        """,
        "IDN | care_home | migrant_worker | 2024-01-01 | 2026-10-31 | x400",
        landed_on="2025-10-01",
    )
    same(
        built,
        MissingMigrantWorker,
        """
        month_start_date | new_count | permits_in_force_count | new_per_thousand
        2025-09-01       | 12        |                        |
        2025-10-01       | 10        | 400                    | 25
        """,
    )


def test_an_end_before_its_report_counts_on_the_day_of_the_report(rows: Draw, same: Same) -> None:
    built = build(
        rows,
        """
        VNM | construction | 2025-10-06 |            | open  | x10
        VNM | construction | 2025-11-02 | 2025-10-31 | found | x2
        """,
    )
    same(
        built,
        MissingMigrantWorker,
        """
        month_start_date | missing_count | new_count | found_count | stock_end_count
        2025-10-01       | 10            | 10        | 0           | 10
        2025-11-01       | 12            | 2         | 2           | 10
        """,
    )


def test_ends_whose_report_is_not_on_file_are_ends_and_never_in_the_stock(rows: Draw, same: Same) -> None:
    built = build(
        rows,
        """
        VNM | construction | 2025-10-06 |            | open        | x10
        VNM | construction |            | 2025-10-20 | surrendered | x3
        """,
    )
    same(
        built,
        MissingMigrantWorker,
        """
        missing_count | stock_start_count | new_count | unreported_ends_count | surrendered_count | stock_end_count
        13            | 0                 | 10        | 3                     | 3                 | 10
        """,
    )


def test_sectors_with_few_missing_are_put_together_within_the_nationality(rows: Draw, same: Same) -> None:
    """6 and 5 make a pool of 11 with both their permits; 9 Filipinos alone show no count."""
    built = build(
        rows,
        """
        VNM | manufacturing | 2025-10-06 | | open | x40
        VNM | fishing       | 2025-10-06 | | open | x6
        VNM | agriculture   | 2025-10-06 | | open | x5
        PHL | domestic      | 2025-10-06 | | open | x9
        """,
        """
        VNM | fishing     | migrant_worker | 2024-01-01 | 2026-10-31 | x80
        VNM | agriculture | migrant_worker | 2024-01-01 | 2026-10-31 | x20
        VNM | domestic    | migrant_worker | 2024-01-01 | 2026-10-31 | x30
        """,
    )
    same(
        built,
        MissingMigrantWorker,
        """
        nationality | sector        | cells_count | missing_count | new_count | permits_in_force_count | new_per_thousand
        VNM         | manufacturing | 1           | 40            | 40        | 0                      |
        VNM         | withheld      | 2           | 11            | 11        | 100                    | 110
        PHL         | withheld      | 1           |               |           |                        |
        """,  # noqa: E501
    )
