"""Waits at passport control: numbers typed, hours by the port's own clocks."""

from collections.abc import Callable

from pyspark.sql import DataFrame

from lakehouse.bronze.cbp_wait_times import CbpWaitTimes
from lakehouse.compile.screening import good, refusals, screen
from lakehouse.declare import Table
from lakehouse.silver.airports import Airports
from lakehouse.silver.source_codes import SourceCodes
from lakehouse.silver.wait_times import WaitTimes
from tests.lake import AT

Draw = Callable[[type[Table], str], DataFrame]
Same = Callable[[DataFrame, type[Table], str], None]

CODES = """
    code_set    | source_code | conformed_code
    cbp_airport | ORD         | USORD
"""
WAITS = "us_avg_wait | us_max_wait | non_us_avg_wait | non_us_max_wait | all_avg_wait | all_max_wait"
BINS = "all_n_0_15 | all_n_16_30 | all_n_31_45 | all_n_46_60 | all_n_61_90 | all_n_91_120 | all_n_over_120"
REST = "all_excluded | all_total | all_flights | all_booths | source_delivery | source_line"
HEADER = f"airport | terminal | date | hour | {WAITS} | {BINS} | {REST}"
MINUTES = "8 | 15 | 5 | 10 | 7 | 15"
PEOPLE = "150 | 9 | 7 | 5 | 3 | 2 | 1 | 4 | 181 | 2 | 6"
FILE = "cbp_wait_times/ORD-2016.csv | 2"


def build(rows: Draw, *hours: str) -> DataFrame:
    drawn = rows(CbpWaitTimes, "\n".join([HEADER, *(f"{hour} | {FILE}" for hour in hours)]))
    zones = rows(Airports, "iata_code | time_zone\nORD | America/Chicago")
    return WaitTimes.build(drawn, rows(SourceCodes, CODES), zones)


def test_an_hour_is_typed_and_keeps_the_local_clock(rows: Draw, same: Same) -> None:
    built = build(rows, f"ORD | Terminal 5 | 2016-07-01 | 0400 - 0500 | {MINUTES} | {PEOPLE}")
    same(
        built,
        WaitTimes,
        """
        border_state | port_code | terminal   | hour_start_local    | time_zone       | us_wait_mean_minutes | us_wait_max_minutes | foreign_wait_mean_minutes | foreign_wait_max_minutes | wait_mean_minutes | wait_max_minutes
        USA          | USORD     | Terminal 5 | 2016-07-01 04:00:00 | America/Chicago | 8                    | 15                  | 5                         | 10                       | 7                 | 15
        """,  # noqa: E501
    )
    same(
        built,
        WaitTimes,
        """
        waited_0_to_15_count | waited_16_to_30_count | waited_31_to_45_count | waited_46_to_60_count | waited_61_to_90_count | waited_91_to_120_count | waited_over_120_count
        150                  | 9                     | 7                     | 5                     | 3                     | 2                      | 1
        """,  # noqa: E501
    )
    same(
        built,
        WaitTimes,
        """
        excluded_count | passengers_count | flights_count | booths_count | source_line
        4              | 181              | 2             | 6            | 2
        """,
    )


def test_the_last_hour_of_a_day_ends_on_the_next(rows: Draw, same: Same) -> None:
    built = build(rows, f"ORD | Terminal 5 | 2016-12-31 | 2300 - 0000 | {MINUTES} | {PEOPLE}")
    same(built, WaitTimes, "hour_start_local\n2016-12-31 23:00:00")


def test_an_hour_that_cannot_be_read_is_refused_without_error(rows: Draw) -> None:
    when = (
        "2016-07-01 | 0400 - 0600",
        "2016-07-01 | 2400 - 0100",
        "2016-07-01 | 4 am",
        "07/01/2016 | 0400 - 0500",
        " | ",
    )
    built = build(rows, *(f"ORD | Terminal 5 | {hour} | {MINUTES} | {PEOPLE}" for hour in when))
    assert built.count() == len(when)
    assert good(screen(built, WaitTimes), WaitTimes).isEmpty()


def test_an_hour_that_contradicts_itself_or_holds_no_numbers_is_refused(rows: Draw) -> None:
    contradictions = {
        "no fault": f"{MINUTES} | {PEOPLE}",
        "a mean above the longest": f"16 | 15 | 5 | 10 | 7 | 15 | {PEOPLE}",
        "more by wait than in all": f"{MINUTES} | 150 | 9 | 7 | 5 | 3 | 2 | 1 | 4 | 180 | 2 | 6",
        "no number": f"{MINUTES} | x | 9 | 7 | 5 | 3 | 2 | 1 | 4 | 181 | 2 | 6",
        "a negative": f"{MINUTES} | -1 | 9 | 7 | 5 | 3 | 2 | 1 | 4 | 181 | 2 | 6",
    }
    hours = (f"ORD | {why} | 2016-07-01 | 0400 - 0500 | {said}" for why, said in contradictions.items())
    assert [row["terminal"] for row in good(screen(build(rows, *hours), WaitTimes), WaitTimes).collect()] == [
        "no fault"
    ]


def test_an_airport_without_known_clocks_or_port_is_kept_by_its_own_code(rows: Draw, same: Same) -> None:
    built = build(rows, f"MDW | A | 2016-07-01 | 0400 - 0500 | {MINUTES} | {PEOPLE}")
    same(built, WaitTimes, "port_code | port_source_code | time_zone\ncbp:MDW | MDW | ")


def test_passengers_missing_from_the_waits_are_no_fault(rows: Draw) -> None:
    people = "150 | 9 | 7 | 5 | 3 | 2 | 1 | 4 | 204 | 2 | 0"
    built = build(rows, f"ORD | Terminal 5 | 2016-07-01 | 0400 - 0500 | {MINUTES} | {people}")
    assert good(screen(built, WaitTimes), WaitTimes).count() == 1


def test_a_wait_that_cannot_be_read_is_blanked_and_the_hour_stays(rows: Draw, same: Same) -> None:
    built = build(rows, f"ORD | Terminal 5 | 2016-07-01 | 0400 - 0500 | n/a | 15 | 5 | 10 | 7 | 15 | {PEOPLE}")
    screened = screen(built, WaitTimes)
    (row,) = good(screened, WaitTimes).collect()
    assert row["us_wait_mean_minutes"] is None
    (found,) = refusals(screened, WaitTimes, AT, "test").collect()
    assert (found["column_name"], found["raw_value"], found["consequence"]) == (
        "us_wait_mean_minutes",
        "n/a",
        "blanked",
    )
