"""What bookings tell of a journey, and cards and agencies of those who use them, as known on each day."""

from pyspark.sql import Column as SparkColumn
from pyspark.sql import DataFrame, Window
from pyspark.sql import functions as F

_COMPARED = ("document", "nationality", "date_of_birth")


def booked(manifests: DataFrame, legs: DataFrame) -> DataFrame:
    """By person and leg: how it was paid, how early, what differs, and when the leg's first messages came.

    Where a person stands on a leg twice the smallest value counts, so that runs agree.
    """
    sent = legs.select(
        "flight_leg_id",
        F.col("paxlst_received_at_utc").alias("_paxlst_at_utc"),
        F.col("pnrgov_received_at_utc").alias("_pnrgov_at_utc"),
    )
    differs = (F.max(f"{name}_differs").alias(f"_{name}_differs") for name in _COMPARED)
    return (
        manifests.where("person_key IS NOT NULL")
        .groupBy("person_key", "flight_leg_id")
        .agg(
            F.min("form_of_payment").alias("form_of_payment"),
            F.min("booking_lead_days").alias("booking_lead_days"),
            F.min("api_document_key").alias("_api_document_key"),
            *differs,
        )
        .join(sent, "flight_leg_id")
    )


def cards_by_day(journeys: DataFrame) -> DataFrame:
    """By means of payment and day of a journey: how many parties it has paid for, until and with that day.

    A person belongs to the party of the first booking that the means paid for:
    who travels often, or with a family, is one party.
    """
    paid = journeys.where("payment_key IS NOT NULL AND booking_key IS NOT NULL")
    first = F.min(F.struct("travelled_on", "booking_key")).alias("first")
    persons = paid.groupBy("payment_key", "person_key").agg(first).select("payment_key", "first.*")
    parties = persons.groupBy("payment_key", "booking_key").agg(F.min("travelled_on").alias("travelled_on"))
    days = paid.select("payment_key", "travelled_on", F.lit(0).alias("party"))
    events = parties.select("payment_key", "travelled_on", F.lit(1).alias("party")).unionByName(days)
    by_day = events.groupBy("payment_key", "travelled_on").agg(F.sum("party").alias("party"))
    until = Window.partitionBy("payment_key").orderBy("travelled_on")
    return by_day.select("payment_key", "travelled_on", F.sum("party").over(until).alias("card_parties_count"))


def agencies_by_day(journeys: DataFrame, flags: DataFrame) -> DataFrame:
    """By agency and day of a journey: persons it booked for and those flagged until the day before; and of all."""
    by = journeys.where("agency_code IS NOT NULL")
    flagged = flags.groupBy("person_key").agg(F.min("flagged_on").alias("flagged_on"))
    persons = by.groupBy("agency_code", "person_key").agg(F.min("travelled_on").alias("came_on"))
    known = persons.join(flagged, "person_key", "left").withColumn("known_on", F.greatest("came_on", "flagged_on"))
    came = known.select("agency_code", F.col("came_on").alias("travelled_on"), *_counts(1, 0))
    found = known.where("flagged_on IS NOT NULL").select(
        "agency_code", F.col("known_on").alias("travelled_on"), *_counts(0, 1)
    )
    days = by.select("agency_code", "travelled_on", *_counts(0, 0)).distinct()
    by_day = (
        came.unionByName(found)
        .unionByName(days)
        .groupBy("agency_code", "travelled_on")
        .agg(F.sum("persons").alias("persons"), F.sum("flagged").alias("flagged"))
    )
    before = Window.partitionBy("agency_code").orderBy("travelled_on").rowsBetween(Window.unboundedPreceding, -1)
    of_all = by_day.groupBy("travelled_on").agg(F.sum("persons").alias("persons"), F.sum("flagged").alias("flagged"))
    # One row a day: a window over all of them is small.
    all_before = Window.orderBy("travelled_on").rowsBetween(Window.unboundedPreceding, -1)
    ratio = F.try_divide(F.sum("flagged").over(all_before), F.sum("persons").over(all_before))
    base = of_all.select("travelled_on", ratio.alias("all_flagged_ratio"))
    return by_day.select(
        "agency_code",
        "travelled_on",
        F.coalesce(F.sum("persons").over(before), F.lit(0)).alias("agency_persons_count"),
        F.coalesce(F.sum("flagged").over(before), F.lit(0)).alias("agency_flagged_count"),
    ).join(F.broadcast(base), "travelled_on")


def _counts(persons: int, flagged: int) -> list[SparkColumn]:
    return [F.lit(persons).alias("persons"), F.lit(flagged).alias("flagged")]
