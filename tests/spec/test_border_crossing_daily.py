"""Crossings by port, direction, nationality and day, from records and as published."""

from collections.abc import Callable

import pytest
from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from lakehouse.declare import Table
from lakehouse.gold.border_crossing_daily import BorderCrossingDaily
from lakehouse.silver.crossings import Crossings
from lakehouse.silver.port_daily_counts import PortDailyCounts

Draw = Callable[[type[Table], str], DataFrame]
Same = Callable[[DataFrame, type[Table], str], None]

#: What a crossing and a published count say where a drawing does not speak of it.
PLAIN: dict[str, str | int | bool] = {
    "border_state": "USA",
    "port_code": "USNYC",
    "direction": "entry",
    "nationality": "JPN",
    "crossed_on": "2016-04-01",
    "lane": "not_recorded",
    "port_source_code": "桃園一期",
    "traveller_group": "all",
    "count_date": "2020-01-01",
    "entries_count": 7,
    "exits_count": 8,
    "is_current": True,
}


@pytest.fixture
def daily(rows: Draw) -> Callable[[type[Table], str], DataFrame]:
    """The table built from one drawn input, the other being empty; columns not drawn are plain."""

    def filled(table: type[Table], drawing: str) -> DataFrame:
        drawn = rows(table, drawing)
        kinds = {n: str(c.kind) for n, c in table.columns().items() if n not in drawn.columns}
        return drawn.withColumns({n: F.lit(PLAIN.get(n)).cast(kind) for n, kind in kinds.items()})

    def build(table: type[Table], drawing: str) -> DataFrame:
        empty = "border_state\nUSA"
        inputs: tuple[type[Table], ...] = (Crossings, PortDailyCounts)
        frames = {t: filled(t, empty).limit(0) for t in inputs} | {table: filled(table, drawing)}
        return BorderCrossingDaily.build(frames[Crossings], frames[PortDailyCounts])

    return build


def test_records_are_counted_by_port_direction_nationality_and_day(daily: Draw, same: Same) -> None:
    built = daily(
        Crossings,
        """
        port_code | direction | nationality | crossed_on
        USNYC     | entry     | JPN         | 2016-04-01 | x10
        USNYC     | entry     | KOR         | 2016-04-01 | x11
        USNYC     | entry     | JPN         | 2016-04-02 | x12
        USMIA     | entry     | JPN         | 2016-04-01 | x13
        unknown   | exit      | JPN         | 2016-04-01 | x14
        """,
    )

    same(
        built,
        BorderCrossingDaily,
        """
        basis   | port_code | direction | nationality | crossed_on | crossings_count | cells_count
        records | USNYC     | entry     | JPN         | 2016-04-01 | 10              | 1
        records | USNYC     | entry     | KOR         | 2016-04-01 | 11              | 1
        records | USNYC     | entry     | JPN         | 2016-04-02 | 12              | 1
        records | USMIA     | entry     | JPN         | 2016-04-01 | 13              | 1
        records | unknown   | exit      | JPN         | 2016-04-01 | 14              | 1
        """,
    )


def test_nationalities_below_ten_are_put_together_within_port_direction_and_day(daily: Draw, same: Same) -> None:
    built = daily(
        Crossings,
        """
        port_code | nationality
        USNYC     | JPN         | x30
        USNYC     | FJI         | x6
        USNYC     | TON         | x5
        USMIA     | FJI         | x9
        """,
    )

    same(
        built,
        BorderCrossingDaily,
        """
        port_code | nationality | crossings_count | cells_count
        USNYC     | JPN         | 30              | 1
        USNYC     | withheld    | 11              | 2
        USMIA     | withheld    |                 | 1
        """,
    )


def test_the_e_gate_share_is_over_crossings_whose_lane_is_recorded(daily: Draw, same: Same) -> None:
    built = daily(
        Crossings,
        """
        nationality | lane
        JPN         | e_gate       | x6
        JPN         | counter      | x1
        JPN         | crew         | x1
        JPN         | not_recorded | x12
        KOR         | not_recorded | x10
        """,
    )

    same(
        built,
        BorderCrossingDaily,
        """
        nationality | crossings_count | lane_recorded_count | e_gate_ratio
        JPN         | 20              | 8                   | 0.75
        KOR         | 10              | 0                   |
        """,
    )


def test_published_counts_stand_beside_records_with_the_terminals_of_a_port_added_up(daily: Draw, same: Same) -> None:
    built = daily(
        PortDailyCounts,
        """
        border_state | port_source_code | port_code | count_date | entries_count | exits_count
        TWN          | 桃園一期         | TWTPE     | 2020-01-01 | 20000         | 21000
        TWN          | 桃園二期         | TWTPE     | 2020-01-01 | 30000         | 29000
        TWN          | 馬公港           | TWMZG     | 2020-01-01 | 3             | 0
        TWN          | all              | nia:all   | 2020-01-01 | 50003         | 50000
        """,
    )

    same(
        built,
        BorderCrossingDaily,
        """
        border_state | basis            | port_code | direction | nationality | crossed_on | crossings_count | e_gate_ratio
        TWN          | published_counts | TWTPE     | entry     | all         | 2020-01-01 | 50000           |
        TWN          | published_counts | TWTPE     | exit      | all         | 2020-01-01 | 50000           |
        TWN          | published_counts | TWMZG     | entry     | all         | 2020-01-01 | 3               |
        TWN          | published_counts | TWMZG     | exit      | all         | 2020-01-01 | 0               |
        """,  # noqa: E501
    )


def test_superseded_versions_and_groups_of_travellers_are_left_out(daily: Draw, same: Same) -> None:
    built = daily(
        PortDailyCounts,
        """
        border_state | port_source_code | port_code | traveller_group | is_current | entries_count | exits_count
        HKG          | Airport          | HKHKG     | all             | true       | 100           | 200
        HKG          | Airport          | HKHKG     | all             | false      | 90            | 190
        HKG          | Airport          | HKHKG     | residents       | true       | 60            | 120
        """,
    )

    same(
        built,
        BorderCrossingDaily,
        """
        port_code | direction | crossings_count
        HKHKG     | entry     | 100
        HKHKG     | exit      | 200
        """,
    )
