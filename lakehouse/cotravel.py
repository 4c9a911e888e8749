"""When two persons who are seen together travel together, and when chance explains it.

Commuters on one route stand beside each other now and then. For a pair that
chooses its legs independently, the expected number of legs on which both are
found side by side is the sum over routes of n_a n_b / L, the legs that both
take by chance (hypergeometric mean; L legs of the route, n of each person),
times the share of the pairs of a leg that stand side by side. The count is
compared with it by the signed root of the Poisson deviance (McCullagh and
Nelder 1989, 2.4), which is near standard normal.
"""

from pyspark.sql import Column as SparkColumn
from pyspark.sql import DataFrame
from pyspark.sql import functions as F

#: Persons of one party at most; carriers book ten and more as a group (IATA Resolution 830f).
LARGEST_PARTY = 9
#: Inspected within so many seconds two stand side by side; of those after a person the next so many count.
BESIDE_SECONDS, MOST_BESIDE = 180, 6
#: Days side by side before that says anything, and the score beyond which chance does not explain it: some
#: millions of pairs are compared, and a normal score over 5 has a chance of 3 in ten millions.
FEWEST_DAYS_BESIDE, BEYOND_CHANCE_SCORE = 3, 5.0

_PAIR = ["person_a_key", "person_b_key"]


def pairs(companions: DataFrame, journeys: DataFrame) -> DataFrame:
    """Pairs that share a booking or were side by side on three days or more, with what chance expects.

    ``evidence`` is ``booking``, ``side_by_side`` or, where chance explains all, ``chance``.
    """
    counted = _counted(companions)
    expected = _expected(counted.select(*_PAIR), journeys)
    beside, chance = F.col("legs_beside_count"), F.col("expected_beside_count")
    is_beyond = (F.col("days_beside_count") >= FEWEST_DAYS_BESIDE) & (F.col("beside_score") > BEYOND_CHANCE_SCORE)
    evidence = F.when(F.col("shared_bookings_count") > 0, "booking").when(is_beyond, "side_by_side").otherwise("chance")
    return (
        counted.join(expected, _PAIR)
        .withColumn("beside_score", poisson_score(beside, F.nullif(chance, F.lit(0.0))))
        .withColumn("lift_ratio", beside / F.nullif(chance, F.lit(0.0)))
        .withColumn("evidence", evidence)
    )


def poisson_score(count: SparkColumn, expected: SparkColumn) -> SparkColumn:
    """Signed root of the deviance of ``count`` under a Poisson law with the mean ``expected``, over nought."""
    spread = F.when(count > 0, count * F.ln(count / expected)).otherwise(0.0) - (count - expected)
    return F.signum(count - expected) * F.sqrt(2 * F.greatest(spread, F.lit(0.0)))


def _counted(companions: DataFrame) -> DataFrame:
    beside = F.col("apart_seconds").isNotNull()
    days = F.array_sort(F.collect_set(F.when(beside, F.col("travelled_on"))))
    booked_on = F.min(F.when(F.col("booking_key").isNotNull(), F.col("travelled_on")))
    counted = companions.groupBy(*_PAIR).agg(
        F.count("*").alias("legs_count"),
        F.count_if(F.col("direction") == "entry").alias("entry_legs_count"),
        F.count_if(F.col("direction") == "exit").alias("exit_legs_count"),
        F.size(F.collect_set("booking_key")).alias("shared_bookings_count"),
        F.count_if(beside).alias("legs_beside_count"),
        days.alias("days_beside"),
        booked_on.alias("first_booked_on"),
        F.min("travelled_on").alias("first_on"),
        F.max("travelled_on").alias("last_on"),
    )
    often = F.try_element_at("days_beside", F.lit(FEWEST_DAYS_BESIDE))
    return (
        counted.withColumn("days_beside_count", F.size("days_beside"))
        .withColumn("known_on", F.least("first_booked_on", often))
        .where(F.col("known_on").isNotNull())
        .drop("days_beside", "first_booked_on")
    )


def _expected(pairs: DataFrame, journeys: DataFrame) -> DataFrame:
    persons = journeys.where(F.col("inspection_id").isNotNull()).groupBy("route", "person_key")
    taken = persons.agg(F.count("*").cast("double").alias("legs"))
    of_a = taken.select(F.col("person_key").alias("person_a_key"), "route", F.col("legs").alias("legs_of_a"))
    of_b = taken.select(F.col("person_key").alias("person_b_key"), "route", F.col("legs").alias("legs_of_b"))
    by_route = (
        pairs.join(of_a, "person_a_key", "left")
        .join(of_b, ["person_b_key", "route"], "left")
        .join(F.broadcast(_chance_of_routes(journeys)), "route", "left")
    )
    met = F.col("legs_of_a") * F.col("legs_of_b") / F.col("route_legs") * F.col("beside_ratio")
    return by_route.groupBy(*_PAIR).agg(F.coalesce(F.sum(met), F.lit(0.0)).alias("expected_beside_count"))


def _chance_of_routes(journeys: DataFrame) -> DataFrame:
    legs = (
        journeys.where(F.col("inspection_id").isNotNull())
        .groupBy("route", "flight_leg_id")
        .agg(F.count("*").cast("double").alias("persons"), F.sum("beside_count").alias("beside"))
    )
    all_pairs = F.sum(F.col("persons") * (F.col("persons") - 1) / 2)
    return legs.groupBy("route").agg(
        F.count("*").alias("route_legs"),
        F.least(F.lit(1.0), F.sum("beside") / F.nullif(all_pairs, F.lit(0.0))).alias("beside_ratio"),
    )
