"""What was known of each restricted person when a day ended, by the records that had come until then.

A row a person and day of a restriction in force. Each record carries the moment
from which it counts, and every fact is drawn from those that had come: nothing
is summed up before. Nationality, sex, age, names and birthplaces are in none.
"""

from __future__ import annotations

from datetime import date

from pyspark.sql import Column as SparkColumn
from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from lakehouse.declare import Table
from lakehouse.departures import tells_the_same
from lakehouse.silver.crossings import AGENCY_ZONE
from lakehouse.silver.exit_restrictions import ExitRestrictions
from lakehouse.silver.flight_legs import FlightLegs
from lakehouse.silver.inspections import Inspections
from lakehouse.silver.manifests import Manifests
from lakehouse.silver.person_flags import PersonFlags

#: Tables that the features are made from.
INPUTS: tuple[type[Table], ...] = (ExitRestrictions, Inspections, Manifests, FlightLegs, PersonFlags)
KEYS = ("person_key", "scored_on")

#: Of several restrictions the strictest counts, of equal ones the newest.
_ORDER = ("restriction", "ordered_by", "reason", "issued_on")
#: Findings of the border that are no attempt to leave under a restriction.
_FINDINGS = ("refused", "overstayed", "confirmed_case")
#: Days over which exits are counted for the yearly rate, and fewest by which it is told.
_YEAR_DAYS, _FEWEST_DAYS = 365, 30

#: What a day's row tells, as it is: null where nothing is known.
FACTS = (
    *("restriction", "ordered_by", "reason", "restrictions_count", "issued_days"),
    *("stops_count", "stopped_days", "crossing_days", "exit_days", "exits_per_year_count", "exit_gap_days"),
    *("abroad_days", "is_abroad", "findings_count"),
    *("flight_leg_id", "booking_lead_days", "booked_ahead_days", "is_cash", "travellers_count"),
)


def person_days(
    restrictions: DataFrame,
    inspections: DataFrame,
    manifests: DataFrame,
    legs: DataFrame,
    flags: DataFrame,
    *,
    first: date,
    last: date,
) -> DataFrame:
    """``KEYS`` and ``FACTS`` of each restricted person on each day from ``first`` to ``last``.

    An order counts from the day after it was issued, as exit control has it
    (``gold.exit_control_match``). Persons without a key are left out. Of an
    inspection the version at hand counts, from when it was written: one that was
    corrected is not known before its correction. A booking counts from the
    leg's first booking message if it was made by then. Passenger lists come
    within the hour of departure, too late for a day's score, and are not read.
    """
    held = restrictions.where("person_key IS NOT NULL")
    known_as = _known_as(held)
    told = (
        _days(held, first, last)
        .join(_moves(inspections, known_as), "person_key", "left")
        .join(_bookings(manifests, legs, known_as), "person_key", "left")
        .join(_findings(flags), "person_key", "left")
        .crossJoin(F.broadcast(inspections.agg(F.min("inspected_on").alias("begun_on"))))
    )
    seen = told.withColumns(_come_by_then()).withColumns(_of_moves()).withColumns(_of_booking())
    return seen.select(*KEYS, *FACTS)


def _days(held: DataFrame, first: date, last: date) -> DataFrame:
    """Each day of the span on which a person's restrictions hold and are known, with the one that counts."""
    since = F.greatest("valid_from", F.date_add("issued_on", 1), F.lit(first))
    until = F.least("in_force_until", F.lit(last))
    days = F.when(since <= until, F.sequence(since, until))
    order = F.struct((F.col("restriction") == "stop").alias("stops"), "issued_on", "ban_id", *_ORDER[:3])
    each = held.select("person_key", order.alias("order"), F.explode(days).alias("scored_on"))
    of_day = each.groupBy(*KEYS).agg(F.max("order").alias("order"), F.count("*").alias("restrictions_count"))
    issued_days = F.datediff("scored_on", "order.issued_on")
    return of_day.select(
        *KEYS, *(f"order.{name}" for name in _ORDER), "restrictions_count", issued_days.alias("issued_days")
    )


def _known_as(held: DataFrame) -> DataFrame:
    """Keys that records may name a restricted person by: the person's own, and documents that restrictions name."""
    keys = F.array("person_key", "document_key")
    return held.select("person_key", F.explode(F.array_compact(keys)).alias("named_by")).distinct()


def _of_restricted(records: DataFrame, known_as: DataFrame, record: str) -> DataFrame:
    """``records`` of restricted persons, each once, by any of the keys that it has."""
    named = records.withColumn(
        "named_by", F.explode(F.array_distinct(F.array_compact(F.array("_person", "_document"))))
    )
    return named.join(F.broadcast(known_as), "named_by").dropDuplicates(["person_key", record])


def _moves(inspections: DataFrame, known_as: DataFrame) -> DataFrame:
    """Inspections of each restricted person in the order of time, with when their records were written."""
    keyed = inspections.select(
        *("inspection_id", "inspected_at_utc", "recorded_at_utc", "inspected_on", "direction", "outcome"),
        *(F.col("person_key").alias("_person"), F.col("document_key").alias("_document")),
    )
    move = F.struct("inspected_at_utc", "inspection_id", "recorded_at_utc", "inspected_on", "direction", "outcome")
    found = _of_restricted(keyed, known_as, "inspection_id")
    return found.groupBy("person_key").agg(F.array_sort(F.collect_list(move)).alias("all_moves"))


def _bookings(manifests: DataFrame, legs: DataFrame, known_as: DataFrame) -> DataFrame:
    """Bookings of legs out, the earliest leg first, with when a message had told them."""
    sent = legs.select("flight_leg_id", F.col("pnrgov_received_at_utc").alias("known_at_utc"))
    leaving = manifests.where("direction = 'exit' AND is_in_pnr").join(F.broadcast(sent), "flight_leg_id")
    in_first = leaving.where("booked_at_utc <= known_at_utc").select(
        *("passenger_id", "flight_date", "flight_leg_id", "known_at_utc", "booking_lead_days", "form_of_payment"),
        F.col("travellers_in_booking_count").alias("travellers_count"),
        *(F.when(tells_the_same(), F.col("person_key")).alias("_person"), F.col("pnr_document_key").alias("_document")),
    )
    booking = F.struct(
        *("flight_date", "flight_leg_id", "known_at_utc", F.col("booking_lead_days").alias("booked_ahead_days")),
        *((F.col("form_of_payment") == "cash").alias("is_cash"), "travellers_count"),
    )
    found = _of_restricted(in_first, known_as, "passenger_id")
    return found.groupBy("person_key").agg(F.array_sort(F.collect_list(booking)).alias("all_bookings"))


def _findings(flags: DataFrame) -> DataFrame:
    found = flags.where(F.col("kind").isin(*_FINDINGS))
    return found.groupBy("person_key").agg(F.collect_list("flagged_on").alias("all_findings"))


def _come_by_then() -> dict[str, SparkColumn]:
    """The records that had come when the day ended. Findings count from the day after they were made."""
    ends = F.to_utc_timestamp(F.date_add("scored_on", 1).cast("timestamp"), AGENCY_ZONE)
    day = F.col("scored_on")
    return {
        "moves": F.filter("all_moves", lambda m: (m["recorded_at_utc"] < ends) & (m["inspected_on"] <= day)),
        "bookings": F.filter("all_bookings", lambda b: (b["known_at_utc"] < ends) & (b["flight_date"] > day)),
        "findings_count": F.coalesce(F.size(F.filter("all_findings", lambda found: found < day)), F.lit(0)),
    }


def _of_moves() -> dict[str, SparkColumn]:
    day = F.col("scored_on")
    stops = F.filter("moves", lambda m: m["outcome"] == "stopped")
    exits = F.filter("moves", lambda m: m["outcome"] == "departed")
    crossed = F.filter("moves", lambda m: m["outcome"].isin("departed", "admitted"))
    of_year = F.filter(exits, lambda m: F.datediff(day, m["inspected_on"]) < _YEAR_DAYS)
    on_record = F.datediff(day, "begun_on") + 1
    span = F.least(F.greatest(on_record, F.lit(_FEWEST_DAYS)), F.lit(_YEAR_DAYS))
    return {
        "stops_count": F.coalesce(F.size(stops), F.lit(0)),
        "stopped_days": _since(stops),
        "crossing_days": _since(crossed),
        "exit_days": _since(exits),
        "exits_per_year_count": F.coalesce(F.size(of_year), F.lit(0)) * _YEAR_DAYS / span,
        "exit_gap_days": _median(_gaps(exits)),
        "abroad_days": _median(_absences(crossed)),
        "is_abroad": F.coalesce(_last("moves")["outcome"].isin("departed", "refused"), F.lit(False)),
    }


def _of_booking() -> dict[str, SparkColumn]:
    """Of the earliest leg that is booked."""
    told = F.try_element_at("bookings", F.lit(1))
    lead = F.datediff(told["flight_date"], "scored_on")
    names = ("flight_leg_id", "booked_ahead_days", "is_cash", "travellers_count")
    return {"booking_lead_days": lead, **{name: told[name] for name in names}}


def _since(moves: SparkColumn) -> SparkColumn:
    """Days since the last of ``moves``; null where there is none."""
    return F.datediff("scored_on", _last(moves)["inspected_on"])


def _last(moves: SparkColumn | str) -> SparkColumn:
    return F.try_element_at(moves, F.lit(-1))


def _pairs(moves: SparkColumn) -> tuple[SparkColumn, SparkColumn]:
    """Of moves all but the last, and all but the first."""
    fewer = F.greatest(F.size(moves) - 1, F.lit(0))
    return F.slice(moves, F.lit(1), fewer), F.slice(moves, F.lit(2), fewer)


def _gaps(moves: SparkColumn) -> SparkColumn:
    before, after = _pairs(moves)
    return F.zip_with(before, after, lambda one, other: F.datediff(other["inspected_on"], one["inspected_on"]))


def _absences(moves: SparkColumn) -> SparkColumn:
    """Days from each exit to the entry that follows it."""
    before, after = _pairs(moves)
    is_absence = F.zip_with(
        before,
        after,
        lambda one, other: F.when(
            (one["direction"] == "exit") & (other["direction"] == "entry"),
            F.datediff(other["inspected_on"], one["inspected_on"]),
        ),
    )
    return F.array_compact(is_absence)


def _median(values: SparkColumn) -> SparkColumn:
    """The middle value, of an even number the lower of the two; null of none."""
    middle = F.floor((F.size(values) + 1) / 2).cast("int")
    return F.when(F.size(values) > 0, F.try_element_at(F.array_sort(values), middle))
