"""Energy by meter and interval, from running counters and from servers' mean power."""

from datetime import UTC, datetime, timedelta
from typing import Annotated

from pyspark.sql import DataFrame, Window
from pyspark.sql import functions as F

from lakehouse import reading
from lakehouse.bronze.facility_power import FacilityPower
from lakehouse.bronze.server_telemetry import ServerTelemetry
from lakehouse.counters import METER_MINUTES, SHARED_UP_TO, is_on_quarter, metered
from lakehouse.declare import Between, Column, Holds, Kind, NotNull, OneOf, Silver, Unit

#: Minutes that a server's interval lasts.
SERVER_MINUTES = 60
#: Where the servers' clocks are.
SERVER_ZONE = "America/New_York"
#: Where a telemetry minimum begins to be computed: there and above it is no measurement.
LEAST_POWER_CAP = 100
CATEGORIES = ("total", "it", "cooling", "other")
READINGS = ("ok", "estimated", "fault", "unreadable", "none")
BASES = ("metered", "estimated", "shared", "mean_power", "unknown")
UNKNOWN = ("one_sided", "reset", "stuck", "after_stuck", "long_gap", "no_reading")


def _measured(meaning: str, unit: Unit, low: float, high: float) -> Column:
    return Column(Kind.DOUBLE, meaning, (Between(low, high),), unit, lenient=True, examples=(42.5, 45.0, None))


class FacilityReadings(Silver):
    """Each row tells how much energy one meter counted in one interval, and on what ground that is known.

    A counter's energy is the difference between two trustworthy readings, those
    that are ok or estimated. Where readings between them are missing or faulty,
    the sum is known and its course is not: it is shared equally among the
    intervals, up to a day's, and they say so ('shared'). Nothing is known
    ('unknown', energy null) of an interval without a trustworthy reading before
    and after it, of one in which the counter fell (reset), of those in which it
    did not move (a data centre always draws, so it was stuck) and of the one in
    which it moved again, and of gaps longer than a day. So every interval from
    a meter's first line to its last has a row, and none is filled silently. A
    reading that is sent again counts as it came last.

    Servers report their mean power by the hour instead (kind 'server'): energy
    is that times the hour. Their clocks are read as those of New York; an hour
    that they do not report has a row without energy.
    """

    owner = "data-centre"
    grain = "one row per meter or server and interval"
    key = ("reading_kind", "meter_id", "interval_end_utc")
    fresh_within = timedelta(days=2)
    authority = "ISO/IEC 30134-2: energy by integrating meters; platform: docs/feeds.md"
    indexed = ("interval_end_utc",)
    rules = (
        Holds("(energy_basis = 'unknown') = (energy_kwh IS NULL)", "energy is null where it is not known"),
        Holds("(energy_basis = 'unknown') = (unknown_reason IS NOT NULL)", "what is not known has its reason"),
        Holds(
            f"minute(interval_end_utc) % {METER_MINUTES} = 0 AND second(interval_end_utc) = 0",
            "intervals end on the quarters of an hour",
        ),
    )
    ignored = dict.fromkeys(
        ("utilave", "utilmin", "utilmax", "gmemave", "gmemmin", "gmemmax"), "load of the accelerators, no energy"
    )

    reading_kind = Column(Kind.STRING, "Counter of a meter, or power of a server.", (NotNull(),
        OneOf(("meter", "server"))))  # fmt: skip
    meter_id = Column(Kind.STRING, "Meter or server.", (NotNull(),), examples=("MDB-TOTAL", "PDU-IT-1"))
    category = Column(Kind.STRING, "What it feeds; servers are IT.", (NotNull(), OneOf(CATEGORIES)))
    interval_end_utc = Column(
        Kind.TIMESTAMP,
        "End of the interval.",
        (NotNull(),),
        examples=tuple(datetime(2025, 12, 1, tzinfo=UTC) + timedelta(minutes=15 * n) for n in range(200)),
    )
    interval_minutes = Column(Kind.INT, "Length of the interval.", (NotNull(), Between(15, 60)), Unit.MINUTES)
    reading = Column(Kind.STRING, "What came for the interval; 'none' where no line did.", (NotNull(),
        OneOf(READINGS)))  # fmt: skip
    counter_kwh = Column(Kind.DOUBLE, "The counter at its end, as read.", (Between(0, 1e12),), Unit.KWH)
    energy_kwh = Column(Kind.DOUBLE, "Energy of the interval.", (Between(0, 1e6),), Unit.KWH, examples=(30.0, None))
    energy_basis = Column(Kind.STRING, "On what ground the energy is known.", (NotNull(), OneOf(BASES)))
    unknown_reason = Column(
        Kind.STRING, "Why it is not.", (OneOf(UNKNOWN),), examples=("reset", "stuck", None, None, None)
    )
    shared_intervals_count = Column(
        Kind.INT, "Intervals that one difference was shared among.", (Between(2, SHARED_UP_TO),), Unit.COUNT
    )
    power_mean_watts = _measured("Mean power of a server.", Unit.WATTS, 0, 1e6)
    power_min_watts = _measured(
        f"Least power of a server; null where the source says {LEAST_POWER_CAP}, at which it began to look.",
        Unit.WATTS,
        0,
        1e6,
    )
    power_max_watts = _measured("Most power of a server.", Unit.WATTS, 0, 1e6)
    temperature_mean_celsius = _measured("Mean temperature of a server.", Unit.CELSIUS, -50, 150)
    temperature_min_celsius = _measured("Lowest temperature of a server.", Unit.CELSIUS, -50, 150)
    temperature_max_celsius = _measured("Highest temperature of a server.", Unit.CELSIUS, -50, 150)
    source_delivery = Column(Kind.STRING, "Delivery of the reading; null where none came.")
    source_line = Column(Kind.LONG, "Its line in the file.")

    @staticmethod
    def build(
        power: Annotated[DataFrame, FacilityPower], telemetry: Annotated[DataFrame, ServerTelemetry]
    ) -> DataFrame:
        read = _read(power)
        is_placed = F.coalesce(is_on_quarter(F.col("interval_end_utc")), F.lit(False))
        meters = metered(read.where(is_placed)).unionByName(read.where(~is_placed), allowMissingColumns=True)
        both = meters.withColumn("reading_kind", F.lit("meter")).unionByName(_served(telemetry), True)
        reason = F.when(F.col("energy_kwh").isNull(), F.coalesce("unknown_reason", F.lit("one_sided")))
        said = {
            "interval_minutes": F.when(F.col("reading_kind") == "meter", METER_MINUTES).otherwise(SERVER_MINUTES),
            "energy_basis": F.when(reason.isNull(), F.col("energy_basis")).otherwise("unknown"),
            "unknown_reason": reason,
            "energy_kwh": F.round("energy_kwh", 6),
        }
        raw = ["interval_end_utc__raw", "counter_kwh__raw", *(f"{name}__raw" for name in _POWER)]
        return both.withColumns(said).select(*FacilityReadings.columns(), *raw)


#: Measures of servers, by the column of the source.
_POWER = {
    "power_mean_watts": "powerave",
    "power_max_watts": "powermax",
    "temperature_mean_celsius": "tempave",
    "temperature_min_celsius": "tempmin",
    "temperature_max_celsius": "tempmax",
}


def _read(power: DataFrame) -> DataFrame:
    """Lines of meters, typed, each reading as it came last."""
    counter, status = reading.decimal(F.col("counter_kwh")), F.trim("status")
    state = F.when(~status.isin("ok", "estimated"), "fault").when(counter.isNull(), "unreadable").otherwise(status)
    read = power.select(
        "meter_id",
        "category",
        reading.moment(F.col("read_at")).alias("interval_end_utc"),
        F.col("read_at").alias("interval_end_utc__raw"),
        F.coalesce(state, F.lit("unreadable")).alias("reading"),
        counter.alias("counter_kwh"),
        F.col("counter_kwh").alias("counter_kwh__raw"),
        *("source_delivery", "source_line"),
    )
    return _as_sent_last(read)


def _as_sent_last(read: DataFrame) -> DataFrame:
    again = Window.partitionBy("meter_id", F.coalesce("interval_end_utc__raw", F.lit("")))
    latest = again.orderBy(F.desc("source_delivery"), F.desc("source_line"))
    return read.withColumn("_place", F.row_number().over(latest)).where("_place = 1").drop("_place")


def _served(telemetry: DataFrame) -> DataFrame:
    """Hours of servers, those that they do not report among them."""
    is_hour = F.col("timestamp").rlike(r"^\d{4}-\d\d-\d\d \d\d:00:00\.000$")
    start = F.to_utc_timestamp(F.when(is_hour, F.col("timestamp").try_cast("timestamp")), SERVER_ZONE)
    least = reading.decimal(F.col("powermin"))
    sent = telemetry.select(
        F.col("name").alias("meter_id"),
        (start + F.make_dt_interval(hours=F.lit(1))).alias("interval_end_utc"),
        F.col("timestamp").alias("interval_end_utc__raw"),
        F.lit("ok").alias("reading"),
        F.when(least < LEAST_POWER_CAP, least).alias("power_min_watts"),
        *(reading.decimal(F.col(raw)).alias(name) for name, raw in _POWER.items()),
        *(F.col(raw).alias(f"{name}__raw") for name, raw in _POWER.items()),
        *("source_delivery", "source_line"),
    )
    hours = _as_sent_last(sent)
    order = Window.partitionBy("meter_id").orderBy("interval_end_utc")
    hour = F.make_dt_interval(hours=F.lit(1))
    after = F.lead("interval_end_utc").over(order)
    ends = F.sequence(F.col("interval_end_utc") + hour, after - hour, hour)
    silent = hours.select("meter_id", F.when(after > F.col("interval_end_utc") + hour, ends).alias("_ends")).select(
        "meter_id", F.explode("_ends").alias("interval_end_utc"), F.lit("none").alias("reading")
    )
    energy = F.col("power_mean_watts") * SERVER_MINUTES / (60 * 1000)
    return hours.unionByName(silent, allowMissingColumns=True).withColumns(
        {
            "reading_kind": F.lit("server"),
            "category": F.lit("it"),
            "energy_kwh": energy,
            "energy_basis": F.lit("mean_power"),
            "unknown_reason": F.when(energy.isNull(), "no_reading"),
        }
    )
