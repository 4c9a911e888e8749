"""Restricted persons who set out to leave: what was decided, how long before departure, and what came of it."""

from datetime import UTC, date, datetime, timedelta
from typing import Annotated

from pyspark.sql import Column as SparkColumn
from pyspark.sql import DataFrame, Window
from pyspark.sql import functions as F

from lakehouse import fields
from lakehouse.declare import Between, Column, Gold, Holds, Kind, NotNull, OneOf, Pii, Unit
from lakehouse.departures import announced, departures, inspected
from lakehouse.gold.watchlist_match_candidate import MATCHED_BY
from lakehouse.silver.airports import Airports
from lakehouse.silver.crossings import AGENCY_ZONE
from lakehouse.silver.exit_restrictions import ExitRestrictions
from lakehouse.silver.flight_legs import FlightLegs
from lakehouse.silver.inspections import Inspections
from lakehouse.silver.manifests import Manifests
from lakehouse.silver.watchlist_matches import ENOUGH, WatchlistMatches

DECISIONS = ("stop", "notify", "review")
_ORDER = ("restriction", "ordered_by", "reason", "issued_on", "valid_from", "in_force_until")
_MOMENTS = (datetime(2025, 12, 20, 4, tzinfo=UTC), datetime(2025, 12, 20, 6, 30, tzinfo=UTC))


class ExitControlMatch(Gold):
    """Each row tells of one departure attempt of a person who may not leave: what was to be done, how early, what was.

    An attempt is a person on a flight leg, or before a ship at one inspection:
    announced by the carrier, inspected, or both. It matches a restriction that is
    in force on the day (``silver.exit_restrictions``) where the document is the
    one named (``document``), the person's key is (``person``), or the evidence
    of ``silver.watchlist_matches`` is enough (``evidence``). Key and document
    ask to stop or to notify, as ordered; evidence alone asks for review. Of
    several restrictions the one that asks for most counts.

    ``possible_at_utc`` is the first moment at which the match could be made:
    when a record had come that shows it (the leg's first passenger list or
    booking message, or the inspection), and the restriction was in force and
    known. The hour of an order is not told: it is known from the day after it
    was issued, or from the inspection that stopped the person. The lead is from
    then to the scheduled departure; where it is negative the match came too
    late, and ``is_in_time`` says so. Without a scheduled departure, as of ships,
    a match counts until the inspection. Later messages of a leg may have named
    the person first: lead is then too long.

    Left out: attempts under another name, birth and document, which nothing
    here shows; ``lakehouse evaluate`` counts them against the truth. Of who was
    announced and never inspected nothing is known: ``is_stopped`` is null.
    """

    owner = "exit-control-desk"
    grain = "one row per person and departure attempt"
    key = ("attempt_id",)
    fresh_within = timedelta(days=1)
    authority = "Immigration Act (入出國及移民法), art. 6 and 21: restrictions on exit"
    indexed = ("attempted_on",)
    rules = (
        Holds("inspection_id IS NOT NULL OR flight_leg_id IS NOT NULL", "an attempt was inspected or announced"),
        Holds("(inspection_id IS NULL) = (is_stopped IS NULL)", "what came of it is known of who was inspected"),
        Holds("lead_minutes IS NULL OR (lead_minutes >= 0) = is_in_time", "what leads comes in time"),
        Holds("(decision = 'review') = (matched_by = 'evidence')", "evidence alone is for review"),
    )

    attempt_id = Column(
        Kind.STRING,
        "The inspection, the last where there are several; else the leg with the key of person or document.",
        (NotNull(),),
        pii=Pii.PSEUDONYM,
    )
    person_key = fields.person_key
    flight_leg_id = fields.flight_leg_id
    inspection_id = Column(Kind.STRING, "Inspection; null where none is known.", examples=("INS-1", None))
    attempted_on = Column(
        Kind.DATE, "Day of the inspection; of the flight without one.", (NotNull(),), examples=(date(2025, 12, 20),)
    )
    restriction = ExitRestrictions.restriction
    ordered_by = ExitRestrictions.ordered_by
    reason = ExitRestrictions.reason
    ban_id = ExitRestrictions.ban_id
    restrictions_count = fields.counted("Restrictions that match.")
    matched_by = Column(Kind.STRING, "The strongest that agrees.", (NotNull(), OneOf(MATCHED_BY)))
    match_score = WatchlistMatches.match_score
    decision = Column(Kind.STRING, "What the match asks for.", (NotNull(), OneOf(DECISIONS)))
    known_by = Column(Kind.STRING, "Record that showed it first.", (NotNull(), OneOf(("api", "pnr", "inspection"))))
    possible_at_utc = Column(
        Kind.TIMESTAMP, "First moment at which the match could be made.", (NotNull(),), examples=_MOMENTS
    )
    departs_at_utc = Column(Kind.TIMESTAMP, "Scheduled departure; null where no list tells.", examples=_MOMENTS)
    lead_minutes = Column(
        Kind.DOUBLE,
        "From that moment to departure; negative where it came after.",
        (Between(-527_040, 527_040),),
        Unit.MINUTES,
        examples=(150.0, None),
    )
    is_in_time = Column(Kind.BOOLEAN, "The match could be made before departure.", (NotNull(),))
    is_stopped = Column(Kind.BOOLEAN, "Whether the inspection stopped the person; null where none is known.")

    @staticmethod
    def build(
        inspections: Annotated[DataFrame, Inspections],
        manifests: Annotated[DataFrame, Manifests],
        legs: Annotated[DataFrame, FlightLegs],
        airports: Annotated[DataFrame, Airports],
        restrictions: Annotated[DataFrame, ExitRestrictions],
        matches: Annotated[DataFrame, WatchlistMatches],
    ) -> DataFrame:
        shown = inspected(inspections).unionByName(announced(manifests, legs), allowMissingColumns=True)
        strictest = _strictest(_of_attempts(_in_force(_met(shown, matches, restrictions))))
        departed = strictest.join(F.broadcast(departures(legs, airports)), "flight_leg_id", "left")
        lead = (F.unix_timestamp("departs_at_utc") - F.unix_timestamp("possible_at_utc")) / 60
        in_time = F.col("possible_at_utc") <= F.coalesce("departs_at_utc", "inspected_at_utc", "possible_at_utc")
        found = departed.withColumns({"lead_minutes": lead, "is_in_time": in_time})
        return found.select(*ExitControlMatch.columns())


def _met(shown: DataFrame, matches: DataFrame, restrictions: DataFrame) -> DataFrame:
    """Records with each restriction that they match, by their document or their person.

    Of persons the key of the restriction counts, and evidence that is enough; that they showed its document elsewhere
    does not.
    """
    orders = restrictions.select("ban_id", *_ORDER, "document_key")
    by_document = orders.withColumns({"matched_by": F.lit("document"), "match_score": F.lit(None).cast("double")})
    likely = matches.where(f"list_name = 'exit_bans' AND (is_same_person OR ({ENOUGH}))").select(
        *("person_key", F.col("entry_id").alias("ban_id"), "match_score"),
        F.when(F.col("is_same_person"), "person").otherwise("evidence").alias("matched_by"),
    )
    by_person = likely.join(orders, "ban_id")
    told = F.collect_list(F.struct("ban_id", *_ORDER, "matched_by", "match_score"))
    of_document = by_document.where("document_key IS NOT NULL").groupBy("document_key").agg(told.alias("_of_document"))
    of_person = by_person.groupBy("person_key").agg(told.alias("_of_person"))
    met = shown.join(F.broadcast(of_document), "document_key", "left").join(
        F.broadcast(of_person), "person_key", "left"
    )
    found = met.where("_of_document IS NOT NULL OR _of_person IS NOT NULL")
    return found.select(*shown.columns, F.inline(F.flatten(F.array_compact(F.array("_of_document", "_of_person")))))


def _in_force(met: DataFrame) -> DataFrame:
    """What matches a restriction that is in force on the day, with when the match could be made."""
    day, until = F.col("attempted_on"), F.col("in_force_until")
    known_on = F.greatest("valid_from", F.date_add("issued_on", 1))
    ordered = F.to_utc_timestamp(known_on.cast("timestamp"), AGENCY_ZONE)
    asks = (
        F.when(F.col("matched_by") == "evidence", "review")
        .when(F.col("restriction") == "stop", "stop")
        .otherwise("notify")
    )
    runs = (F.col("valid_from") <= day) & (until.isNull() | (until >= day))
    return met.where(runs).withColumns({"possible_at_utc": F.greatest("shown_at_utc", ordered), "decision": asks})


def _of_attempts(met: DataFrame) -> DataFrame:
    """Records with the attempt they are of: the carrier's and the inspection's of a leg go together by person, and
    by document where the two tell the person otherwise."""
    on_leg = Window.partitionBy("flight_leg_id", "document_key")
    named = F.col("flight_leg_id").isNotNull() & F.col("document_key").isNotNull()
    inspected_as = F.max(F.when(F.col("inspection_id").isNotNull(), F.col("person_key"))).over(on_leg)
    person = F.coalesce(F.when(named, inspected_as), "person_key")
    who = F.coalesce(person, "document_key")
    return met.withColumns({"person_key": person, "_who": who, "_where": F.coalesce("flight_leg_id", "inspection_id")})


def _strictest(met: DataFrame) -> DataFrame:
    """One row an attempt: the restriction that asks for most, the first moment, and what the last inspection did."""
    order = F.array_position(F.array(*map(F.lit, DECISIONS)), F.col("decision"))
    told = F.struct(
        *(order.alias("_order"), "possible_at_utc", "ban_id", "matched_by", "shown_at_utc"),
        *("known_by", "restriction", "ordered_by", "reason", "decision"),
    )
    of_ban = met.groupBy("_where", "_who", "flight_leg_id", "ban_id").agg(
        F.min(told).alias("told"),
        F.max("match_score").alias("match_score"),
        F.max("person_key").alias("person_key"),
        F.max(_inspection()).alias("last"),
        F.min("attempted_on").alias("announced_on"),
    )
    best = of_ban.groupBy("_where", "_who", "flight_leg_id").agg(
        F.min(F.struct("told", "match_score")).alias("best"),
        F.count("*").alias("restrictions_count"),
        *(F.max(name).alias(name) for name in ("person_key", "last")),
        F.min("announced_on").alias("announced_on"),
    )
    stopped = F.col("last.outcome") == "stopped"
    # Whom an inspection stops was known to be restricted by then, whatever the day of the order tells.
    known = F.col("best.told.possible_at_utc")
    shows = stopped & (known > F.col("last.inspected_at_utc"))
    unit = F.concat_ws("/", F.lit("announced"), "flight_leg_id", "_who")
    return best.select(
        *("flight_leg_id", "person_key", "restrictions_count", "best.told.ban_id", "best.told.matched_by"),
        *(f"best.told.{name}" for name in ("restriction", "ordered_by", "reason", "decision")),
        F.when(shows, "inspection").otherwise(F.col("best.told.known_by")).alias("known_by"),
        F.when(shows, F.col("last.inspected_at_utc")).otherwise(known).alias("possible_at_utc"),
        "best.match_score",
        *("last.inspection_id", "last.inspected_at_utc", stopped.alias("is_stopped")),
        F.coalesce("last.inspected_on", "announced_on").alias("attempted_on"),
        F.coalesce("last.inspection_id", unit).alias("attempt_id"),
    )


def _inspection() -> SparkColumn:
    """What is told of an inspection, the latest being the greatest; null of announcements."""
    told = F.struct("inspected_at_utc", "inspection_id", "inspected_on", "outcome")
    return F.when(F.col("inspection_id").isNotNull(), told)
