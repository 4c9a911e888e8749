"""Pairs of persons together on a flight leg."""

from datetime import timedelta
from typing import Annotated

from pyspark.sql import DataFrame, Window
from pyspark.sql import functions as F

from lakehouse import fields
from lakehouse.cotravel import BESIDE_SECONDS, LARGEST_PARTY, MOST_BESIDE
from lakehouse.declare import Between, Column, Holds, Kind, Length, NotNull, Pii, Silver, Unit
from lakehouse.silver.journeys import Journeys

_PERSON = (NotNull(), Length(32))
_KEYS = tuple(f"{n:032x}" for n in range(40))


class Companions(Silver):
    """Each row tells that two persons were together on one flight leg: on one booking, side by side, or both.

    Being on the same flight makes no pair. Side by side are two persons of one
    leg inspected at one port within three minutes of each other, the six next
    ones at most, so that a flight of 150 makes some 900 pairs and not 11,000.
    Parties of ten and more, which carriers book as groups, make no pairs by
    their booking; they are the rows of ``silver.journeys`` with
    ``party_persons_count`` over nine, and neighbours beyond six are counted
    there as ``beside_left_out_count``. Side by side once means little: what
    is beyond chance is told in ``gold.cotraveller_edge``.
    """

    owner = "network-analysis"
    grain = "one row per pair of persons and flight leg"
    key = ("person_a_key", "person_b_key", "flight_leg_id")
    fresh_within = timedelta(days=1)
    authority = "IATA Resolution 830f: a party of ten or more is a group; platform definition of side by side"
    slice = "flight_leg_id"
    indexed = ("travelled_on",)
    rules = (
        Holds("person_a_key < person_b_key", "each pair stands once, the smaller key first"),
        Holds("booking_key IS NOT NULL OR apart_seconds IS NOT NULL", "a pair has evidence"),
    )

    person_a_key = Column(Kind.STRING, "Person whose key is the smaller.", _PERSON, pii=Pii.PSEUDONYM, examples=_KEYS)
    person_b_key = Column(Kind.STRING, "Person whose key is the larger.", _PERSON, pii=Pii.PSEUDONYM, examples=_KEYS)
    flight_leg_id = Journeys.flight_leg_id
    route = Journeys.route
    travelled_on = Journeys.travelled_on
    direction = fields.direction
    booking_key = Column(
        Kind.STRING,
        "Keyed hash of the booking that both are on.",
        pii=Pii.PSEUDONYM,
        examples=(*_KEYS[:20], None),
    )
    apart_seconds = Column(
        Kind.LONG,
        "Time between their inspections, where side by side.",
        (Between(0, BESIDE_SECONDS),),
        Unit.SECONDS,
        examples=(0, 40, 180, None),
    )

    @staticmethod
    def build(journeys: Annotated[DataFrame, Journeys]) -> DataFrame:
        by_leg = journeys.repartition("flight_leg_id")
        both = _booked_together(by_leg).unionByName(_side_by_side(by_leg), allowMissingColumns=True)
        return both.groupBy(*Companions.key).agg(
            *(F.min(name).alias(name) for name in ("route", "travelled_on", "direction")),
            F.min("booking_key").alias("booking_key"),
            F.min("apart_seconds").alias("apart_seconds"),
        )


def _booked_together(journeys: DataFrame) -> DataFrame:
    small = journeys.where(F.col("party_persons_count").between(2, LARGEST_PARTY))
    parties = small.groupBy("flight_leg_id", "booking_key").agg(
        *(F.min(name).alias(name) for name in ("route", "travelled_on", "direction")),
        F.array_sort(F.collect_set("person_key")).alias("persons"),
    )
    # Each with those that stand after it in the sorted party: bounded by the party's size, no join.
    first = parties.select("*", F.posexplode("persons").alias("place", "person_a_key"))
    later = F.slice("persons", F.col("place") + 2, LARGEST_PARTY)
    return first.withColumn("person_b_key", F.explode(later)).drop("persons", "place")


def _side_by_side(journeys: DataFrame) -> DataFrame:
    seconds = F.unix_timestamp("inspected_at_utc")
    queue = Window.partitionBy("flight_leg_id", "port_code").orderBy(seconds, "person_key")
    person = F.struct("person_key", seconds.alias("at"))
    inspected = journeys.where(F.col("inspected_at_utc").isNotNull())
    following = F.collect_list(person).over(queue.rowsBetween(1, MOST_BESIDE))
    pairs = inspected.withColumn("following", following).select(
        *("flight_leg_id", "route", "travelled_on", "direction", "person_key"),
        seconds.alias("at"),
        F.explode("following").alias("next"),
    )
    return pairs.where(F.col("next.at") - F.col("at") <= BESIDE_SECONDS).select(
        *("flight_leg_id", "route", "travelled_on", "direction"),
        F.least("person_key", "next.person_key").alias("person_a_key"),
        F.greatest("person_key", "next.person_key").alias("person_b_key"),
        (F.col("next.at") - F.col("at")).alias("apart_seconds"),
    )
