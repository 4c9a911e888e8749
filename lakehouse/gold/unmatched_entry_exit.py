"""Entries and exits that lack their counterpart."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Annotated

from pyspark.sql import Column as SparkColumn
from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from lakehouse import fields
from lakehouse.declare import Between, Column, Gold, Holds, Kind, NotNull, OneOf, Unit
from lakehouse.judgement import known_until_of
from lakehouse.silver.crossings import AGENCY_STATE, Crossings
from lakehouse.silver.entry_exit_matches import EntryExitMatches
from lakehouse.silver.stays import Stays

#: Longest stay that an admission without a date may still cover, by kind of deadline. For the duration of
#: status the four years to which the DHS proposed to limit it (85 FR 60526); else the year for which a
#: visitor may be admitted at most (8 CFR 214.2(b)(1)).
LONGEST_DAYS = {"duration_of_status": 1461, "other": 366}

#: A flight-day has lost its departures where at least half of twenty or more expected ones are missing: some
#: 4 % usually are, so chance or intent is out of the question.
FLIGHT_DAY_AT_LEAST, FLIGHT_DAY_LOST_RATIO = 20, 0.5
_FLIGHT_DAY = ["border_state", "port_code", "entered_on", "carrier_code", "flight_number"]

EXIT_CAUSES = (
    *("exit_refused", "person_key_split", "entered_again", "documents_interlace", "flight_day_lost"),
    *("mode_not_air", "loaded_late", "overstay", "open_ended"),
)
ENTRY_CAUSES = ("entry_refused", "person_key_split", "documents_interlace", "records_began_later", "entry_not_recorded")
_SIDES = {"exit": EXIT_CAUSES, "entry": ENTRY_CAUSES}


class UnmatchedEntryExit(Gold):
    """Each row tells of one crossing whose counterpart should be on record and is not, and why probably.

    An exit is missing where the deadline has passed without a recorded
    departure, or where a stay without a deadline has lasted longer than any
    such admission may: four years for the duration of status, a year else. An
    entry is missing where an exit stands alone. Who is still within the time
    is not unmatched; open stays without a deadline that are younger than that
    are counted as ``no_deadline_count`` in the overstay rates.

    Of several causes the strongest evidence is named: the reported exit was
    refused as impossible; the flight-day lost its departures (half or more of
    at least twenty due are missing); the mode is not air, where departures are
    seldom recorded; the record was loaded late; and only then an overstay, or
    an open-ended admission not closed. An exit stands alone where its own
    record names the entry but that was refused. GAO-04-82 found such losses
    to make a list of overstays unreliable.

    The agency's exits are matched by person. There an exit is missing also where
    the person entered again without one, or where crossings of two documents
    interlace under one person; an exit stands alone where no earlier crossing of
    the person is on record (before the records began, or a resident's first
    journey), or none between it and the exit before. On both sides a key that
    split explains more: the same document left, or had entered, under another
    person's key, as after a name was mistyped. Citizens are left out.
    """

    owner = "overstay-desk"
    grain = "one row per crossing without its counterpart"
    key = ("admission_id", "missing_side")
    fresh_within = timedelta(days=2)
    authority = "US GAO-04-82, Overstay Tracking; 8 CFR 214.2; 85 FR 60526"
    indexed = ("missing_side", "probable_cause")
    rules = (
        *(
            Holds(f"missing_side <> '{side}' OR probable_cause IN {causes}", f"a missing {side} has a cause of its own")
            for side, causes in _SIDES.items()
        ),
        Holds(
            "age_days = datediff(as_of_date, crossed_on)",
            "the age is counted from the crossing to the day of judgement",
        ),
    )

    admission_id = Stays.admission_id
    missing_side = Column(Kind.STRING, "Side without a record.", (NotNull(), OneOf(("exit", "entry"))))
    border_state = fields.border_state
    traveller_key = fields.traveller_key
    person_key = Stays.person_key
    crossed_on = Column(Kind.DATE, "Day of the crossing that is on record.", (NotNull(),))
    as_of_date = Stays.as_of_date
    age_days = Column(
        Kind.INT,
        "Days from the crossing to the day of judgement.",
        (NotNull(), Between(0, 40_000)),
        Unit.DAYS,
    )
    authorised_until = Stays.authorised_until
    over_days = Stays.over_days
    probable_cause = Column(
        Kind.STRING,
        "Why the counterpart is probably missing.",
        (NotNull(), OneOf(tuple(dict.fromkeys((*EXIT_CAUSES, *ENTRY_CAUSES))))),
    )
    port_code = fields.port_code
    mode = fields.mode
    nationality = fields.nationality
    class_of_admission = fields.class_of_admission

    @staticmethod
    def build(
        stays: Annotated[DataFrame, Stays],
        crossings: Annotated[DataFrame, Crossings],
        matches: Annotated[DataFrame, EntryExitMatches],
        known_until: Mapping[str, date],
    ) -> DataFrame:
        as_of = known_until_of("border_state", known_until)
        alone = _alone_by_record(crossings.withColumn("as_of_date", as_of))
        unmatched = _alone_by_match(matches).withColumn("as_of_date", as_of)
        both = (
            _missing_exits(stays, matches)
            .unionByName(alone, allowMissingColumns=True)
            .unionByName(unmatched, allowMissingColumns=True)
        )
        aged = both.withColumn("age_days", F.datediff("as_of_date", "crossed_on"))
        return aged.select(*UnmatchedEntryExit.columns())


def _missing_exits(stays: DataFrame, matches: DataFrame) -> DataFrame:
    lost = F.broadcast(_lost_flight_days(stays))
    split = _split(matches).select(F.col("entry_id").alias("admission_id"), F.lit(True).alias("key_is_split"))
    return (
        _overdue(stays)
        .join(lost, _FLIGHT_DAY, "left")
        .join(split.distinct(), "admission_id", "left")
        .withColumns({"missing_side": F.lit("exit"), "probable_cause": _cause(), "crossed_on": F.col("entered_on")})
    )


def _alone_by_record(crossings: DataFrame) -> DataFrame:
    """Exits whose own record names an entry that was refused."""
    known = crossings.where((F.col("border_state") != AGENCY_STATE) & (F.col("crossed_on") <= F.col("as_of_date")))
    entries = known.where(F.col("direction") == "entry").select("admission_id")
    alone = known.where(F.col("direction") == "exit").join(entries, "admission_id", "left_anti")
    return alone.withColumns({"missing_side": F.lit("entry"), "probable_cause": F.lit("entry_refused")})


def _alone_by_match(matches: DataFrame) -> DataFrame:
    """Exits of the agency that end no admission."""
    split = _split(matches).select(F.col("exit_id").alias("crossing_id"), F.lit(True).alias("key_is_split")).distinct()
    cause = (
        F.when(F.col("key_is_split"), "person_key_split")
        .when(F.col("match_state") == "ambiguous", "documents_interlace")
        .when(F.col("match_state") == "before_records", "records_began_later")
        .otherwise("entry_not_recorded")
    )
    alone = matches.where("direction = 'exit'").drop("exit_id", "exited_on")
    return alone.join(split, "crossing_id", "left").withColumns(
        {"admission_id": F.col("crossing_id"), "missing_side": F.lit("entry"), "probable_cause": cause}
    )


def _split(matches: DataFrame) -> DataFrame:
    """Admissions and lone exits of one document under two persons' keys, the exit not before the entry."""
    entries = matches.where("match_state IN ('open', 'exit_missing')").select(
        "traveller_key", F.col("crossing_id").alias("entry_id"), F.col("crossed_on").alias("entered_on"),
        F.col("person_key").alias("entered_as"),
    )  # fmt: skip
    exits = matches.where("match_state IN ('before_records', 'entry_missing')").select(
        "traveller_key", F.col("crossing_id").alias("exit_id"), "crossed_on", "person_key"
    )
    other = ~F.col("person_key").eqNullSafe(F.col("entered_as"))
    return entries.join(exits, "traveller_key").where(other & (F.col("crossed_on") >= F.col("entered_on")))


def _overdue(stays: DataFrame) -> DataFrame:
    is_status = F.col("deadline_kind") == "duration_of_status"
    longest = F.when(is_status, LONGEST_DAYS["duration_of_status"]).otherwise(LONGEST_DAYS["other"])
    needs_end = F.coalesce(F.col("deadline_kind") != "none_needed", F.lit(True))
    is_open = (F.col("state") == "no_deadline") & F.col("exited_on").isNull()
    open_ended = is_open & needs_end & (F.col("used_days") > longest)
    return stays.where(F.col("state").isin("suspected_in_country", "departure_unclear") | open_ended)


def _lost_flight_days(stays: DataFrame) -> DataFrame:
    by_record = F.col("border_state") != AGENCY_STATE
    due = by_record & F.col("is_expected_departure") & (F.col("mode") == "air") & F.col("flight_number").isNotNull()
    counted = (
        stays.where(due)
        .groupBy(*_FLIGHT_DAY)
        .agg(F.count("*").alias("due"), F.count_if(F.col("exited_on").isNull()).alias("open"))
    )
    lost = (F.col("due") >= FLIGHT_DAY_AT_LEAST) & (F.col("open") >= FLIGHT_DAY_LOST_RATIO * F.col("due"))
    return counted.where(lost).select(*_FLIGHT_DAY, F.lit(True).alias("flight_day_is_lost"))


def _cause() -> SparkColumn:
    artefact = F.col("recording_artefact")
    return (
        F.when(artefact == "exit_refused", artefact)
        .when(F.col("key_is_split"), "person_key_split")
        .when(F.col("exit_match") == "exit_missing", "entered_again")
        .when(F.col("exit_match") == "ambiguous", "documents_interlace")
        .when(F.col("flight_day_is_lost"), "flight_day_lost")
        .when(artefact != "none", artefact)
        .when(F.col("state") == "no_deadline", "open_ended")
        .otherwise("overstay")
    )
