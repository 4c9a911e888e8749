"""Energy from running counters: differences, and everything that spoils them."""

from pyspark.sql import Column, DataFrame, Window
from pyspark.sql import functions as F

#: Minutes that an interval lasts.
METER_MINUTES = 15
#: A difference over more intervals than a day has is not shared out among them.
SHARED_UP_TO = 96


def is_on_quarter(end: Column) -> Column:
    """Whether a time is one at which intervals end."""
    return F.unix_seconds(end) % (60 * METER_MINUTES) == 0


def metered(read: DataFrame) -> DataFrame:
    """Every interval between a meter's trustworthy readings, with its energy, and readings beyond them.

    ``read`` has ``meter_id``, ``category``, ``interval_end_utc``, ``reading`` (ok, estimated, else not to be
    trusted) and ``counter_kwh``, one row per meter and time. Adds ``energy_kwh``, ``energy_basis`` (metered,
    estimated, shared), ``unknown_reason`` (reset, stuck, after_stuck, long_gap; null too for readings without
    a trustworthy one on both sides) and ``shared_intervals_count``; intervals without a line are added as
    readings 'none'.
    """
    order = Window.partitionBy("meter_id").orderBy("interval_end_utc")
    trusted = read.where(F.col("reading").isin("ok", "estimated"))
    moved = F.col("counter_kwh") - F.lag("counter_kwh").over(order)
    apart = F.unix_seconds("interval_end_utc") - F.unix_seconds(F.lag("interval_end_utc").over(order))
    is_estimated = (F.col("reading") == "estimated") | (F.lag("reading").over(order) == "estimated")
    steps = trusted.select(
        *("meter_id", "category", F.col("interval_end_utc").alias("_end")),
        moved.alias("_moved"),
        (apart / (60 * METER_MINUTES)).cast("int").alias("_steps"),
        F.when(is_estimated, "estimated").otherwise("metered").alias("_basis"),
    )
    after = Window.partitionBy("meter_id").orderBy("_end")
    reason = (
        F.when(F.col("_moved") < 0, "reset")
        .when(F.col("_moved") == 0, "stuck")
        .when(F.lag("_moved").over(after) == 0, "after_stuck")
        .when(F.col("_steps") > SHARED_UP_TO, "long_gap")
    )
    judged = steps.withColumn("unknown_reason", reason).where("_steps >= 1")
    is_shared = F.col("unknown_reason").isNull() & (F.col("_steps") > 1)
    grid = judged.select(
        *("meter_id", "category", "unknown_reason"),
        F.explode(F.sequence(F.lit(0), F.col("_steps") - 1)).alias("_back"),
        *("_end", "_moved", "_steps", "_basis"),
    ).select(
        *("meter_id", "category", "unknown_reason"),
        (F.col("_end") - F.make_dt_interval(mins=F.col("_back") * METER_MINUTES)).alias("interval_end_utc"),
        F.when(F.col("unknown_reason").isNull(), F.col("_moved") / F.col("_steps")).alias("energy_kwh"),
        F.when(F.col("_steps") > 1, "shared").otherwise(F.col("_basis")).alias("energy_basis"),
        F.when(is_shared, F.col("_steps")).alias("shared_intervals_count"),
    )
    lines = read.withColumnRenamed("category", "_category")
    joined = grid.join(lines, ["meter_id", "interval_end_utc"], "full")
    said = {
        "category": F.coalesce("category", "_category"),
        "reading": F.coalesce("reading", F.lit("none")),
    }
    return joined.withColumns(said).drop("_category")
