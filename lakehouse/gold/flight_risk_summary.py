"""Hits among the passengers of a flight leg, and how long before it arrives they could be known."""

from datetime import UTC, datetime, timedelta
from typing import Annotated

from pyspark.sql import Column as SparkColumn
from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from lakehouse import fields
from lakehouse.declare import Between, Column, Gold, Holds, Kind, OneOf, Unit
from lakehouse.departures import arrivals, departures
from lakehouse.privacy import withhold_thin_rows
from lakehouse.rules.declare import Severity
from lakehouse.silver.airports import Airports
from lakehouse.silver.exit_restrictions import ExitRestrictions
from lakehouse.silver.flight_legs import FlightLegs
from lakehouse.silver.journeys import Journeys
from lakehouse.silver.rule_hits import RuleHits
from lakehouse.silver.watchlist_matches import ENOUGH, WatchlistMatches

RISKS = ("none", *map(str, Severity))
_COUNTS = (
    "passengers_count",
    "watchlist_persons_count",
    "exact_persons_count",
    "rule_persons_count",
    "hit_persons_count",
)
_MOMENTS = (datetime(2025, 12, 1, 4, tzinfo=UTC), datetime(2025, 12, 1, 6, 30, tzinfo=UTC))


class FlightRiskSummary(Gold):
    """Each row tells of one flight leg: its passengers, those with hits by kind, the highest risk, and how early.

    Passengers are persons who were announced or inspected for the leg, crew left
    out (``silver.journeys``). A watchlist hit is a passenger who matches an entry
    of a sanctions list, or on the way out a restriction in force on the day
    (``silver.watchlist_matches``): exact where the key agrees, else a candidate
    for review. Documents that were reported are rules' hits
    (``silver.rule_hits``). Those are asked when a traveller is inspected, so
    that a leg still on its way has none. The highest risk is the severest rule
    that hit; an exact watchlist hit is high, a candidate medium.

    ``lead_minutes`` is from the leg's first passenger list or bookings, by which
    watchlist hits could be known, to its scheduled arrival, or departure on the
    way out. Legs of fewer than ten passengers keep their row with counts and risk
    withheld. Left out: legs of which no carrier's message came.
    """

    owner = "screening-desk"
    grain = "one row per flight leg"
    key = ("flight_leg_id",)
    fresh_within = timedelta(days=1)
    authority = "Directive (EU) 2016/681 (PNR), art. 6(2): passengers assessed before arrival or departure"
    indexed = ("flight_date",)
    rules = (
        Holds("exact_persons_count <= watchlist_persons_count", "exact hits are hits"),
        Holds("hit_persons_count <= passengers_count", "who has a hit is a passenger"),
        Holds(
            "hit_persons_count IS NULL OR hit_persons_count = 0 OR highest_risk <> 'none'",
            "who has a hit is at some risk",
        ),
    )

    flight_leg_id = FlightLegs.flight_leg_id
    border_state = fields.border_state
    direction = fields.direction
    carrier_code = FlightLegs.carrier_code
    flight_date = FlightLegs.flight_date
    passengers_count = fields.counted_unless_thin("Passengers announced or inspected.")
    watchlist_persons_count = fields.counted_unless_thin("Passengers with a watchlist hit.")
    exact_persons_count = fields.counted_unless_thin("Of these, by the person's key.")
    rule_persons_count = fields.counted_unless_thin("Passengers whom a rule hit.")
    hit_persons_count = fields.counted_unless_thin("Passengers with any hit.")
    highest_risk = Column(Kind.STRING, "The severest of all hits; null where withheld.", (OneOf(RISKS),))
    received_at_utc = Column(Kind.TIMESTAMP, "When the first passenger list or bookings came.", examples=_MOMENTS)
    lead_minutes = Column(
        Kind.DOUBLE,
        "From then to the scheduled arrival, on the way out departure; negative where later, null where not told.",
        (Between(-527_040, 527_040),),
        Unit.MINUTES,
        lenient=True,
        examples=(95.0, None),
    )

    @staticmethod
    def build(
        legs: Annotated[DataFrame, FlightLegs],
        journeys: Annotated[DataFrame, Journeys],
        airports: Annotated[DataFrame, Airports],
        matches: Annotated[DataFrame, WatchlistMatches],
        restrictions: Annotated[DataFrame, ExitRestrictions],
        hits: Annotated[DataFrame, RuleHits],
    ) -> DataFrame:
        of_leg = (
            journeys.join(
                F.broadcast(_listed(journeys, matches, restrictions)), ["person_key", "flight_leg_id"], "left"
            )
            .join(F.broadcast(_by_rules(hits)), ["person_key", "flight_leg_id"], "left")
            .groupBy("flight_leg_id")
            .agg(*_counted())
        )
        timed = legs.join(departures(legs, airports), "flight_leg_id").join(arrivals(legs, airports), "flight_leg_id")
        received = F.least("paxlst_received_at_utc", "pnrgov_received_at_utc")
        at_border = F.when(F.col("direction") == "entry", F.col("arrives_at_utc")).otherwise(F.col("departs_at_utc"))
        lead = (F.unix_timestamp(at_border) - F.unix_timestamp(received)) / 60
        told = timed.withColumns({"received_at_utc": received, "lead_minutes": lead}).join(
            of_leg, "flight_leg_id", "left"
        )
        filled = told.na.fill(0, list(_COUNTS)).withColumn("highest_risk", _highest())
        return withhold_thin_rows(filled, "passengers_count", [*_COUNTS, "highest_risk"]).select(
            *FlightRiskSummary.columns()
        )


def _listed(journeys: DataFrame, matches: DataFrame, restrictions: DataFrame) -> DataFrame:
    """Journeys of persons who match an entry that holds then, and whether the key does."""
    known = matches.where(f"list_name <> 'document_reports' AND (is_same_person OR ({ENOUGH}))")
    bans = restrictions.select(F.col("ban_id").alias("entry_id"), "valid_from", "in_force_until")
    entries = known.join(bans, (known.list_name == "exit_bans") & (known.entry_id == bans.entry_id), "left")
    of_person = entries.select("person_key", "list_name", "is_same_person", "valid_from", "in_force_until")
    day, until = F.col("travelled_on"), F.col("in_force_until")
    runs = (F.col("direction") == "exit") & (F.col("valid_from") <= day) & (until.isNull() | (until >= day))
    met = journeys.select("person_key", "flight_leg_id", "direction", "travelled_on").join(
        F.broadcast(of_person), "person_key"
    )
    held = met.where((F.col("list_name") != "exit_bans") | runs)
    return held.groupBy("person_key", "flight_leg_id").agg(F.bool_or("is_same_person").alias("is_exact"))


def _by_rules(hits: DataFrame) -> DataFrame:
    """Journeys on which a rule hit, with the severest."""
    known = hits.where("person_key IS NOT NULL AND flight_leg_id IS NOT NULL")
    return known.groupBy("person_key", "flight_leg_id").agg(F.max(_grade(F.col("severity"))).alias("rule_grade"))


def _counted() -> list[SparkColumn]:
    listed, by_rule = F.col("is_exact").isNotNull(), F.col("rule_grade").isNotNull()
    of_list = F.when(F.col("is_exact"), RISKS.index("high")).when(listed, RISKS.index("medium"))
    counts = (F.lit(True), listed, F.col("is_exact"), by_rule, listed | by_rule)
    grade = F.max(F.greatest(of_list, "rule_grade")).alias("grade")
    return [*(F.count_if(condition).alias(name) for name, condition in zip(_COUNTS, counts, strict=True)), grade]


def _grade(severity: SparkColumn) -> SparkColumn:
    return F.array_position(F.array(*map(F.lit, RISKS)), severity).cast("int") - 1


def _highest() -> SparkColumn:
    return F.array(*map(F.lit, RISKS))[F.coalesce("grade", F.lit(0))]
