"""Availability by month and service: outages merged, divided by month, and held to 4.38 hours a year."""

from collections.abc import Callable

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from lakehouse.declare import Table
from lakehouse.gold.facility_availability_monthly import FacilityAvailabilityMonthly
from lakehouse.services import SERVICES
from lakehouse.silver.service_incidents import ServiceIncidents
from lakehouse.silver.service_probes import ServiceProbes

Draw = Callable[[type[Table], str], DataFrame]
Same = Callable[[DataFrame, type[Table], str], None]

#: Local February 2026: 28 days, 40,320 minutes, 8,064 probes of a service.
FEBRUARY = "2026-01-31 16:00:00"
HEADER = "service | began_at_utc | ended_at_utc | is_planned | is_down"


def probed(rows: Draw, count: int = 8064, first: str = FEBRUARY) -> DataFrame:
    """So many probes of every service, all up."""
    drawn = rows(ServiceProbes, "service\n" + "\n".join(SERVICES))
    at = F.lit(first).cast("timestamp") + F.make_dt_interval(mins=F.col("n") * 5)
    return drawn.select("service", F.explode(F.expr(f"sequence(0, {count - 1})")).alias("n")).select(
        "service", at.alias("probed_at_utc"), F.lit("up").alias("status")
    )


def test_minutes_down_are_taken_from_the_months_minutes(rows: Draw, same: Same) -> None:
    """18 and 30 minutes of 40,320; of the whole, inspection's 18 alone, as e-Gates are not critical."""
    outages = rows(
        ServiceIncidents,
        f"""
        {HEADER}
        inspection | 2026-02-10 00:00:00 | 2026-02-10 00:18:00 | false | true
        e_gate     | 2026-02-11 00:00:00 | 2026-02-11 00:30:00 | false | true
        network    | 2026-02-12 00:00:00 | 2026-02-12 05:00:00 | false | false
        """,
    )
    built = FacilityAvailabilityMonthly.build(outages, probed(rows))
    ratios = built.withColumn("availability_ratio", F.round("availability_ratio", 6))
    same(
        ratios,
        FacilityAvailabilityMonthly,
        """
        service    | month_start_date | month_minutes | unplanned_down_minutes | unplanned_outages_count | availability_ratio | is_on_target | expected_probes_count | probes_count | coverage_ratio
        all        | 2026-02-01       | 40320         | 18                     | 1                       | 0.999554           | true         | 24192                 | 24192        | 1
        inspection | 2026-02-01       | 40320         | 18                     | 1                       | 0.999554           | true         | 8064                  | 8064         | 1
        e_gate     | 2026-02-01       | 40320         | 30                     | 1                       | 0.999256           | false        | 8064                  | 8064         | 1
        screening  | 2026-02-01       | 40320         | 0                      | 0                       | 1                  | true         | 8064                  | 8064         | 1
        network    | 2026-02-01       | 40320         | 0                      | 0                       | 1                  | true         | 8064                  | 8064         | 1
        manifests  | 2026-02-01       | 40320         | 0                      | 0                       | 1                  | true         | 8064                  | 8064         | 1
        lakehouse  | 2026-02-01       | 40320         | 0                      | 0                       | 1                  | true         | 8064                  | 8064         | 1
        """,  # noqa: E501
    )


def test_outages_that_overlap_count_once_and_planned_work_counts_beside(rows: Draw, same: Same) -> None:
    """Unplanned 00:00 to 00:30; planned until 01:00 adds 30. The whole: screening's until 01:10 adds 10."""
    outages = rows(
        ServiceIncidents,
        f"""
        {HEADER}
        network   | 2026-02-10 00:00:00 | 2026-02-10 00:20:00 | false | true
        network   | 2026-02-10 00:10:00 | 2026-02-10 00:30:00 | false | true
        network   | 2026-02-10 00:15:00 | 2026-02-10 01:00:00 | true  | true
        screening | 2026-02-10 00:40:00 | 2026-02-10 01:10:00 | false | true
        """,
    )
    built = FacilityAvailabilityMonthly.build(outages, probed(rows)).where("service IN ('network', 'all')")
    same(
        built.withColumn("availability_with_planned_ratio", F.round("availability_with_planned_ratio", 6)),
        FacilityAvailabilityMonthly,
        """
        service | unplanned_down_minutes | planned_down_minutes | unplanned_outages_count | availability_with_planned_ratio
        network | 30                     | 30                   | 1                       | 0.998512
        all     | 60                     | 10                   | 2                       | 0.998264
        """,  # noqa: E501
    )


def test_an_outage_over_the_turn_of_a_month_is_divided_and_what_is_left_of_a_year_goes_down(
    rows: Draw, same: Same
) -> None:
    """From 23:00 local of 31 January to 02:00: 60 and 120 minutes; 262.8 less 60 is 202.8, less 180 is 82.8."""
    outages = rows(ServiceIncidents, f"{HEADER}\nscreening | 2026-01-31 15:00:00 | 2026-01-31 18:00:00 | false | true")
    built = FacilityAvailabilityMonthly.build(outages, probed(rows)).where("service = 'screening'")
    same(
        built.withColumn("year_allowance_left_minutes", F.round("year_allowance_left_minutes", 6)),
        FacilityAvailabilityMonthly,
        """
        month_start_date | unplanned_down_minutes | year_unplanned_down_minutes | year_allowance_left_minutes | covered_months_count | availability_ratio | probes_count
        2026-01-01       | 60                     | 60                          | 202.8                       | 0                    |                    | 0
        2026-02-01       | 120                    | 180                         | 82.8                        | 1                    | 0.9970238095238095 | 8064
        """,  # noqa: E501
    )


def test_a_month_that_was_hardly_watched_has_no_availability(rows: Draw, same: Same) -> None:
    """7,257 of 8,064 probes are less than nine tenths."""
    outages = rows(ServiceIncidents, HEADER)
    built = FacilityAvailabilityMonthly.build(outages, probed(rows, 7257)).where("service = 'network'")
    same(
        built,
        FacilityAvailabilityMonthly,
        """
        unplanned_down_minutes | availability_ratio | is_on_target | covered_months_count
        0                      |                    |              | 0
        """,
    )


def test_time_down_more_than_a_year_ago_is_forgotten(rows: Draw) -> None:
    outages = rows(
        ServiceIncidents,
        f"""
        {HEADER}
        network | 2025-02-10 00:00:00 | 2025-02-10 01:00:00 | false | true
        network | 2025-03-10 00:00:00 | 2025-03-10 00:10:00 | false | true
        """,
    )
    built = FacilityAvailabilityMonthly.build(outages, probed(rows))
    (february,) = built.where("service = 'network' AND month_start_date = '2026-02-01'").collect()
    assert february["year_unplanned_down_minutes"] == 10
