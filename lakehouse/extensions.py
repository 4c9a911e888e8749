"""Stays that were extended: a permit changed during the stay lets the traveller stay on."""

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from lakehouse import reading


def not_extended(stays: DataFrame, permits: DataFrame) -> DataFrame:
    """Those of ``stays`` without a permit that was extended since the entry and is in force on the day of judgement.

    A permit without a last day has no end. A visa may be valid beyond the stay
    that it was issued for, so that only an extension during the stay counts, and
    only of the traveller's own permit, by person or document. ``stays`` has both
    keys, ``entered_on`` and ``as_of_date``.
    """
    extended = permits.where("status = 'extended'").withColumn("_on", reading.local_day(F.col("changed_at_utc")))
    in_stay = F.col("_on").between(F.col("entered_on"), F.col("as_of_date"))
    holds = in_stay & F.coalesce(F.col("_until") >= F.col("as_of_date"), F.lit(True))
    for key in ("person_key", "document_key"):
        known = extended.select(F.col(key).alias("_key"), "_on", F.col("valid_until").alias("_until"))
        stays = stays.join(known, (F.col(key) == F.col("_key")) & holds, "left_anti")
    return stays
