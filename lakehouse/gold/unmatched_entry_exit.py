"""Entries and exits that lack their counterpart."""

from datetime import date, timedelta
from typing import Annotated

from pyspark.sql import Column as SparkColumn
from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from lakehouse import fields
from lakehouse.declare import Between, Column, Gold, Holds, Kind, NotNull, OneOf, Unit
from lakehouse.silver.crossings import Crossings
from lakehouse.silver.stays import Stays

#: Longest stay that an admission without a date may still cover, by kind of deadline. For the duration of
#: status the four years to which the DHS proposed to limit it (85 FR 60526); else the year for which a
#: visitor may be admitted at most (8 CFR 214.2(b)(1)).
LONGEST_DAYS = {"duration_of_status": 1461, "other": 366}

#: A flight-day has lost its departures where at least half of twenty or more expected ones are missing: some
#: 4 % usually are, so chance or intent is out of the question.
FLIGHT_DAY_AT_LEAST, FLIGHT_DAY_LOST_RATIO = 20, 0.5
_FLIGHT_DAY = ["border_state", "port_code", "entered_on", "carrier_code", "flight_number"]

CAUSES = (
    "exit_refused",
    "flight_day_lost",
    "mode_not_air",
    "loaded_late",
    "overstay",
    "open_ended",
    "entry_refused",
)


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
    """

    owner = "overstay-desk"
    grain = "one row per crossing without its counterpart"
    key = ("admission_id", "missing_side")
    fresh_within = timedelta(days=2)
    authority = "US GAO-04-82, Overstay Tracking; 8 CFR 214.2; 85 FR 60526"
    indexed = ("missing_side", "probable_cause")
    rules = (
        Holds(
            "(probable_cause = 'entry_refused') = (missing_side = 'entry')",
            "a cause belongs to the side that is missing",
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
    probable_cause = Column(Kind.STRING, "Why the counterpart is probably missing.", (NotNull(), OneOf(CAUSES)))
    port_code = fields.port_code
    mode = fields.mode
    nationality = fields.nationality
    class_of_admission = fields.class_of_admission

    @staticmethod
    def build(stays: Annotated[DataFrame, Stays], crossings: Annotated[DataFrame, Crossings], as_of: date) -> DataFrame:
        both = _missing_exits(stays).unionByName(_missing_entries(crossings, as_of), allowMissingColumns=True)
        aged = both.withColumn("age_days", F.datediff("as_of_date", "crossed_on"))
        return aged.select(*UnmatchedEntryExit.columns())


def _missing_exits(stays: DataFrame) -> DataFrame:
    lost = F.broadcast(_lost_flight_days(stays))
    return (
        _overdue(stays)
        .join(lost, _FLIGHT_DAY, "left")
        .withColumns({"missing_side": F.lit("exit"), "probable_cause": _cause(), "crossed_on": F.col("entered_on")})
    )


def _missing_entries(crossings: DataFrame, as_of: date) -> DataFrame:
    known = crossings.where(F.col("crossed_on") <= F.lit(as_of))
    entries = known.where(F.col("direction") == "entry").select("admission_id")
    alone = known.where(F.col("direction") == "exit").join(entries, "admission_id", "left_anti")
    said = {"missing_side": "entry", "probable_cause": "entry_refused", "as_of_date": as_of}
    return alone.withColumns({name: F.lit(value) for name, value in said.items()})


def _overdue(stays: DataFrame) -> DataFrame:
    is_status = F.col("deadline_kind") == "duration_of_status"
    longest = F.when(is_status, LONGEST_DAYS["duration_of_status"]).otherwise(LONGEST_DAYS["other"])
    open_ended = (F.col("state") == "no_deadline") & F.col("exited_on").isNull() & (F.col("used_days") > longest)
    return stays.where((F.col("state") == "suspected_in_country") | open_ended)


def _lost_flight_days(stays: DataFrame) -> DataFrame:
    due = F.col("is_expected_departure") & (F.col("mode") == "air") & F.col("flight_number").isNotNull()
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
        .when(F.col("flight_day_is_lost"), "flight_day_lost")
        .when(artefact != "none", artefact)
        .when(F.col("state") == "no_deadline", "open_ended")
        .otherwise("overstay")
    )
