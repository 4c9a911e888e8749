"""Arrivals by route, nationality and week against what was to be expected."""

from collections.abc import Callable
from datetime import date, timedelta
from math import sqrt

import pytest
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F

from lakehouse.declare import Table
from lakehouse.gold.route_anomaly import RouteAnomaly
from lakehouse.silver.inspections import Inspections
from tests.drawn import filled

Draw = Callable[[type[Table], str], DataFrame]
Same = Callable[[DataFrame, type[Table], str], None]
Build = Callable[[list[dict[str, int]]], DataFrame]

MONDAY = date(2025, 9, 1)


@pytest.fixture
def anomalies(rows: Draw) -> Build:
    """Anomalies built from the arrivals of each week, by foreign port and nationality, all at one port."""

    def build(weeks: list[dict[str, int]]) -> DataFrame:
        lines = [
            f"{cell.replace(' ', ' | ')} | {MONDAY + timedelta(weeks=number, days=3)} | x{count}"
            for number, cells in enumerate(weeks)
            for cell, count in cells.items()
        ]
        drawn = rows(Inspections, "\n".join(["foreign_port | nationality | inspected_on", *lines]))
        plain = filled(drawn, Inspections, port_code="TWTPE", direction="entry", lane="counter", outcome="admitted")
        return RouteAnomaly.build(plain.withColumn("inspection_id", F.monotonically_increasing_id().cast("string")))

    return build


def _week(built: DataFrame, number: int) -> DataFrame:
    return built.where(F.col("week_start_date") == F.lit(MONDAY + timedelta(weeks=number)))


def test_a_rise_on_one_route_and_a_fall_on_another_are_scored_and_named_a_displacement(
    anomalies: Build, same: Same
) -> None:
    """Always 200 arrivals a week; 60 where 20 are expected is (60 - 20) / root of 20."""
    usual = {"HKG VNM": 20, "SGN VNM": 40, "NRT JPN": 140}
    built = _week(anomalies([usual] * 7 + [{"HKG VNM": 60, "SGN VNM": 15, "NRT JPN": 125}]), 7)

    same(
        built.withColumn("z_score", F.round("z_score", 6)),
        RouteAnomaly,
        f"""
        foreign_port | port_code | nationality | entries_count | persons_count | expected_count | z_score | reason | history_weeks_count | anomaly | displaced_to_or_from
        HKG          | TWTPE     | VNM         | 60            | 60            | 20             | {round(40 / sqrt(20), 6)} | none | 7 | rise | SGN-TWTPE
        SGN          | TWTPE     | VNM         | 15            | 15            | 40             | {round(-25 / sqrt(40), 6)} | none | 7 | fall | HKG-TWTPE
        NRT          | TWTPE     | JPN         | 125           | 125           | 140            | {round(-15 / sqrt(140), 6)} | none | 7 | none |
        """,  # noqa: E501
    )


def test_a_holiday_that_doubles_all_routes_is_no_anomaly(anomalies: Build) -> None:
    usual = {"HKG VNM": 20, "NRT JPN": 140}
    built = _week(anomalies([usual] * 7 + [{cell: 2 * count for cell, count in usual.items()}]), 7)

    assert {(row["z_score"], row["anomaly"]) for row in built.collect()} == {(0.0, "none")}


def test_a_route_that_swings_every_week_has_a_wider_spread(anomalies: Build) -> None:
    """Six weeks of 20 and 40 in turn, of 200: median 30, deviation 10; 60 is 30 over, variance 30 + 14.826 squared."""
    swings = [{"HKG VNM": count, "NRT JPN": 200 - count} for count in (20, 40, 20, 40, 20, 40, 60)]
    [row] = _week(anomalies(swings), 6).where("nationality = 'VNM'").collect()

    assert row["z_score"] == pytest.approx(30 / sqrt(30 + 14.826**2))
    assert row["anomaly"] == "none"


def test_a_new_route_is_measured_by_weeks_of_nought(anomalies: Build) -> None:
    """No arrivals in six weeks of records: 12 are 12 over, with the variance of one."""
    usual = {"NRT JPN": 100}
    [row] = _week(anomalies([usual] * 6 + [{**usual, "SGN VNM": 12}]), 6).where("nationality = 'VNM'").collect()

    assert (row["expected_count"], row["z_score"], row["anomaly"]) == (0.0, 12.0, "rise")


def test_without_six_weeks_of_records_there_is_no_score_and_the_reason_is_told(anomalies: Build) -> None:
    built = anomalies([{"NRT JPN": 100}] * 6)

    assert {(r["z_score"], r["reason"]) for r in built.collect()} == {(None, "short_history")}
    assert [r["history_weeks_count"] for r in built.orderBy("week_start_date").collect()] == [0, 1, 2, 3, 4, 5]


def test_thin_nationalities_are_scored_together_and_a_thin_route_not_at_all(anomalies: Build, same: Same) -> None:
    """9 and 3 where 2 and 1 were expected: 12 - 3 over the root of 2 + 1; nought where 30 came is thin as well."""
    usual = {"HKG VNM": 2, "HKG IDN": 1, "HKG HKG": 97, "SGN VNM": 30, "NRT JPN": 70}
    built = _week(anomalies([usual] * 6 + [{"HKG VNM": 9, "HKG IDN": 3, "HKG HKG": 88, "NRT JPN": 100}]), 6)

    same(
        built.withColumn("z_score", F.round("z_score", 6)),
        RouteAnomaly,
        f"""
        foreign_port | nationality | cells_count | entries_count | z_score                  | reason         | anomaly | rises_count | displaced_to_or_from
        HKG          | withheld    | 2           | 12            | {round(9 / sqrt(3), 6)}  | none           | rise    | 1           |
        HKG          | HKG         | 1           | 88            | {round(-9 / sqrt(97), 6)}| none           | none    | 0           |
        SGN          | withheld    | 1           |               |                          | fewer_than_ten | none    |             |
        NRT          | JPN         | 1           | 100           | {round(30 / sqrt(70), 6)}| none           | rise    | 1           |
        """,  # noqa: E501
    )


def test_weeks_begin_on_monday_and_exits_and_crew_are_no_arrivals(rows: Draw, spark: SparkSession, same: Same) -> None:
    drawn = rows(
        Inspections,
        """
        inspection_id | direction | lane    | inspected_on
        a             | entry     | counter | 2025-12-07
        b             | entry     | crew    | 2025-12-07
        c             | exit      | counter | 2025-12-07
        """,
    )
    built = RouteAnomaly.build(filled(drawn, Inspections, port_code="TWTPE", nationality="JPN"))

    same(
        built,
        RouteAnomaly,
        """
        foreign_port | nationality | week_start_date | entries_count | reason
        unknown      | withheld    | 2025-12-01      |               | fewer_than_ten
        """,
    )
