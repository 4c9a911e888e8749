"""What was known of a traveller at an inspection: this crossing, those before it, and the company kept.

A row an inspection. ``STEPS`` tell of that crossing as it was known when it
began, ``TOTALS`` count the traveller's crossings until then, and a history is
the ``STEPS`` of the last ``LENGTH`` crossings, this one last. Nationality, sex,
age, names and birthplaces are in none of them.
"""

from __future__ import annotations

from pyspark.sql import Column as SparkColumn
from pyspark.sql import DataFrame, Window
from pyspark.sql import functions as F

from lakehouse.declare import Table
from lakehouse.silver.inspections import Inspections
from lakehouse.silver.journeys import Journeys
from lakehouse.silver.person_flags import PersonFlags
from lakehouse.silver.screening_facts import ScreeningFacts
from ml.high_risk_histories.company import AGAIN_COLUMNS, MEANS, MEANS_COLUMNS, again, handed_on, means

#: Tables that the features are made from.
INPUTS: tuple[type[Table], ...] = (Inspections, ScreeningFacts, Journeys, PersonFlags)
#: Crossings of a history, the one at hand with them.
LENGTH = 16
KEYS = ("inspection_id", "person_key", "inspected_on", "flight_leg_id")

#: What is counted of a traveller's crossings: columns of ``silver.inspections``, and of ``silver.journeys``.
_DISTINCT = {
    "ports": "port_code",
    "foreign_ports": "foreign_port",
    "carriers": "carrier_code",
    "documents": "document_key",
    "classes": "class_of_admission",
    "bookings": "booking_key",
    "payments": "payment_key",
    "phones": "booking_phone_key",
    "sponsors": "sponsor_key",
    "agencies": "agency_code",
}
#: Of the totals those that count crossings alone: by these a simulated behaviour and its twins are alike.
COUNTS = (
    *("crossings_count", "entries_count", "counters_count"),
    *(f"{name}_count" for name in ("ports", "foreign_ports", "carriers", "documents", "classes")),
)
TOTALS = (
    *COUNTS,
    *("party_persons_total_count", "exempt_entries_count"),
    *(f"{name}_count" for name in ("bookings", "payments", "phones", "sponsors", "agencies")),
)

_FACTS = ("is_refused_before", "is_overstayed_before", "is_confirmed_before")
STEPS = (
    *("is_there", "is_entry", "is_counter", "gap_days", "is_same_port", "is_same_foreign_port", "is_new_document"),
    *("has_begun_with_entry", "booking_lead_days", "is_cash", "is_invoice", "has_booking", "party_persons_count"),
    *("wrong_check_digits_count", "announced_differently_count", "is_expired", "is_reported", "is_document_of_another"),
    *("restriction_level", "is_missing", "exempt_entries_count", "card_parties_count", "agency_flagged_lift"),
    *_FACTS,
    *MEANS_COLUMNS,
    *("handed_on_days", "handed_on_count", "leg_persons_count"),
    *AGAIN_COLUMNS,
)
#: Counts and days with long tails: their logarithm is taken, of one more. What is missing is 0, which nothing else is
#: where it matters: nobody used the means, no crossing came before.
_LONG_TAILED = (
    *("gap_days", "booking_lead_days", "party_persons_count", "card_parties_count", "handed_on_days"),
    *("handed_on_count", "leg_persons_count", *MEANS_COLUMNS, *AGAIN_COLUMNS),
)
#: Rows by which an agency's share of flagged travellers is drawn towards that of all.
_PRIOR_PERSONS = 30

_READ = (
    *("inspection_id", "person_key", "inspected_on", "inspected_at_utc", "flight_leg_id", "direction", "lane"),
    *("port_code", "foreign_port", "carrier_code", "document_key", "class_of_admission", "sponsor_key"),
)
_OF_FACTS = (
    *("wrong_check_digits", "expired_days", "reported_kind", "is_document_of_another", "restriction", "missing_days"),
    *("refused_before_days", "overstayed_before_days", "confirmed_before_days", "exempt_entries_count"),
    *("form_of_payment", "booking_lead_days", "party_persons_count", "announced_differently", "card_parties_count"),
    *("agency_persons_count", "all_flagged_ratio"),
)


def crossings(inspections: DataFrame, facts: DataFrame, journeys: DataFrame, flags: DataFrame) -> DataFrame:
    """``KEYS``, ``place`` (from 1, in the traveller's order), ``STEPS`` and ``TOTALS`` of each inspection of a person.

    Crew and inspections without a person's key are left out: they have no history.
    """
    known = inspections.where("person_key IS NOT NULL AND lane <> 'crew'").select(*_READ)
    on_leg = journeys.select("person_key", "flight_leg_id", "booking_key", "payment_key", "booking_phone_key",
                             "agency_code")  # fmt: skip
    journey = ["person_key", "flight_leg_id"]
    # The count of the same name in ``means`` is of other travellers than this one alone.
    agency = F.col("agency_flagged_count").alias("agency_booked_flagged_count")
    told = (
        known.join(facts.select("inspection_id", *_OF_FACTS, agency), "inspection_id")
        .join(on_leg, journey, "left")
        .join(means(journeys, flags), journey, "left")
        .join(handed_on(journeys), journey, "left")
        .join(again(journeys, flags), journey, "left")
        .join(_legs(journeys), "flight_leg_id", "left")
    )
    return (
        told.withColumns(_own())
        .withColumns(_of_crossing())
        .select(
            *KEYS,
            "place",
            *(_number(name) for name in STEPS),
            *(F.col(name).cast("float").alias(f"total_{name}") for name in TOTALS),
        )
    )


def step_column(name: str, place: int) -> str:
    """Name of a step in a history: ``place`` is 0 for the earliest, ``LENGTH`` - 1 for the crossing at hand."""
    return f"{name}_{place:02d}"


#: Columns of a history, in the order in which a model takes them.
HISTORY = tuple(step_column(name, n) for n in range(LENGTH) for name in STEPS)


def _legs(journeys: DataFrame) -> DataFrame:
    return journeys.groupBy("flight_leg_id").agg(F.count_if("is_announced").alias("leg_persons_count"))


def _own() -> dict[str, SparkColumn]:
    """What the traveller's own crossings tell, this one with them."""
    order = Window.partitionBy("person_key").orderBy("inspected_at_utc", "inspection_id")
    until = order.rowsBetween(Window.unboundedPreceding, Window.currentRow)
    day = F.unix_timestamp("inspected_at_utc") / 86_400
    before = F.lag(F.struct("port_code", "foreign_port", "document_key")).over(order)
    distinct = {f"{name}_count": F.size(F.collect_set(column).over(until)) for name, column in _DISTINCT.items()}
    return {
        "place": F.row_number().over(order),
        "gap_days": day - F.lag(day).over(order),
        "is_same_port": before["port_code"] == F.col("port_code"),
        "is_same_foreign_port": before["foreign_port"] == F.col("foreign_port"),
        "is_new_document": before["document_key"] != F.col("document_key"),
        "has_begun_with_entry": F.first("direction").over(until) == "entry",
        "crossings_count": F.count("*").over(until),
        "entries_count": F.count_if(F.col("direction") == "entry").over(until),
        "counters_count": F.count_if(F.col("lane") == "counter").over(until),
        "party_persons_total_count": F.sum("party_persons_count").over(until),
        **distinct,
    }


def _of_crossing() -> dict[str, SparkColumn]:
    flagged = F.col("agency_booked_flagged_count") + _PRIOR_PERSONS * F.col("all_flagged_ratio")
    return {
        "is_there": F.lit(True),
        "is_entry": F.col("direction") == "entry",
        "is_counter": F.col("lane") == "counter",
        "is_cash": F.col("form_of_payment") == "cash",
        "is_invoice": F.col("form_of_payment") == "invoice",
        "has_booking": F.col("form_of_payment").isNotNull(),
        "wrong_check_digits_count": F.size("wrong_check_digits"),
        "announced_differently_count": F.size("announced_differently"),
        "is_expired": F.col("expired_days").isNotNull(),
        "is_reported": F.col("reported_kind").isNotNull(),
        "restriction_level": F.when(F.col("restriction") == "stop", 2).when(F.col("restriction") == "notify", 1),
        "is_missing": F.col("missing_days").isNotNull(),
        "agency_flagged_lift": F.try_divide(
            flagged, (F.col("agency_persons_count") + _PRIOR_PERSONS) * F.col("all_flagged_ratio")
        ),
        **{f"is_{name}_before": F.col(f"{name}_before_days").isNotNull() for name in _BEFORE},
    }


_BEFORE = ("refused", "overstayed", "confirmed")


def _number(name: str) -> SparkColumn:
    value = F.col(name).cast("double")
    tailed = F.log1p(F.greatest(F.coalesce(value, F.lit(0.0)), F.lit(0.0)))
    return (tailed if name in _LONG_TAILED else value).cast("float").alias(name)


#: Columns of tables behind each step, by which the policy on protected attributes is checked.
BEHIND: dict[str, tuple[str, ...]] = {
    **{name: (name,) for name in ("is_document_of_another", "exempt_entries_count", "card_parties_count")},
    **{name: (name,) for name in ("booking_lead_days", "party_persons_count")},
    "is_there": ("inspection_id",),
    "is_entry": ("direction",),
    "is_counter": ("lane",),
    "gap_days": ("inspected_at_utc",),
    "is_same_port": ("port_code",),
    "is_same_foreign_port": ("foreign_port",),
    "is_new_document": ("document_key",),
    "has_begun_with_entry": ("direction",),
    **dict.fromkeys(("is_cash", "is_invoice", "has_booking"), ("form_of_payment",)),
    "wrong_check_digits_count": ("wrong_check_digits",),
    "announced_differently_count": ("announced_differently",),
    "is_expired": ("expired_days",),
    "is_reported": ("reported_kind",),
    "restriction_level": ("restriction",),
    "is_missing": ("missing_days",),
    "agency_flagged_lift": ("agency_flagged_count", "agency_persons_count", "all_flagged_ratio"),
    **{f"is_{name}_before": (f"{name}_before_days",) for name in _BEFORE},
    **{f"{name}_others_count": (column,) for name, column in MEANS.items()},
    **{f"{name}_flagged_count": (column, "flagged_on") for name, column in MEANS.items()},
    **dict.fromkeys(("handed_on_days", "handed_on_count"), ("card_phone_key", "booking_phone_key")),
    "leg_persons_count": ("flight_leg_id",),
    **{name: ("flight_leg_id", "booking_key", *MEANS.values()) for name in AGAIN_COLUMNS},
}
