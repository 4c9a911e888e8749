"""The agency's services as operations watches them, and when one is down."""

from pyspark.sql import Column, DataFrame, Window
from pyspark.sql import functions as F

SERVICES = ("e_gate", "inspection", "manifests", "screening", "lakehouse", "network")

#: Services without which nobody can be cleared. Where e-Gates fail travellers go to the counters, manifests that
#: are late are read when they come, and the lakehouse serves tomorrow's screening, not today's.
BORDER_CRITICAL = ("inspection", "screening", "network")

#: Minutes between two probes of a service.
PROBE_MINUTES = 5

#: Time zone by which months and days of the agency are counted.
AGENCY_ZONE = "Asia/Taipei"


def merged(outages: DataFrame, *per: str) -> DataFrame:
    """Times ``began_at_utc`` to ``ended_at_utc`` per group ``per``, those that overlap or touch put together."""
    order = Window.partitionBy(*per).orderBy("began_at_utc", "ended_at_utc")
    ended_before = F.max("ended_at_utc").over(order.rowsBetween(Window.unboundedPreceding, -1))
    is_new = (ended_before.isNull() | (F.col("began_at_utc") > ended_before)).cast("int")
    islands = outages.withColumn("_is_new", is_new).withColumn("_island", F.sum("_is_new").over(order))
    return (
        islands.groupBy(*per, "_island")
        .agg(F.min("began_at_utc").alias("began_at_utc"), F.max("ended_at_utc").alias("ended_at_utc"))
        .drop("_island")
    )


def local_month(moment: Column) -> Column:
    """First day of the agency's month in which ``moment`` lies."""
    return F.trunc(F.from_utc_timestamp(moment, AGENCY_ZONE), "month")


def minutes_between(begin: Column, end: Column) -> Column:
    """Minutes from one time to another, with fractions."""
    return (F.unix_seconds(end) - F.unix_seconds(begin)) / 60
