"""Power usage effectiveness by month: hand-worked months, and months of which too little is known."""

from collections.abc import Callable

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from lakehouse.declare import Table
from lakehouse.gold.facility_pue_monthly import FacilityPueMonthly
from lakehouse.silver.facility_readings import FacilityReadings

Draw = Callable[[type[Table], str], DataFrame]
Same = Callable[[DataFrame, type[Table], str], None]

METERS = """
    meter_id  | category | energy_kwh
    MDB-TOTAL | total    | 30
    PDU-A     | it       | 12
    PDU-B     | it       | 8
    CHILLER   | cooling  | 9
"""
FEBRUARY = ("2026-01-31 16:15:00", 28 * 96)


def months(rows: Draw, *spans: tuple[str, int], meters: str = METERS, unlike: str = "false") -> DataFrame:
    """All meters metered in ``spans`` of intervals from their first end on (UTC); ``unlike`` ones are not known."""
    ends = [
        rows(FacilityReadings, meters).select(
            "*",
            F.explode(F.expr(f"sequence(0, {count - 1})")).alias("n"),
            F.lit(first).cast("timestamp").alias("first"),
        )
        for first, count in spans
    ]
    drawn = ends[0]
    for more in ends[1:]:
        drawn = drawn.unionByName(more)
    end = drawn.select("*", (F.col("first") + F.make_dt_interval(mins=F.col("n") * 15)).alias("interval_end_utc"))
    is_unlike = F.expr(unlike)
    return end.select(
        F.lit("meter").alias("reading_kind"),
        *("meter_id", "category", "interval_end_utc"),
        F.lit(15).alias("interval_minutes"),
        F.lit("ok").alias("reading"),
        F.when(~is_unlike, F.col("energy_kwh")).alias("energy_kwh"),
        F.when(is_unlike, "unknown").otherwise("metered").alias("energy_basis"),
    )


def test_a_month_is_total_over_it_energy_by_local_time(rows: Draw, same: Same) -> None:
    """30 over 12 + 8; February 2026 begins at 16:00 UTC of 31 January and has 28 x 96 = 2,688 intervals."""
    same(
        FacilityPueMonthly.build(months(rows, FEBRUARY)),
        FacilityPueMonthly,
        """
        month_start_date | pue_ratio | pue_category | target_ratio | is_on_target | total_kwh | it_kwh | expected_intervals_count | metered_intervals_count | missing_intervals_count | coverage_ratio | year_pue_ratio | covered_months_count | missing_reason
        2026-02-01       | 1.5       | PUE2         | 1.6          | true         | 80640     | 53760  | 2688                     | 2688                    | 0                       | 1              |                | 1                    |
        """,  # noqa: E501
    )


def test_an_interval_in_which_one_meter_is_not_known_counts_on_neither_side(rows: Draw, same: Same) -> None:
    """One IT meter is not known for 268 of 2,688 intervals: 2,420 x 30 and x 20 remain, a tenth less 0.3."""
    same(
        FacilityPueMonthly.build(months(rows, FEBRUARY, unlike="meter_id = 'PDU-B' AND n < 268")),
        FacilityPueMonthly,
        """
        pue_ratio | total_kwh | it_kwh | metered_intervals_count | missing_intervals_count | missing_reason
        1.5       | 72600     | 48400  | 2420                    | 268                     |
        """,
    )


def test_a_month_of_which_too_little_is_known_is_shown_without_pue(rows: Draw, same: Same) -> None:
    """269 of 2,688 intervals missing are more than a tenth."""
    same(
        FacilityPueMonthly.build(months(rows, FEBRUARY, unlike="meter_id = 'MDB-TOTAL' AND n < 269")),
        FacilityPueMonthly,
        """
        pue_ratio | is_on_target | missing_reason | missing_intervals_count | covered_months_count
                  |              | coverage       | 269                     | 0
        """,
    )


def test_estimated_and_shared_intervals_are_counted_as_such(rows: Draw, same: Same) -> None:
    basis = F.expr(
        "CASE WHEN category = 'it' AND interval_end_utc < '2026-01-31 18:00' THEN 'shared'"
        " WHEN category = 'total' AND interval_end_utc < '2026-01-31 20:00' THEN 'estimated' ELSE energy_basis END"
    )
    same(
        FacilityPueMonthly.build(months(rows, FEBRUARY).withColumn("energy_basis", basis)),
        FacilityPueMonthly,
        """
        metered_intervals_count | estimated_intervals_count | shared_intervals_count | missing_intervals_count
        2673                    | 8                         | 7                      | 0
        """,
    )


def test_a_years_figure_takes_twelve_months_and_weighs_them_by_energy(rows: Draw) -> None:
    """January to December 2026 at 30 and 20; in the last month the total is 40: (334 x 30 + 31 x 40) / (365 x 20)."""
    year = months(rows, ("2025-12-31 16:15:00", 365 * 96))
    dearer = F.expr("category = 'total' AND interval_end_utc > '2026-11-30 16:00:00'")
    built = FacilityPueMonthly.build(year.withColumn("energy_kwh", F.when(dearer, 40.0).otherwise(F.col("energy_kwh"))))
    found = built.orderBy("month_start_date").collect()
    assert [r["covered_months_count"] for r in found] == list(range(1, 13))
    assert [r["year_pue_ratio"] for r in found[:11]] == [None] * 11
    assert (found[11]["pue_ratio"], found[11]["is_on_target"]) == (2.0, False)
    assert abs(found[11]["year_pue_ratio"] - (334 * 30 + 31 * 40) / (365 * 20)) < 1e-9


def test_it_energy_above_the_total_and_no_it_energy_give_no_pue(rows: Draw, same: Same) -> None:
    above = "meter_id | category | energy_kwh\nMDB | total | 10\nRACK-1 | it | 12"
    none = "meter_id | category | energy_kwh\nMDB | total | 10"
    for meters, category, reason in ((above, "PUE3", "contradiction"), (none, "not_stated", "no_it_energy")):
        same(
            FacilityPueMonthly.build(months(rows, FEBRUARY, meters=meters)),
            FacilityPueMonthly,
            f"pue_ratio | pue_category | missing_reason\n | {category} | {reason}",
        )


def test_the_lowest_category_among_it_meters_counts(rows: Draw, same: Same) -> None:
    both = "meter_id | category | energy_kwh\nMDB | total | 30\nRACK-1 | it | 12\nUPS-1 | it | 8"
    same(FacilityPueMonthly.build(months(rows, FEBRUARY, meters=both)), FacilityPueMonthly, "pue_category\nPUE1")
    unnamed = "meter_id | category | energy_kwh\nMDB | total | 30\nRACK-1 | it | 12\nHALL-2 | it | 8"
    built = FacilityPueMonthly.build(months(rows, FEBRUARY, meters=unnamed))
    same(built, FacilityPueMonthly, "pue_category\nnot_stated")


def test_hours_that_servers_report_are_left_out_and_counted(rows: Draw, same: Same) -> None:
    servers = rows(
        FacilityReadings,
        """
        reading_kind | meter_id | category | interval_end_utc    | interval_minutes | reading | energy_kwh | energy_basis
        server       | node01   | it       | 2026-02-05 06:00:00 | 60               | ok      | 500        | mean_power
        server       | node01   | it       | 2026-02-05 07:00:00 | 60               | none    |            | unknown
        """,  # noqa: E501
    )
    built = FacilityPueMonthly.build(months(rows, FEBRUARY).unionByName(servers))
    same(built, FacilityPueMonthly, "it_kwh | server_hours_count\n53760 | 1")
