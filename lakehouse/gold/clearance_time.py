"""Time to clear passport control, by port, lane and hour."""

from collections.abc import Iterator
from datetime import timedelta
from itertools import accumulate, pairwise
from typing import Annotated

from pyspark.sql import Column as SparkColumn
from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from lakehouse import fields
from lakehouse.declare import Between, Column, Gold, Holds, Kind, NotNull, OneOf, Unit
from lakehouse.privacy import withhold_thin_rows
from lakehouse.silver.crossings import AGENCY_STATE, AGENCY_ZONE
from lakehouse.silver.inspections import Inspections
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
    "not_measured_count",
)
_SHARES = {"wait_p50_minutes": 0.5, "wait_p95_minutes": 0.95}
_PASSENGERS = ("passengers_count", "referrals_count", "inspection_p50_seconds")


class ClearanceTime(Gold):
    """Each row tells how long those who came in one hour to a lane of a port took to clear it.

    Two bases stand side by side. 'inspections' are the agency's own: from
    joining the queue to the end of the inspection, each traveller measured, so
    that percentiles are exact; by lane, for entries and exits alike, whatever
    came of the inspection. How long the inspection itself takes stands beside
    (``inspection_p50_seconds``; the agency says 12 seconds for its e-Gates).

    'published_bands' are CBP's: it publishes how many waited in bands of
    minutes, so p50 and p95 are estimates by linear interpolation in the band
    they fall into, as if waits were spread evenly over it; the last band with
    anyone in it ends at the longest wait. The terminals and airports of a port
    are added up, the mean is weighted by those measured. CBP counts from the
    flight's arrival, less the walk, to the officer (US GAO-17-470), so the lane
    is the staffed counter; referrals are not published.

    Counted and left out of the waits: those not measured
    (``not_measured_count``): passengers in no band, travellers whose queue was
    not timed. Hours with fewer than ten measured keep their row without waits;
    of fewer than ten passengers nothing is shown.
    """

    owner = "port-operations"
    grain = "one row per port, direction, lane and local hour"
    key = ("port_code", "direction", "lane", "hour_start_local")
    fresh_within = timedelta(days=400)
    authority = (
        "the agency's inspections (docs/feeds.md); CBP Airport Wait Times, percentiles of grouped data by linear "
        "interpolation"
    )
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
    basis = Column(
        Kind.STRING,
        "What is measured: each inspection, or bands as published.",
        (NotNull(), OneOf(("inspections", "published_bands"))),
    )
    port_code = fields.port_code
    direction = fields.direction
    lane = fields.lane
    hour_start_local = WaitTimes.hour_start_local
    time_zone = WaitTimes.time_zone
    terminals_count = fields.counted("Terminals that had flights, or harbours and terminals that inspected.")
    wait_p50_minutes = Column(
        Kind.DOUBLE, "Wait not exceeded by half; of bands an estimate.", (Between(0, 2880),), Unit.MINUTES
    )
    wait_p95_minutes = Column(
        Kind.DOUBLE, "Wait not exceeded by nineteen in twenty; of bands an estimate.", (Between(0, 2880),), Unit.MINUTES
    )
    wait_mean_minutes = Column(Kind.DOUBLE, "Mean wait.", (Between(0, 2880),), Unit.MINUTES)
    wait_max_minutes = Column(
        Kind.LONG, "Longest wait; the agency's in minutes begun.", (Between(0, 2880),), Unit.MINUTES
    )
    inspection_p50_seconds = Column(
        Kind.DOUBLE,
        "Inspection alone, not exceeded by half; CBP does not publish it.",
        (Between(0, 86_400),),
        Unit.SECONDS,
    )
    measured_count = fields.counted_unless_thin("Passengers whose wait is measured; null where fewer than ten.")
    not_measured_count = fields.counted_unless_thin(
        "Left out: passengers in no band, such as crew, or whose queue was not timed."
    )
    passengers_count = fields.counted_unless_thin("All passengers.")
    referrals_count = fields.counted_unless_thin("Sent to secondary inspection; CBP does not publish it.")
    flights_count = fields.counted("Flights that landed; the agency's: whose passengers were inspected.")
    booths_count = fields.counted_unless_thin("Most booths open at once, over all terminals; the agency does not tell.")

    @staticmethod
    def build(waits: Annotated[DataFrame, WaitTimes], inspections: Annotated[DataFrame, Inspections]) -> DataFrame:
        return _of_bands(waits).unionByName(_of_inspections(inspections))


def _of_bands(waits: DataFrame) -> DataFrame:
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
        *(F.lit(v).alias(n) for n, v in {"basis": "published_bands", "direction": "entry", "lane": "counter"}.items()),
        *(_percentile(0.5).alias("wait_p50_minutes"), _percentile(0.95).alias("wait_p95_minutes")),
        (F.col("passengers_count") - F.col("measured_count")).alias("not_measured_count"),
        *(
            F.lit(None).cast("bigint").alias("referrals_count"),
            F.lit(None).cast("double").alias("inspection_p50_seconds"),
        ),
    ).drop(*BANDS)
    return withhold_thin_rows(estimated, "measured_count", (*_MEASURES, *_PASSENGERS))


def _of_inspections(inspections: DataFrame) -> DataFrame:
    # Whole seconds add up to the same in any order, fractions of a minute do not.
    waited = F.col("queue_seconds") + F.col("inspection_seconds")
    hours = inspections.groupBy("port_code", "direction", "lane", "hour_start_local").agg(
        F.count_distinct("port_source_code").alias("terminals_count"),
        F.count_distinct("flight_leg_id").alias("flights_count"),
        F.count("*").alias("passengers_count"),
        F.count(waited).alias("measured_count"),
        F.count_if(waited.isNull()).alias("not_measured_count"),
        F.count("referral_id").alias("referrals_count"),
        *(F.round(F.percentile(waited, share) / 60, 3).alias(n) for n, share in _SHARES.items()),
        F.round(F.avg(waited) / 60, 3).alias("wait_mean_minutes"),
        F.ceil(F.max(waited) / 60).alias("wait_max_minutes"),
        F.percentile("inspection_seconds", 0.5).alias("inspection_p50_seconds"),
    )
    said = {"basis": "inspections", "border_state": AGENCY_STATE, "time_zone": AGENCY_ZONE}
    measured = hours.withColumns({name: F.lit(value) for name, value in said.items()})
    complete = measured.withColumn("booths_count", F.lit(None).cast("bigint"))
    shown = withhold_thin_rows(complete, "measured_count", _MEASURES)
    return withhold_thin_rows(shown, "passengers_count", _PASSENGERS)


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
