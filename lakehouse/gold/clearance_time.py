"""Time to clear passport control, by port, lane and hour."""

from collections.abc import Iterator
from datetime import timedelta
from itertools import accumulate, pairwise
from typing import Annotated

from pyspark.sql import Column as SparkColumn
from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from lakehouse import fields
from lakehouse.declare import Between, Column, Gold, Holds, Kind, Unit
from lakehouse.privacy import withhold_thin_rows
from lakehouse.silver.wait_times import WaitTimes

#: The published bands of waiting, each with the minute it ends in; the last has no end.
BANDS = {
    "waited_0_to_15_count": 15,
    "waited_16_to_30_count": 30,
    "waited_31_to_45_count": 45,
    "waited_46_to_60_count": 60,
    "waited_61_to_90_count": 90,
    "waited_91_to_120_count": 120,
    "waited_over_120_count": None,
}
_MEASURES = (
    "wait_p50_minutes",
    "wait_p95_minutes",
    "wait_mean_minutes",
    "wait_max_minutes",
    "measured_count",
)


class ClearanceTime(Gold):
    """Each row tells how long those who landed in one hour at a port waited to clear a lane.

    The source publishes how many waited in bands of minutes, so p50 and p95 are
    estimates: linear interpolation in the band they fall into, as if waits were
    spread evenly over it; the last band with anyone in it ends at the longest
    wait. The terminals and airports of a port are added up, the mean is weighted
    by those measured. CBP counts from the flight's arrival, less the walk, to the
    officer (US GAO-17-470), so the lane is the staffed counter; the agency's
    e-Gates take 12 seconds a person, which no source publishes by the hour.

    Counted and left out of the waits: passengers in no band
    (``not_measured_count``). Referrals are not published: null. Hours with fewer
    than ten measured passengers keep their row without any measure.
    """

    owner = "port-operations"
    grain = "one row per port, lane and local hour"
    key = ("port_code", "lane", "hour_start_local")
    fresh_within = timedelta(days=400)
    authority = "CBP Airport Wait Times; percentiles of grouped data by linear interpolation"
    indexed = ("hour_start_local", "port_code")
    rules = (
        Holds("wait_p50_minutes <= wait_p95_minutes", "half wait no longer than nineteen in twenty"),
        Holds("wait_p95_minutes <= wait_max_minutes", "nineteen in twenty wait no longer than the longest"),
        Holds(
            "passengers_count = measured_count + not_measured_count",
            "a passenger's wait is measured or is not",
        ),
    )

    border_state = fields.border_state
    port_code = fields.port_code
    lane = fields.lane
    hour_start_local = WaitTimes.hour_start_local
    time_zone = WaitTimes.time_zone
    terminals_count = fields.counted("Terminals that had flights.")
    wait_p50_minutes = Column(Kind.DOUBLE, "Wait not exceeded by half, estimated.", (Between(0, 1440),), Unit.MINUTES)
    wait_p95_minutes = Column(
        Kind.DOUBLE, "Wait not exceeded by nineteen in twenty, estimated.", (Between(0, 1440),), Unit.MINUTES
    )
    wait_mean_minutes = Column(Kind.DOUBLE, "Mean wait.", (Between(0, 1440),), Unit.MINUTES)
    wait_max_minutes = Column(Kind.LONG, "Longest wait.", (Between(0, 1440),), Unit.MINUTES)
    measured_count = fields.counted_unless_thin("Passengers whose wait is measured; null where fewer than ten.")
    not_measured_count = fields.counted_unless_thin("Left out: passengers in no band, such as crew.")
    passengers_count = fields.counted_unless_thin("All passengers.")
    referrals_count = fields.counted_unless_thin("Sent to secondary inspection; the source does not publish it.")
    flights_count = fields.counted("Flights that landed.")
    booths_count = fields.counted("Most booths open at once, over all terminals.")

    @staticmethod
    def build(waits: Annotated[DataFrame, WaitTimes]) -> DataFrame:
        measured = sum((F.col(band) for band in BANDS), start=F.lit(0))
        weight = F.when(F.col("wait_mean_minutes").isNotNull(), measured)
        summed = ("passengers_count", "flights_count", "booths_count", *BANDS)
        hours = waits.groupBy("border_state", "port_code", "hour_start_local").agg(
            F.max("time_zone").alias("time_zone"),
            F.count("*").alias("terminals_count"),
            (F.sum(F.col("wait_mean_minutes") * weight) / F.nullif(F.sum(weight), F.lit(0))).alias("wait_mean_minutes"),
            F.max("wait_max_minutes").alias("wait_max_minutes"),
            F.sum(measured).alias("measured_count"),
            *(F.sum(name).alias(name) for name in summed),
        )
        estimated = hours.select(
            "*",
            F.lit("counter").alias("lane"),
            _percentile(0.5).alias("wait_p50_minutes"),
            _percentile(0.95).alias("wait_p95_minutes"),
            (F.col("passengers_count") - F.col("measured_count")).alias("not_measured_count"),
            F.lit(None).cast("bigint").alias("referrals_count"),
        ).drop(*BANDS)
        hidden = (*_MEASURES, "not_measured_count", "passengers_count")
        return withhold_thin_rows(estimated, "measured_count", hidden)


def _percentile(share: float) -> SparkColumn:
    """Minutes that ``share`` of the measured passengers do not exceed, by interpolation in the bands."""
    position = F.col("measured_count") * share
    found = F.when(F.lit(False), F.lit(0.0))
    for before, upto, low, high in _bands():
        within = (position - before) / F.nullif(upto - before, F.lit(0))
        found = found.when(position <= upto, low + within * (high - low))
    return F.least(found, "wait_max_minutes")


def _bands() -> Iterator[tuple[SparkColumn, SparkColumn, SparkColumn, SparkColumn]]:
    """Per band: passengers before it and up to its end, its first and its last minute."""
    upto = list(accumulate((F.col(band) for band in BANDS), initial=F.lit(0)))
    starts = [0, *(end for end in BANDS.values() if end is not None)]
    longest = F.col("wait_max_minutes")
    for (before, to), start, end in zip(pairwise(upto), starts, BANDS.values(), strict=True):
        low = F.lit(float(start))
        yield before, to, low, F.greatest(low, F.least(F.lit(end), longest))
