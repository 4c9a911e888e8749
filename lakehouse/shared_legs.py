"""Legs that two persons shared again and again, found without pairing whole flights."""

from pyspark.sql import Column as SparkColumn
from pyspark.sql import DataFrame, Window
from pyspark.sql import functions as F

#: Days one way on which a pair must share a leg before that says anything.
FEWEST_DAYS_SHARED = 3
#: Of those on a leg who travel as often as that, so many are paired, the rarest travellers first: who is on every leg
#: shares it with everybody.
MOST_FREQUENT = 40
WAYS = ("entry", "exit")

_PAIR = ["person_a_key", "person_b_key"]


def _frequent(journeys: DataFrame) -> DataFrame:
    """Journeys of those who took as many one way as a pair must share, each with its place on the leg."""
    inspected = journeys.where(F.col("inspection_id").isNotNull())
    one_way = inspected.groupBy("person_key", "direction").agg(F.count_distinct("travelled_on").alias("days"))
    often = one_way.groupBy("person_key").agg(F.max("days").alias("days")).where(F.col("days") >= FEWEST_DAYS_SHARED)
    rarest_first = Window.partitionBy("flight_leg_id").orderBy("days", "person_key")
    return inspected.join(often, "person_key").withColumn("place", F.row_number().over(rarest_first))


def shared_legs(journeys: DataFrame) -> DataFrame:
    """Legs of each pair of frequent travellers who shared as many days one way: pair, leg, day and direction."""
    legs = (
        _frequent(journeys)
        .where(F.col("place") <= MOST_FREQUENT)
        .groupBy("flight_leg_id")
        .agg(
            *(F.min(name).alias(name) for name in ("travelled_on", "direction")),
            F.array_sort(F.collect_set("person_key")).alias("persons"),
        )
    )
    # Each with those that stand after it in the sorted list: bounded by its size, no join.
    first = legs.select("*", F.posexplode("persons").alias("place", "person_a_key"))
    both = first.withColumn("person_b_key", F.explode(F.slice("persons", F.col("place") + 2, MOST_FREQUENT)))
    leg = F.struct("flight_leg_id", "travelled_on", "direction")
    days = (distinct_days(F.col("direction") == way).alias(way) for way in WAYS)
    of_pair = both.groupBy(*_PAIR).agg(F.collect_list(leg).alias("legs"), *days)
    most = F.greatest(*(F.size(way) for way in WAYS))
    return of_pair.where(most >= FEWEST_DAYS_SHARED).select(*_PAIR, F.inline("legs"))


def left_out(journeys: DataFrame) -> DataFrame:
    """One row: journeys of those who travel often that are over the most compared on a leg."""
    return _frequent(journeys).agg(F.count_if(F.col("place") > MOST_FREQUENT).alias("left_out_journeys_count"))


def distinct_days(where: SparkColumn) -> SparkColumn:
    """Days travelled on the legs for which ``where`` holds, in order."""
    return F.array_sort(F.collect_set(F.when(where, F.col("travelled_on"))))
