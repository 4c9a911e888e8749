"""The graph around a person at one journey: who else used the same means, and who was on the same legs before.

Everything is told as it stood when the journey began. Means count with the
journeys of earlier days, findings from the day after they were made. Whom
somebody travels with counts on legs of earlier days, and on the leg at hand as
the carrier announced it before it departed.
"""

from __future__ import annotations

from pyspark.sql import Column as SparkColumn
from pyspark.sql import DataFrame, Window
from pyspark.sql import functions as F

#: What journeys may share, and what it is called in features.
MEANS = {
    "payment": "payment_key",
    "booking_phone": "booking_phone_key",
    "card_phone": "card_phone_key",
    "sponsor": "sponsor_key",
    "agency": "agency_code",
}
MEANS_COLUMNS = tuple(f"{name}_{what}_count" for name in MEANS for what in ("others", "flagged"))
AGAIN_COLUMNS = (
    *("again_count", "again_twice_count", "again_apart_count", "again_apart_twice_count"),
    *("again_means_count", "again_flagged_count"),
)

_JOURNEY = ["person_key", "flight_leg_id"]


def means(journeys: DataFrame, flags: DataFrame) -> DataFrame:
    """By journey and means: how many others used it on earlier days, and how many of them were flagged by then.

    Null where the journey has no such means.
    """
    named = F.array(*(F.struct(F.lit(n).alias("kind"), F.col(c).alias("means")) for n, c in MEANS.items()))
    used = (
        journeys.select(*_JOURNEY, "travelled_on", F.inline(named))
        .where("means IS NOT NULL")
        .withColumnRenamed("travelled_on", "day")
    )
    of = ["kind", "means"]
    first = used.groupBy(*of, "person_key").agg(F.min("day").alias("first_on"))
    known = first.join(_flagged(flags), "person_key", "left").withColumn(
        "found_on", F.greatest("first_on", "flagged_on")
    )
    came = known.select(*of, F.col("first_on").alias("day"), *_counts(1, 0))
    found = known.where("flagged_on IS NOT NULL").select(*of, F.col("found_on").alias("day"), *_counts(0, 1))
    asked = used.select(*of, "day", *_counts(0, 0)).distinct()
    by_day = came.unionByName(found).unionByName(asked).groupBy(*of, "day").agg(
        F.sum("others").alias("others"), F.sum("flagged").alias("flagged")
    )  # fmt: skip
    before = Window.partitionBy(*of).orderBy("day").rowsBetween(Window.unboundedPreceding, -1)
    until = by_day.select(*of, "day", *(F.coalesce(F.sum(n).over(before), F.lit(0)).alias(n) for n in _WHAT))
    own = known.select(*of, "person_key", "first_on", "found_on", F.col("flagged_on").isNotNull().alias("is_flagged"))
    rows = used.join(until, [*of, "day"]).join(own, [*of, "person_key"])
    # The traveller is none of the others.
    others = F.col("others") - (F.col("first_on") < F.col("day")).cast("int")
    flagged = F.col("flagged") - (F.col("is_flagged") & (F.col("found_on") < F.col("day"))).cast("int")
    told = rows.withColumns({"others": others, "flagged": flagged})
    columns = (
        F.max(F.when(F.col("kind") == name, F.col(what))).alias(f"{name}_{what}_count")
        for name in MEANS
        for what in _WHAT
    )
    return told.groupBy(*_JOURNEY).agg(*columns)


_WHAT = ("others", "flagged")


def _flagged(flags: DataFrame) -> DataFrame:
    return flags.groupBy("person_key").agg(F.min("flagged_on").alias("flagged_on"))


def _counts(others: int, flagged: int) -> list[SparkColumn]:
    return [F.lit(others).alias("others"), F.lit(flagged).alias("flagged")]


def handed_on(journeys: DataFrame) -> DataFrame:
    """By journey: days since somebody else, on another leg, used the telephone for the crossing before this one.

    Null where the one before was the traveller's own, or there was none. With it
    ``handed_on_count``: how often the telephone had changed hands until now.
    """
    phone = F.coalesce("card_phone_key", "booking_phone_key")
    used = journeys.select(*_JOURNEY, "travelled_on", "direction", phone.alias("phone")).where("phone IS NOT NULL")
    # On one day whoever left came before whoever entered; more than that the day does not tell.
    order = Window.partitionBy("phone").orderBy("travelled_on", F.desc("direction"), "flight_leg_id", "person_key")
    before = F.lag(F.struct("person_key", "flight_leg_id", "travelled_on")).over(order)
    other = (before["person_key"] != F.col("person_key")) & (before["flight_leg_id"] != F.col("flight_leg_id"))
    earlier = other & (before["travelled_on"] < F.col("travelled_on"))
    days = F.when(earlier, F.datediff("travelled_on", before["travelled_on"]))
    told = used.withColumn("handed_on_days", days)
    changes = F.count("handed_on_days").over(order.rowsBetween(Window.unboundedPreceding, Window.currentRow))
    return told.select(*_JOURNEY, "handed_on_days", changes.alias("handed_on_count"))


def again(journeys: DataFrame, flags: DataFrame) -> DataFrame:
    """By journey: others on the leg who were on an earlier one that way too, and how they stand to the traveller.

    ``apart`` are those with whom neither a booking nor a means was ever shared
    until then, ``twice`` those met on two earlier days or more, ``means`` those
    with a means in common but no booking. Journeys of whoever takes a way once
    have no row.
    """
    pairs = _pairs(journeys).join(
        _flagged(flags).withColumnRenamed("person_key", "other_key"), "other_key", "left"
    )  # fmt: skip
    together = Window.partitionBy("person_key", "other_key", "direction").orderBy("travelled_on", "flight_leg_id")
    earlier = together.rowsBetween(Window.unboundedPreceding, Window.currentRow)
    told = pairs.withColumns(
        {
            "met": F.size(F.collect_set("travelled_on").over(earlier)) - 1,
            "booked": F.max("same_booking").over(earlier),
            "linked": F.max("same_means").over(earlier),
        }
    ).where("met > 0 AND is_announced")
    apart, twice = ~F.col("booked") & ~F.col("linked"), F.col("met") > 1
    return told.groupBy(*_JOURNEY).agg(
        F.count("*").alias("again_count"),
        F.count_if(twice).alias("again_twice_count"),
        F.count_if(apart).alias("again_apart_count"),
        F.count_if(apart & twice).alias("again_apart_twice_count"),
        F.count_if(~F.col("booked") & F.col("linked")).alias("again_means_count"),
        F.count_if(F.col("flagged_on") < F.col("travelled_on")).alias("again_flagged_count"),
    )


def _pairs(journeys: DataFrame) -> DataFrame:
    """Each two on a leg of whom both take that way on a further day; a pair counts from its second day on.

    Who does so is told from all journeys, but changes nothing of earlier days: a
    pair that has met before has two days each by then.
    """
    way = Window.partitionBy("person_key", "direction")
    days = F.size(F.collect_set("travelled_on").over(way))
    frequent = journeys.withColumn("days", days).where("days > 1")
    said = F.struct("person_key", "booking_key", "is_announced", *MEANS.values()).alias("one")
    one = frequent.select("flight_leg_id", "travelled_on", "direction", said)
    other = one.select("flight_leg_id", F.col("one").alias("other"))
    same = F.lit(False)
    for column in MEANS.values():
        same = same | F.coalesce(F.col(f"one.{column}") == F.col(f"other.{column}"), F.lit(False))
    booking = F.coalesce(F.col("one.booking_key") == F.col("other.booking_key"), F.lit(False))
    return (
        one.join(other, "flight_leg_id")
        .where("one.person_key <> other.person_key")
        .select(
            *("flight_leg_id", "travelled_on", "direction", "one.person_key"),
            F.col("other.person_key").alias("other_key"),
            F.col("other.is_announced").alias("is_announced"),
            booking.alias("same_booking"),
            same.alias("same_means"),
        )
    )
