"""Which exit ends which admission, where records of both name the person alone."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta
from typing import Annotated

from pyspark.sql import Column as SparkColumn
from pyspark.sql import DataFrame, Window
from pyspark.sql import functions as F

from lakehouse import fields
from lakehouse.declare import Column, DateBetween, Holds, Kind, NotBefore, NotNull, OneOf, Silver
from lakehouse.judgement import known_until_of
from lakehouse.silver.crossings import AGENCY_STATE, Crossings

#: How an admission stands to the person's other crossings, and an exit that ends none.
MATCHED = ("matched", "matched_other_document")
ENTRY_STATES = (*MATCHED, "exit_missing", "open", "ambiguous")
EXIT_STATES = ("entry_missing", "before_records", "ambiguous")


class EntryExitMatches(Silver):
    """Each row tells which exit ends one admission of the agency, or of one exit that it ends none.

    The agency inspects entries and exits apart, so they are matched by person:
    all crossings of a ``person_key`` (of the document, where none could be made)
    in the order of inspection. Nothing is guessed; each state is counted.

    ``matched``: the next crossing is an exit with the same document.
    ``matched_other_document``: it is one with another document, and the one
    entered with does not leave before it enters again: passports are renewed during stays.
    ``exit_missing``: the next crossing is another entry; the person left without
    a record by then. ``open``: no crossing follows. ``ambiguous``: crossings of
    two documents under one key interlace, so that they may be two persons'; no
    exit is taken. An exit that ends nothing is ``before_records`` where no
    crossing of the person precedes it, ``ambiguous`` where its document's entry
    is, else ``entry_missing``.

    Citizens are left out: their trips run from exit to entry and are no stays.
    So is what happened after the day until which the border's records tell.
    """

    owner = "border-records"
    grain = "one row per admission, and per exit that ends none"
    key = ("crossing_id",)
    fresh_within = timedelta(days=2)
    authority = "platform; entry and exit records matched by person as Regulation (EU) 2017/2226, art. 12 asks"
    indexed = ("crossed_on",)
    rules = (
        Holds(
            f"(exit_id IS NOT NULL) = (match_state IN {MATCHED})",
            "an admission has an exit where one was matched",
        ),
        Holds("direction = 'entry' OR match_state IN " + str(EXIT_STATES), "exits have states of their own"),
        Holds("direction = 'exit' OR match_state IN " + str(ENTRY_STATES), "admissions have states of their own"),
    )

    crossing_id = Column(Kind.STRING, "The admission, or the exit that ends none.", (NotNull(),))
    direction = fields.direction
    match_state = Column(
        Kind.STRING,
        "How it stands to the person's other crossings.",
        (NotNull(), OneOf(tuple(dict.fromkeys((*ENTRY_STATES, *EXIT_STATES))))),
        leaks="the outcome itself",
    )
    crossed_on = Crossings.crossed_on
    exit_id = Column(
        Kind.STRING, "Crossing that ends the admission.", leaks="the outcome itself", examples=("INS-9", None)
    )
    exited_on = Column(
        Kind.DATE,
        "Day of that exit.",
        (NotBefore("crossed_on"), DateBetween(date(1990, 1, 1), date(2100, 1, 1))),
        leaks="the outcome itself",
        examples=(None,),
    )
    entered_again_on = Column(
        Kind.DATE,
        "Day of the person's next entry, where no exit lies before it: the person had left by then.",
        (NotBefore("crossed_on"),),
        leaks="the outcome itself",
        examples=(None,),
    )
    border_state = fields.border_state
    traveller_key = fields.traveller_key
    person_key = replace(fields.person_key, meaning=Crossings.person_key.meaning)
    port_code = fields.port_code
    mode = fields.mode
    nationality = fields.nationality
    class_of_admission = fields.class_of_admission
    source_delivery = fields.source_delivery

    @staticmethod
    def build(crossings: Annotated[DataFrame, Crossings], known_until: Mapping[str, date]) -> DataFrame:
        known = F.col("crossed_on") <= known_until_of("border_state", known_until)
        foreign = F.col("class_of_admission") != "citizen"
        who = F.coalesce("person_key", "traveller_key")
        in_order = Window.partitionBy(who).orderBy("inspected_at_utc", "crossing_id")
        of_document = Window.partitionBy(who, "traveller_key").orderBy("inspected_at_utc", "crossing_id")
        crossing = F.struct("direction", "traveller_key", "crossing_id", "crossed_on")
        placed = (
            crossings.where((F.col("border_state") == AGENCY_STATE) & known & foreign)
            .withColumns(
                {
                    "_document_next": F.lead("direction").over(of_document),
                    "_document_before": F.lag("direction").over(of_document),
                }
            )
            .withColumns({"_next": F.lead(crossing).over(in_order), "_before": F.lag(crossing).over(in_order)})
            .withColumn("_entry_state", F.when(F.col("direction") == "entry", _entry_state()))
            .withColumn("_entry_state_before", F.lag("_entry_state").over(in_order))
        )
        judged = placed.withColumn("match_state", F.coalesce("_entry_state", _exit_state()))
        ended, again = F.col("match_state").isin(*MATCHED), F.col("match_state") == "exit_missing"
        return judged.where(F.col("match_state").isNotNull()).select(
            *(F.when(ended, F.col(f"_next.{n}")).alias(m) for n, m in _EXIT.items()),
            F.when(again, F.col("_next.crossed_on")).alias("entered_again_on"),
            *(n for n in EntryExitMatches.columns() if n not in (*_EXIT.values(), "entered_again_on")),
        )


_EXIT = {"crossing_id": "exit_id", "crossed_on": "exited_on"}


def _entry_state() -> SparkColumn:
    next_is_exit = F.col("_next.direction") == "exit"
    same_document = F.col("_next.traveller_key") == F.col("traveller_key")
    return (
        F.when(F.col("_next").isNull(), "open")
        .when(next_is_exit & same_document, "matched")
        .when(F.col("_document_next") == "exit", "ambiguous")
        .when(next_is_exit, "matched_other_document")
        .otherwise("exit_missing")
    )


def _exit_state() -> SparkColumn:
    """State of an exit that ends no admission; null for one that does."""
    return (
        F.when(F.col("_before").isNull(), "before_records")
        .when(F.col("_entry_state_before").isin(*MATCHED), None)
        .when((F.col("_entry_state_before") == "ambiguous") | (F.col("_document_before") == "entry"), "ambiguous")
        .otherwise("entry_missing")
    )
