"""Waiting times at passport control, hour by hour."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Annotated

from pyspark.sql import Column as SparkColumn
from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from lakehouse import fields, reading
from lakehouse.bronze.cbp_wait_times import CbpWaitTimes
from lakehouse.conforming import conformed
from lakehouse.declare import Between, Column, Holds, Kind, NotNull, Silver, Unit
from lakehouse.silver.airports import Airports
from lakehouse.silver.source_codes import SourceCodes

_WAITS = {
    "us_wait_mean_minutes": "us_avg_wait",
    "us_wait_max_minutes": "us_max_wait",
    "foreign_wait_mean_minutes": "non_us_avg_wait",
    "foreign_wait_max_minutes": "non_us_max_wait",
    "wait_mean_minutes": "all_avg_wait",
    "wait_max_minutes": "all_max_wait",
}
_BINS = {
    "waited_0_to_15_count": "all_n_0_15",
    "waited_16_to_30_count": "all_n_16_30",
    "waited_31_to_45_count": "all_n_31_45",
    "waited_46_to_60_count": "all_n_46_60",
    "waited_61_to_90_count": "all_n_61_90",
    "waited_91_to_120_count": "all_n_91_120",
    "waited_over_120_count": "all_n_over_120",
    "excluded_count": "all_excluded",
}
_COUNTS = {"passengers_count": "all_total", "flights_count": "all_flights", "booths_count": "all_booths"}


def _wait(meaning: str) -> Column:
    return Column(Kind.LONG, meaning, (Between(0, 1440),), Unit.MINUTES, lenient=True, examples=(5, 18, 40, None))


def _passengers(meaning: str) -> Column:
    return replace(fields.counted(meaning), examples=(0, 5, 40))


class WaitTimes(Silver):
    """Each row tells how long those waited who landed in one hour at one terminal.

    Hours are local, as published; "2300 - 0000" ends on the next day. The hour
    that comes twice when summer time ends is one row, and an hour without
    flights has none. Mean and longest wait are whole minutes of US citizens,
    foreigners and all; 0 may also mean that nobody of the kind came. In the
    20,362 hours at hand no mean exceeds its maximum; passengers by wait and
    those excluded add up to all but in three hours, where 19 to 23 are missing,
    so they are promised not to exceed all. Eight hours have passengers but no booth.
    """

    owner = "border-operations"
    grain = "one row per airport, terminal and hour"
    key = ("port_code", "port_source_code", "terminal", "hour_start_local")
    fresh_within = timedelta(days=400)
    authority = "Airport Wait Times, US Customs and Border Protection"
    indexed = ("hour_start_local",)
    rules = (
        *(
            Holds(
                f"{of}wait_mean_minutes <= {of}wait_max_minutes",
                f"the mean wait {of or 'of all'} is not above the longest",
            )
            for of in ("us_", "foreign_", "")
        ),
        Holds(f"{' + '.join(_BINS)} <= passengers_count", "those counted by wait are not more than all"),
    )

    border_state = fields.border_state
    port_code = fields.port_code
    port_source_code = Column(
        Kind.STRING, "Airport, IATA code: a port may have several.", (NotNull(),), examples=("ORD",)
    )
    terminal = Column(Kind.STRING, "Terminal, as the source names it.", (NotNull(),), examples=("Terminal 5",))
    hour_start_local = Column(
        Kind.TIMESTAMP,
        "Start of the hour of landing, by the clocks there.",
        (NotNull(),),
        examples=tuple(datetime(2016, 1, 1) + timedelta(hours=11 * n) for n in range(48)),
    )
    time_zone = Column(
        Kind.STRING, "Time zone of the airport (IANA), where it is known.", examples=("America/Chicago",)
    )
    us_wait_mean_minutes = _wait("Mean wait of US citizens.")
    us_wait_max_minutes = _wait("Longest wait of US citizens.")
    foreign_wait_mean_minutes = _wait("Mean wait of foreigners.")
    foreign_wait_max_minutes = _wait("Longest wait of foreigners.")
    wait_mean_minutes = _wait("Mean wait of all.")
    wait_max_minutes = _wait("Longest wait of all.")
    waited_0_to_15_count = _passengers("Passengers who waited up to 15 minutes.")
    waited_16_to_30_count = _passengers("Passengers who waited 16 to 30 minutes.")
    waited_31_to_45_count = _passengers("Passengers who waited 31 to 45 minutes.")
    waited_46_to_60_count = _passengers("Passengers who waited 46 to 60 minutes.")
    waited_61_to_90_count = _passengers("Passengers who waited 61 to 90 minutes.")
    waited_91_to_120_count = _passengers("Passengers who waited 91 to 120 minutes.")
    waited_over_120_count = _passengers("Passengers who waited longer than 120 minutes.")
    excluded_count = _passengers("Passengers left out of the waits, such as crew.")
    passengers_count = replace(fields.counted("All passengers."), examples=(400, 1_200))
    flights_count = fields.counted("Flights that landed.")
    booths_count = fields.counted("Most booths open at once.")
    source_delivery = fields.source_delivery
    source_line = fields.source_line

    @staticmethod
    def build(
        hours: Annotated[DataFrame, CbpWaitTimes],
        codes: Annotated[DataFrame, SourceCodes],
        airports: Annotated[DataFrame, Airports],
    ) -> DataFrame:
        zones = airports.select(F.col("iata_code").alias("airport"), "time_zone")
        coded = conformed(hours, codes, "airport", "cbp_airport", "port_code")
        numbers = _WAITS | _BINS | _COUNTS
        return coded.join(F.broadcast(zones), "airport", "left").select(
            F.lit("USA").alias("border_state"),
            *("port_code", F.col("airport").alias("port_source_code"), "terminal", "time_zone"),
            _hour_start().alias("hour_start_local"),
            F.concat_ws(" ", "date", "hour").alias("hour_start_local__raw"),
            *(reading.whole_number(F.col(raw)).alias(name) for name, raw in numbers.items()),
            *(F.col(raw).alias(f"{name}__raw") for name, raw in numbers.items()),
            *("source_delivery", "source_line"),
        )


def _hour_start() -> SparkColumn:
    """Start of an hour such as "2300 - 0000"; null where it is not one hour long."""
    start, end = (F.regexp_extract("hour", r"^(\d\d)00 - (\d\d)00$", part).try_cast("int") for part in (1, 2))
    midnight = reading.day(F.col("date"), "yyyy-MM-dd").cast("timestamp")
    return F.when((start < 24) & (end == (start + 1) % 24), midnight + F.make_dt_interval(hours=start))
