"""Flight legs of pairs who may travel together."""

from datetime import timedelta
from typing import Annotated

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from lakehouse.cotravel import FEWEST_DAYS_BESIDE
from lakehouse.declare import Column, Holds, Kind, NotNull, Silver
from lakehouse.shared_legs import FEWEST_DAYS_SHARED, shared_legs
from lakehouse.silver.companions import Companions
from lakehouse.silver.journeys import Journeys

_PAIR = ["person_a_key", "person_b_key"]
_FACTS = ("travelled_on", "direction", "booking_key", "apart_seconds")


class PairLegs(Silver):
    """Each row tells of one flight leg that two persons were on who may travel together.

    They may where a booking named both once, or where both travelled on three
    days or more: without a booking a pair counts from its third day on
    (``lakehouse.cotravel``). Of the latter also the legs count on which they
    kept apart, where they shared three or more in one direction
    (``lakehouse.shared_legs``). Left out are the very many who once stood
    beside each other; they are rows of ``silver.companions``. Whether chance
    explains a pair is told in ``gold.cotraveller_edge``. Built whole: who
    travels often is known from all journeys.
    """

    owner = "network-analysis"
    grain = "one row per pair of persons and flight leg"
    key = ("person_a_key", "person_b_key", "flight_leg_id")
    fresh_within = timedelta(days=1)
    authority = "platform: co-travel by booking and inspection (lakehouse/cotravel.py)"
    indexed = ("travelled_on",)
    rules = (
        Holds("person_a_key < person_b_key", "each pair stands once, the smaller key first"),
        Holds("is_shared OR booking_key IS NOT NULL OR apart_seconds IS NOT NULL", "a leg has evidence"),
    )

    person_a_key = Companions.person_a_key
    person_b_key = Companions.person_b_key
    flight_leg_id = Journeys.flight_leg_id
    travelled_on = Journeys.travelled_on
    direction = Companions.direction
    booking_key = Companions.booking_key
    apart_seconds = Companions.apart_seconds
    is_shared = Column(Kind.BOOLEAN, "One of three legs or more that they shared in one direction.", (NotNull(),))

    @staticmethod
    def build(companions: Annotated[DataFrame, Companions], journeys: Annotated[DataFrame, Journeys]) -> DataFrame:
        often = (
            journeys.groupBy("person_key")
            .agg(F.size(F.collect_set("travelled_on")).alias("days"))
            .where(F.col("days") >= min(FEWEST_DAYS_BESIDE, FEWEST_DAYS_SHARED))
        )
        beside = companions.select(*_PAIR, "flight_leg_id", *_FACTS)
        booked = beside.where("booking_key IS NOT NULL").select(*_PAIR)
        of_often = beside
        for person in _PAIR:
            of_often = of_often.join(often.select(F.col("person_key").alias(person)), person, "left_semi")
        shared = shared_legs(journeys).withColumn("is_shared", F.lit(True))
        # A leg may come from each of the three; it is one row of its pair.
        legs = beside.join(booked, _PAIR, "left_semi").unionByName(of_often)
        both = legs.unionByName(shared, allowMissingColumns=True)
        is_shared = F.max(F.coalesce("is_shared", F.lit(False))).alias("is_shared")
        return both.groupBy(*PairLegs.key).agg(*(F.min(name).alias(name) for name in _FACTS), is_shared)
