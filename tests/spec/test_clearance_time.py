"""Percentiles of waiting, estimated from published bands."""

from collections.abc import Callable

import pytest
from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from lakehouse.declare import Table
from lakehouse.gold.clearance_time import ClearanceTime
from lakehouse.silver.inspections import Inspections
from lakehouse.silver.wait_times import WaitTimes

Draw = Callable[[type[Table], str], DataFrame]
Same = Callable[[DataFrame, type[Table], str], None]
Build = Callable[[str], DataFrame]

#: What an hour says where a drawing does not speak of it; bands that are not drawn are empty.
PLAIN = {
    "border_state": "USA",
    "port_code": "USORD",
    "terminal": "Terminal 5",
    "hour_start_local": "2016-01-01 04:00:00",
    "time_zone": "America/Chicago",
}


@pytest.fixture
def clearance(rows: Draw) -> Build:
    """Clearance times built from drawn hours; columns not drawn are plain, counts nought."""

    def build(drawing: str) -> DataFrame:
        drawn = rows(WaitTimes, drawing)
        kinds = {n: str(c.kind) for n, c in WaitTimes.columns().items() if n not in drawn.columns}
        noughts = {n: 0 for n in kinds if n.endswith("_count")}
        plain = {n: F.lit({**noughts, **PLAIN}.get(n)).cast(kind) for n, kind in kinds.items()}
        return ClearanceTime.build(drawn.withColumns(plain), inspected(rows, "lane\ncounter").limit(0))

    return build


#: What an inspection says where a drawing does not speak of it.
INSPECTED = {
    "port_code": "TWTPE",
    "port_source_code": "桃園一期",
    "direction": "entry",
    "lane": "counter",
    "hour_start_local": "2025-12-01 08:00:00",
    "flight_leg_id": "CI100-NRT-TPE-20251201",
}


def inspected(rows: Draw, drawing: str) -> DataFrame:
    """Drawn inspections; columns not drawn are plain."""
    drawn = rows(Inspections, drawing)
    others = {n: str(c.kind) for n, c in Inspections.columns().items() if n not in drawn.columns}
    return drawn.withColumns({n: F.lit(INSPECTED.get(n)).cast(kind) for n, kind in others.items()})


@pytest.fixture
def of_agency(rows: Draw) -> Build:
    """Clearance times built from drawn inspections."""

    def build(drawing: str) -> DataFrame:
        hours = rows(WaitTimes, "wait_max_minutes\n1").limit(0)
        absent = {n: c for n, c in WaitTimes.columns().items() if n not in hours.columns}
        none = hours.withColumns({n: F.lit(None).cast(str(c.kind)) for n, c in absent.items()})
        return ClearanceTime.build(none, inspected(rows, drawing))

    return build


def test_percentiles_are_interpolated_in_the_band_they_fall_into(clearance: Build, same: Same) -> None:
    """The 50th of 100 is the 10th of 40 from 15 on: 15 + 10/40 x 15; the 95th of 20: 30 + 15/20 x 15."""
    built = clearance("""
        waited_0_to_15_count | waited_16_to_30_count | waited_31_to_45_count | wait_max_minutes | passengers_count
        40                   | 40                    | 20                    | 45               | 100
    """)

    same(
        built,
        ClearanceTime,
        """
        port_code | lane    | hour_start_local    | wait_p50_minutes | wait_p95_minutes | wait_max_minutes
        USORD     | counter | 2016-01-01 04:00:00 | 18.75            | 41.25            | 45
        """,
    )


def test_the_last_band_with_anyone_in_it_ends_at_the_longest_wait(clearance: Build, same: Same) -> None:
    """30 + 15/20 x (40 - 30), and 75/150 and 142.5/150 of 8 minutes."""
    built = clearance("""
        terminal | hour_start_local    | waited_0_to_15_count | waited_16_to_30_count | waited_31_to_45_count | wait_max_minutes | passengers_count
        a        | 2016-01-01 04:00:00 | 40                   | 40                    | 20                    | 40               | 100
        a        | 2016-01-01 05:00:00 | 150                  | 0                     | 0                     | 8                | 150
    """)  # noqa: E501

    same(
        built,
        ClearanceTime,
        """
        hour_start_local    | wait_p50_minutes | wait_p95_minutes
        2016-01-01 04:00:00 | 18.75            | 37.5
        2016-01-01 05:00:00 | 4                | 7.6
        """,
    )


def test_the_open_band_reaches_to_the_longest_wait(clearance: Build, same: Same) -> None:
    """Of 20 the 10th is the last of 91 to 120; the 19th is the 9th of 10 beyond: 120 + 9/10 x 60."""
    built = clearance("""
        waited_91_to_120_count | waited_over_120_count | wait_max_minutes | passengers_count
        10                     | 10                    | 180              | 20
    """)

    same(
        built,
        ClearanceTime,
        """
        wait_p50_minutes | wait_p95_minutes
        120              | 174
        """,
    )


def test_no_percentile_is_above_a_longest_wait_that_contradicts_the_bands(clearance: Build, same: Same) -> None:
    built = clearance("""
        waited_31_to_45_count | wait_max_minutes | passengers_count
        10                    | 20               | 10
    """)

    same(
        built,
        ClearanceTime,
        """
        wait_p50_minutes | wait_p95_minutes
        20               | 20
        """,
    )


def test_terminals_of_a_port_are_added_up_and_means_weighted_by_those_measured(clearance: Build, same: Same) -> None:
    """Mean (30 x 10 + 10 x 30) / 40; the 20th of 40 is the 20th of 30 in 0 to 15."""
    built = clearance("""
        terminal | waited_0_to_15_count | waited_16_to_30_count | wait_mean_minutes | wait_max_minutes | passengers_count | flights_count | booths_count
        a        | 30                   | 0                     | 10                | 15               | 32               | 1             | 4
        b        | 0                    | 10                    | 30                | 30               | 13               | 2             | 6
    """)  # noqa: E501

    same(
        built,
        ClearanceTime,
        """
        terminals_count | wait_p50_minutes | wait_mean_minutes | wait_max_minutes | measured_count | not_measured_count | passengers_count | flights_count | booths_count
        2               | 10               | 15                | 30               | 40             | 5                  | 45               | 3             | 10
        """,  # noqa: E501
    )


def test_an_hour_with_fewer_than_ten_measured_passengers_keeps_its_row_without_measures(
    clearance: Build, same: Same
) -> None:
    built = clearance("""
        hour_start_local    | waited_0_to_15_count | wait_mean_minutes | wait_max_minutes | passengers_count | flights_count
        2016-01-01 04:00:00 | 9                    | 5                 | 15               | 12               | 1
        2016-01-01 05:00:00 | 10                   | 5                 | 15               | 12               | 1
        2017-01-01 03:00:00 | 0                    | 0                 | 0                | 7                | 1
    """)  # noqa: E501

    same(
        built,
        ClearanceTime,
        """
        hour_start_local    | wait_p50_minutes | wait_p95_minutes | wait_mean_minutes | wait_max_minutes | measured_count | not_measured_count | passengers_count | flights_count
        2016-01-01 04:00:00 |                  |                  |                   |                  |                |                    |                  | 1
        2016-01-01 05:00:00 | 7.5              | 14.25            | 5                 | 15               | 10             | 2                  | 12               | 1
        2017-01-01 03:00:00 |                  |                  |                   |                  |                |                    |                  | 1
        """,  # noqa: E501
    )


def test_referrals_are_not_published(clearance: Build) -> None:
    built = clearance("""
        waited_0_to_15_count | wait_max_minutes | passengers_count
        10                   | 15               | 10
    """)

    assert [r["referrals_count"] for r in built.collect()] == [None]


def test_the_agency_measures_each_traveller_from_the_queue_to_the_end_of_the_inspection(
    of_agency: Build, same: Same
) -> None:
    """5 x 2 min, 4 x 4 min, 1 x 12 min: half 3 (between 2 and 4), 95 %: 4 + 0.55 x 8 = 8.4, mean 3.8."""
    built = of_agency("""
        queue_seconds | inspection_seconds | referral_id | port_source_code
        60            | 60                 |             | 桃園一期         | x5
        180           | 60                 |             | 桃園一期         | x4
        660           | 60                 | R-1         | 桃園二期         | x1
                      | 12                 |             | 桃園二期         | x3
    """)

    same(
        built,
        ClearanceTime,
        """
        basis       | port_code | direction | lane    | wait_p50_minutes | wait_p95_minutes | wait_mean_minutes | wait_max_minutes | inspection_p50_seconds | measured_count | not_measured_count | passengers_count | referrals_count | terminals_count | flights_count | time_zone
        inspections | TWTPE     | entry     | counter | 3                | 8.4              | 3.8               | 12               | 60                     | 10             | 3                  | 13               | 1               | 2               | 1             | Asia/Taipei
        """,  # noqa: E501
    )


def test_lanes_and_directions_are_told_apart_and_thin_hours_show_nothing(of_agency: Build, same: Same) -> None:
    built = of_agency("""
        direction | lane    | queue_seconds | inspection_seconds
        entry     | e_gate  | 8             | 12                 | x10
        exit      | e_gate  |               | 12                 | x10
        exit      | counter | 60            | 60                 | x9
    """)

    same(
        built,
        ClearanceTime,
        """
        direction | lane    | wait_max_minutes | inspection_p50_seconds | measured_count | passengers_count | referrals_count
        entry     | e_gate  | 1                | 12                     | 10             | 10               | 0
        exit      | e_gate  |                  | 12                     |                | 10               | 0
        exit      | counter |                  |                        |                |                  |
        """,  # noqa: E501
    )
