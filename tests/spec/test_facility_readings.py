"""Energy of the data centre: differences of counters, and everything that spoils them told apart."""

from collections.abc import Callable

from pyspark.sql import DataFrame

from lakehouse.bronze.facility_power import FacilityPower
from lakehouse.bronze.server_telemetry import ServerTelemetry
from lakehouse.compile.screening import good, refusals, screen
from lakehouse.declare import Table
from lakehouse.silver.facility_readings import FacilityReadings
from tests.lake import AT

Draw = Callable[[type[Table], str], DataFrame]
Same = Callable[[DataFrame, type[Table], str], None]

HOURS = "name | timestamp | powerave | powermin | powermax | tempave | tempmin | tempmax"
FILE = "facility_power/2025-12-01/facility_power.csv"


def metered(rows: Draw, *readings: str, hours: tuple[str, ...] = ()) -> DataFrame:
    """Readings of one meter, drawn as hour and minute, counter and status."""
    header = "read_at | counter_kwh | status | meter_id | category | source_delivery | source_line"
    lines = [
        f"2025-12-01T{at.strip()}:00+08:00 | {rest} | IT-1 | it | {FILE} | {number}"
        for number, (at, rest) in enumerate((r.split("|", 1) for r in readings), start=2)
    ]
    drawn = rows(FacilityPower, "\n".join([header, *lines]))
    servers = rows(
        ServerTelemetry,
        "\n".join([f"{HOURS} | source_delivery | source_line", *(f"{h} | server_telemetry/a.txt | 2" for h in hours)]),
    )
    return FacilityReadings.build(drawn, servers)


def test_energy_is_the_difference_of_the_running_counter(rows: Draw, same: Same) -> None:
    """The first reading has nothing before it; local 08:15 is 00:15 UTC."""
    built = metered(rows, "08:00 | 100.5 | ok", "08:15 | 120.5 | ok", "08:30 | 142 | ok")
    same(
        built,
        FacilityReadings,
        """
        reading_kind | meter_id | category | interval_end_utc    | interval_minutes | reading | counter_kwh | energy_kwh | energy_basis | unknown_reason | source_line
        meter        | IT-1     | it       | 2025-12-01 00:00:00 | 15               | ok      | 100.5       |            | unknown      | one_sided      | 2
        meter        | IT-1     | it       | 2025-12-01 00:15:00 | 15               | ok      | 120.5       | 20         | metered      |                | 3
        meter        | IT-1     | it       | 2025-12-01 00:30:00 | 15               | ok      | 142         | 21.5       | metered      |                | 4
        """,  # noqa: E501
    )


def test_a_gap_shares_its_known_sum_and_says_so(rows: Draw, same: Same) -> None:
    """60 kWh over three intervals, of which one has no line and one a faulty reading."""
    built = metered(rows, "08:00 | 100 | ok", "08:30 | 9 | fault", "08:45 | 160 | ok", "09:00 | 181 | ok")
    same(
        built,
        FacilityReadings,
        """
        interval_end_utc    | reading | energy_kwh | energy_basis | shared_intervals_count | source_line
        2025-12-01 00:00:00 | ok      |            | unknown      |                        | 2
        2025-12-01 00:15:00 | none    | 20         | shared       | 3                      |
        2025-12-01 00:30:00 | fault   | 20         | shared       | 3                      | 3
        2025-12-01 00:45:00 | ok      | 20         | shared       | 3                      | 4
        2025-12-01 01:00:00 | ok      | 21         | metered      |                        | 5
        """,
    )


def test_a_difference_with_an_estimated_end_is_estimated(rows: Draw, same: Same) -> None:
    built = metered(rows, "08:00 | 100 | ok", "08:15 | 120 | estimated", "08:30 | 140 | ok", "08:45 | 161 | ok")
    same(
        built.where("energy_kwh IS NOT NULL"),
        FacilityReadings,
        """
        interval_end_utc    | reading   | energy_kwh | energy_basis
        2025-12-01 00:15:00 | estimated | 20         | estimated
        2025-12-01 00:30:00 | ok        | 20         | estimated
        2025-12-01 00:45:00 | ok        | 21         | metered
        """,
    )


def test_a_counter_that_falls_was_reset_and_its_interval_is_not_known(rows: Draw, same: Same) -> None:
    built = metered(rows, "08:00 | 100 | ok", "08:15 | 3 | ok", "08:30 | 24 | ok")
    same(
        built,
        FacilityReadings,
        """
        interval_end_utc    | energy_kwh | energy_basis | unknown_reason
        2025-12-01 00:00:00 |            | unknown      | one_sided
        2025-12-01 00:15:00 |            | unknown      | reset
        2025-12-01 00:30:00 | 21         | metered      |
        """,
    )


def test_a_stuck_counter_and_the_interval_in_which_it_moves_again_are_not_known(rows: Draw, same: Same) -> None:
    built = metered(rows, "08:00 | 100 | ok", "08:15 | 100 | ok", "08:30 | 150 | ok", "08:45 | 170 | ok")
    same(
        built,
        FacilityReadings,
        """
        interval_end_utc    | energy_kwh | energy_basis | unknown_reason
        2025-12-01 00:00:00 |            | unknown      | one_sided
        2025-12-01 00:15:00 |            | unknown      | stuck
        2025-12-01 00:30:00 |            | unknown      | after_stuck
        2025-12-01 00:45:00 | 20         | metered      |
        """,
    )


def test_the_difference_over_more_than_a_day_is_not_shared(rows: Draw) -> None:
    header = "read_at | counter_kwh | status | meter_id | category | source_delivery | source_line"
    lines = (
        f"2025-12-01T08:00:00+08:00 | 100 | ok | IT-1 | it | {FILE} | 2",
        f"2025-12-02T08:15:00+08:00 | 9800 | ok | IT-1 | it | {FILE} | 3",
    )
    silent = rows(ServerTelemetry, f"{HOURS} | source_delivery | source_line")
    built = FacilityReadings.build(rows(FacilityPower, "\n".join([header, *lines])), silent)
    said = {
        (r["reading"], r["unknown_reason"]): r["count"]
        for r in built.groupBy("reading", "unknown_reason").count().collect()
    }
    assert said == {("ok", "one_sided"): 1, ("none", "long_gap"): 96, ("ok", "long_gap"): 1}


def test_a_reading_sent_again_counts_as_it_came_last(rows: Draw, same: Same) -> None:
    built = metered(rows, "08:00 | 100 | ok", "08:15 | 999 | ok", "08:15 | 120 | ok")
    same(
        built,
        FacilityReadings,
        """
        interval_end_utc    | counter_kwh | energy_kwh | source_line
        2025-12-01 00:00:00 | 100         |            | 2
        2025-12-01 00:15:00 | 120         | 20         | 4
        """,
    )


def test_what_cannot_be_read_is_told_and_spoils_no_other_interval(rows: Draw) -> None:
    """A counter that is no number is bridged as a fault; a reading off the quarters is refused."""
    built = metered(rows, "08:00 | 100 | ok", "08:15 | 1x0 | ok", "08:20 | 7 | ok", "08:30 | 140 | ok")
    screened = screen(built, FacilityReadings)
    kept = {
        (str(r["interval_end_utc"]), r["reading"], r["energy_kwh"]) for r in good(screened, FacilityReadings).collect()
    }
    assert kept == {
        ("2025-12-01 00:00:00", "ok", None),
        ("2025-12-01 00:15:00", "unreadable", 20.0),
        ("2025-12-01 00:30:00", "ok", 20.0),
    }
    told = {
        (r["column_name"], r["consequence"], r["raw_value"])
        for r in refusals(screened, FacilityReadings, AT, "test").collect()
    }
    assert ("counter_kwh", "blanked", "1x0") in told
    assert [t[:2] for t in told if t[0] == ""] == [("", "refused")]


def test_servers_hours_are_energy_of_their_own_kind_and_silent_ones_are_told(rows: Draw, same: Same) -> None:
    """Summer time began on 9 March 2025 in New York: midnight is 05:00 UTC, 03:00 is 07:00; 06:00 is silent."""
    built = metered(
        rows,
        hours=(
            "node01 | 2025-03-09 03:00:00.000 | 142.5 | 100   | 181.2 | 51.25 | 47 | 55",
            "node01 | 2025-03-09 00:00:00.000 | 72.5  | 69.8  | 75.5  | 35.5  | 34 | 37",
        ),
    )
    same(
        built,
        FacilityReadings,
        """
        reading_kind | meter_id | category | interval_end_utc    | interval_minutes | reading | energy_kwh | energy_basis | unknown_reason | power_min_watts | temperature_mean_celsius
        server       | node01   | it       | 2025-03-09 06:00:00 | 60               | ok      | 0.0725     | mean_power   |                | 69.8            | 35.5
        server       | node01   | it       | 2025-03-09 07:00:00 | 60               | none    |            | unknown      | no_reading     |                 |
        server       | node01   | it       | 2025-03-09 08:00:00 | 60               | ok      | 0.1425     | mean_power   |                |                 | 51.25
        """,  # noqa: E501
    )
