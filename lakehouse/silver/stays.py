"""Stays of admitted travellers, and how each stands on a day."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta
from typing import Annotated

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from lakehouse import fields
from lakehouse.declare import Between, Column, DateBetween, Holds, Kind, NotNull, OneOf, Silver, Unit
from lakehouse.judgement import known_until_of
from lakehouse.silver.crossings import AGENCY_STATE, Crossings
from lakehouse.silver.entry_exit_matches import ENTRY_STATES, EntryExitMatches
from lakehouse.standing import standing

STATES = (
    *("departed_in_time", "departed_late", "departure_unclear", "suspected_in_country", "within_time"),
    "no_deadline",
)
_AGENCY_FACTS = ("inspected_at_utc", "flight_leg_id")


_DAYS = (date(1990, 1, 1), date(2100, 1, 1))


class Stays(Silver):
    """Each row tells of one admission: when it began, when it had to end and did, and how it stands.

    The state is judged as of the day until which the border's records tell
    (``as_of_date``), or an earlier one that the run is given. A departure after
    that day is not known yet; a deadline on or after it has not passed, so the
    stay is within its time and no overstay (right-censoring). A stay without a
    readable deadline has no state of overstaying at all. Overstays follow the
    Entry/Exit Overstay Report of the US Department of Homeland Security:
    out-of-country (departed late) and suspected in-country (no departure
    recorded). Quarantined exits leave their stay open, and say so.

    The I-94 carries the departure in its own record; the agency's exits are
    matched by person (``silver.entry_exit_matches``). Where the person entered
    again without an exit, or records contradict each other, the departure is
    unclear: neither in time nor an overstay. Citizens have no stays in their own
    country, neither as DHS counts admissions of nonimmigrants nor as the UN does
    visitors: their entries are left out. Residents have one without a deadline.
    """

    owner = "border-records"
    grain = "one row per admission"
    key = ("admission_id",)
    fresh_within = timedelta(days=2)
    authority = "US DHS Entry/Exit Overstay Report, methodology"
    slice = "source_delivery"
    indexed = ("entered_on",)
    ignored = {"lane": "which lane was taken says nothing of the stay"}
    rules = (
        Holds("exited_on >= entered_on", "an exit is not before its entry"),
        Holds("exited_on <= as_of_date", "no exit is known after the day of judgement"),
        Holds("entered_on <= as_of_date", "no entry is known after the day of judgement"),
        Holds(
            "is_expected_departure = coalesce(authorised_until < as_of_date, false)",
            "a departure is expected once its deadline has passed",
        ),
    )

    admission_id = Crossings.admission_id
    border_state = fields.border_state
    traveller_key = fields.traveller_key
    person_key = replace(fields.person_key, meaning=Crossings.person_key.meaning)
    entered_on = replace(Crossings.entered_on, meaning="Day of the entry.", rules=(NotNull(), DateBetween(*_DAYS)))
    exited_on = Column(
        Kind.DATE,
        "Day of the exit, where one is known by the day of judgement.",
        leaks="the outcome itself",
        examples=(None,),
    )
    authorised_until = Crossings.authorised_until
    deadline_kind = Column(Kind.STRING, Crossings.deadline_kind.meaning, (NotNull(), *Crossings.deadline_kind.rules))
    as_of_date = Column(Kind.DATE, "Day as of which the state is judged.", (NotNull(),), examples=(date(2016, 9, 19),))
    state = Column(
        Kind.STRING,
        "How the stay stands on the day of judgement.",
        (NotNull(), OneOf(STATES)),
        leaks="the outcome itself",
    )
    exit_match = Column(
        Kind.STRING,
        "How the exit was found: by the source's own record (I-94), or as silver.entry_exit_matches says.",
        (NotNull(), OneOf(("by_record", *ENTRY_STATES))),
        leaks="the outcome itself",
    )
    state_reason = Column(Kind.STRING, "Why it stands so, in words.", (NotNull(),), leaks="the outcome itself")
    is_expected_departure = Column(Kind.BOOLEAN, "Whether the deadline lies before the day of judgement.", (NotNull(),))
    used_days = Column(
        Kind.INT,
        "Nights in the country, until the exit or the day of judgement; null where the departure is unclear.",
        (Between(0, 40_000),),
        Unit.DAYS,
        leaks="the outcome itself",
    )
    left_days = Column(
        Kind.INT,
        "Days from the day of judgement to a deadline still ahead of an open stay.",
        (Between(0, 40_000),),
        Unit.DAYS,
        leaks="it is empty once the outcome is known",
    )
    over_days = Column(
        Kind.INT,
        "Days between the deadline and the exit or, without one, the day of judgement.",
        (Between(1, 40_000),),
        Unit.DAYS,
        leaks="the outcome itself",
    )
    recording_artefact = Column(
        Kind.STRING,
        "Why a missing exit may be an artefact of recording; 'none' where nothing speaks for it.",
        (NotNull(), OneOf(("none", "exit_refused", "records_contradict", "mode_not_air", "loaded_late"))),
        leaks="late loads and refused exits go with lost departures",
    )
    load_delay_days = Column(
        Kind.INT,
        "Days from arrival to the day the source loaded the record.",
        (),
        Unit.DAYS,
        leaks="late loads go with lost departures",
        examples=(0, 1, 68),
    )
    port_code = fields.port_code
    mode = fields.mode
    nationality = fields.nationality
    residence_country = fields.residence_country
    birth_year = Crossings.birth_year
    age_years = fields.age_years
    sex = fields.sex
    purpose = fields.purpose
    class_of_admission = fields.class_of_admission
    carrier_code = Crossings.carrier_code
    flight_number = Crossings.flight_number
    address_region = Crossings.address_region
    visa_post = Crossings.visa_post
    arrival_flag = Crossings.arrival_flag
    source_delivery = fields.source_delivery
    source_line = fields.source_line

    @staticmethod
    def build(
        crossings: Annotated[DataFrame, Crossings],
        matches: Annotated[DataFrame, EntryExitMatches],
        known_until: Mapping[str, date],
    ) -> DataFrame:
        judged = crossings.withColumn("as_of_date", known_until_of("border_state", known_until))
        stays = _by_record(judged).unionByName(_by_match(judged, matches))
        known = F.col("exited_on") <= F.col("as_of_date")
        return (
            stays.withColumn("exited_on", F.when(known, F.col("exited_on")))
            .withColumn("load_delay_days", F.datediff("recorded_on", "entered_on"))
            .select("*", *standing())
            .drop("exit_is_refused", "exit_is_reported", "recorded_on")
        )


def _by_record(judged: DataFrame) -> DataFrame:
    """Stays whose own record names the exit."""
    theirs = judged.where(F.col("border_state") != AGENCY_STATE)
    exits = theirs.where("direction = 'exit'").select(
        "admission_id", "source_delivery", F.col("crossed_on").alias("exited_on")
    )
    stays = _entries(theirs).join(exits, ["admission_id", "source_delivery"], "left")
    refused = F.col("exit_is_reported") & F.col("exited_on").isNull()
    return stays.withColumns({"exit_is_refused": refused, "exit_match": F.lit("by_record")})


def _by_match(judged: DataFrame, matches: DataFrame) -> DataFrame:
    """Stays whose exit was found among the person's crossings."""
    found = matches.where("direction = 'entry'").select(
        F.col("crossing_id").alias("admission_id"), "exited_on", F.col("match_state").alias("exit_match")
    )
    ours = judged.where(F.col("border_state") == AGENCY_STATE)
    # Inner: of whom there is no match row is a citizen.
    return _entries(ours).join(found, "admission_id").withColumn("exit_is_refused", F.lit(False))


def _entries(judged: DataFrame) -> DataFrame:
    known = judged.where("direction = 'entry' AND crossed_on <= as_of_date")
    return known.drop("crossing_id", "direction", "crossed_on", "read_on", "lane", *_AGENCY_FACTS)
