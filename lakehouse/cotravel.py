"""When two persons who are seen together travel together, and when chance explains it.

Commuters on one route share legs, and stand beside each other, now and then. For
a pair that chooses its legs independently both are expected by chance: legs of
a route as often as n_a n_b times the chance that two of its journeys are of one
leg, the sum of its squared shares of the route's travellers (n journeys of each
person); side by side as often as n_a n_b / L (hypergeometric mean; L legs of the
route) times the share of the pairs of a leg that stand so. Counts are compared
with what is expected by the signed root of the Poisson deviance (McCullagh and
Nelder 1989, 2.4), which is near standard normal.
"""

from pyspark.sql import Column as SparkColumn
from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from lakehouse.shared_legs import FEWEST_DAYS_SHARED, WAYS, distinct_days

#: Persons of one party at most; carriers book ten and more as a group (IATA Resolution 830f).
LARGEST_PARTY = 9
#: Inspected within so many seconds two stand side by side; of those after a person the next so many count.
BESIDE_SECONDS, MOST_BESIDE = 180, 6
#: Days side by side before that says anything, and the score beyond which chance does not explain it: some
#: millions of pairs are compared, and a normal score over 5 has a chance of 3 in ten millions.
FEWEST_DAYS_BESIDE, BEYOND_CHANCE_SCORE = 3, 5.0
#: Score beyond which chance does not explain days on one leg: one pair in 4,000 exceeds it, and who never shared three
#: days is not compared. Out and back are often one decision, so that the way they shared more often counts alone.
SHARED_SCORE = 3.5

_PAIR = ["person_a_key", "person_b_key"]


def pairs(legs: DataFrame, journeys: DataFrame) -> DataFrame:
    """Pairs on a booking, side by side or on one leg on three days or more, with what chance expects.

    ``legs`` are rows of ``silver.pair_legs``. ``evidence`` is ``booking``, ``side_by_side``,
    ``shared_legs`` or, where chance explains all, ``chance``.
    """
    counted = _counted(legs)
    beside, shared = F.col("legs_beside_count"), F.col("shared_journeys_count")
    beside_by_chance = F.nullif(F.col("expected_beside_count"), F.lit(0.0))
    shared_by_chance = F.nullif(F.col("expected_journeys_count"), F.lit(0.0))
    scored = counted.join(_expected(counted.select(*_PAIR), journeys), _PAIR).withColumns(
        {
            "beside_score": poisson_score(beside, beside_by_chance),
            "shared_score": poisson_score(shared, shared_by_chance),
            "lift_ratio": beside / beside_by_chance,
        }
    )
    stand = (F.col("days_beside_count") >= FEWEST_DAYS_BESIDE) & (F.col("beside_score") > BEYOND_CHANCE_SCORE)
    share = (shared >= FEWEST_DAYS_SHARED) & (F.col("shared_score") > SHARED_SCORE)
    booked = F.col("shared_bookings_count") > 0
    evidence = F.when(booked, "booking").when(stand, "side_by_side").when(share, "shared_legs").otherwise("chance")
    held = F.least("first_booked_on", F.when(stand, F.col("often_beside_on")), F.when(share, F.col("often_shared_on")))
    compared = F.least("often_beside_on", "often_shared_on")
    return scored.withColumns({"evidence": evidence, "known_on": F.coalesce(held, compared)})


def poisson_score(count: SparkColumn, expected: SparkColumn) -> SparkColumn:
    """Signed root of the deviance of ``count`` under a Poisson law with the mean ``expected``, over nought."""
    spread = F.when(count > 0, count * F.ln(count / expected)).otherwise(0.0) - (count - expected)
    return F.signum(count - expected) * F.sqrt(2 * F.greatest(spread, F.lit(0.0)))


def _counted(legs: DataFrame) -> DataFrame:
    beside, shared = F.col("apart_seconds").isNotNull(), F.col("is_shared")
    counted = legs.groupBy(*_PAIR).agg(
        F.count("*").alias("legs_count"),
        *(F.count_if(F.col("direction") == way).alias(f"{way}_legs_count") for way in WAYS),
        F.size(F.collect_set("booking_key")).alias("shared_bookings_count"),
        F.count_if(beside).alias("legs_beside_count"),
        distinct_days(beside).alias("days_beside"),
        *(distinct_days(shared & (F.col("direction") == way)).alias(f"{way}_days") for way in WAYS),
        F.min(F.when(F.col("booking_key").isNotNull(), F.col("travelled_on"))).alias("first_booked_on"),
        F.min("travelled_on").alias("first_on"),
        F.max("travelled_on").alias("last_on"),
    )
    third = [F.try_element_at(f"{way}_days", F.lit(FEWEST_DAYS_SHARED)) for way in WAYS]
    noted = counted.withColumns(
        {
            "days_beside_count": F.size("days_beside"),
            "shared_journeys_count": F.greatest(*(F.size(f"{way}_days") for way in WAYS)),
            "often_beside_on": F.try_element_at("days_beside", F.lit(FEWEST_DAYS_BESIDE)),
            "often_shared_on": F.least(*third),
        }
    )
    return noted.where(F.coalesce("first_booked_on", "often_beside_on", "often_shared_on").isNotNull())


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
    both = F.col("legs_of_a") * F.col("legs_of_b")
    met = both / F.col("route_legs") * F.col("beside_ratio")
    shared = [F.sum(F.when(F.col("direction") == way, both * F.col("same_leg_ratio"))) for way in WAYS]
    return by_route.groupBy(*_PAIR).agg(
        F.coalesce(F.sum(met), F.lit(0.0)).alias("expected_beside_count"),
        F.coalesce(F.greatest(*shared), F.lit(0.0)).alias("expected_journeys_count"),
    )


def _chance_of_routes(journeys: DataFrame) -> DataFrame:
    legs = (
        journeys.where(F.col("inspection_id").isNotNull())
        .groupBy("route", "flight_leg_id")
        .agg(
            F.min("direction").alias("direction"),
            F.count("*").cast("double").alias("persons"),
            F.sum("beside_count").alias("beside"),
        )
    )
    persons = F.col("persons")
    all_pairs = F.sum(persons * (persons - 1) / 2)
    return legs.groupBy("route").agg(
        F.min("direction").alias("direction"),
        F.count("*").alias("route_legs"),
        F.least(F.lit(1.0), F.sum("beside") / F.nullif(all_pairs, F.lit(0.0))).alias("beside_ratio"),
        (F.sum(persons * persons) / (F.sum("persons") * F.sum("persons"))).alias("same_leg_ratio"),
    )
