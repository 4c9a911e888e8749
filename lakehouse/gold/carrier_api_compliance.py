"""Whether carriers send the passenger lists that they owe: in time, whole and right."""

from datetime import timedelta
from typing import Annotated

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from lakehouse import fields
from lakehouse.carrier_checks import WRONG, compared
from lakehouse.declare import Column, Gold, Holds, Kind, NotNull
from lakehouse.privacy import withhold_thin_rows
from lakehouse.silver.airports import Airports
from lakehouse.silver.flight_legs import AGENCY_BORDER, FlightLegs
from lakehouse.silver.inspections import Inspections
from lakehouse.silver.manifests import Manifests

_PERSONS = (
    *("passengers_listed_count", "passengers_inspected_count", "fields_missing_count", "unlisted_count"),
    *("compared_count", "fields_wrong_count", *WRONG),
)
_LEGS = (
    *("legs_expected_count", "legs_reported_count", "manifests_missing_count", "manifests_late_count"),
    *("lateness_unknown_count", "manifests_short_count", "manifests_without_fields_count"),
    "manifests_insufficient_count",
)
_OF_LEG = ("border_state", "carrier_code", "flight_date")


class CarrierApiCompliance(Gold):
    """Each row tells of one carrier's flight legs of one day how many had a passenger list, in time, whole and right.

    Expected is a list of passengers (PAXLST) for every leg that anything shows: a
    list, a report of bookings, or inspections of its passengers. Missing: there
    is none. Late: the first was sent at or after the scheduled departure. Lists
    are owed before departure (Immigration Act of Taiwan, article 48), in the EU
    by the end of check-in (Directive 2004/82/EC, article 3), which no message
    tells; so departure is the latest that both allow.
    Where departure, time zone or time of sending is not known, it is counted as
    unknown. Insufficient: fewer passengers than were inspected, or one without a
    field that a list has to give (number, issuing state and expiry of the
    document, nationality, surname, day of birth, sex: WCO/IATA/ICAO guidelines).

    Wrong: the list differs from the document inspected. A traveller is found in
    the list of the leg by document, else as the same person; who is not is
    unlisted. The same document with another person's key shows in nationality,
    sex or year of birth, else in names or birthday.

    Crew is left out of both sides. Left out and counted: inspections of air
    passengers that name no leg, by the day inspected. Of carriers and days with
    fewer than ten passengers nothing about persons is shown.
    """

    owner = "carrier-liaison"
    grain = "one row per border state, carrier and day"
    key = ("border_state", "carrier_code", "flight_date")
    fresh_within = timedelta(days=1)
    authority = (
        "WCO/IATA/ICAO Guidelines on Advance Passenger Information; Immigration Act (Taiwan), article 48; "
        "Directive 2004/82/EC, article 3"
    )
    indexed = ("flight_date",)
    rules = (
        Holds(
            "legs_expected_count = legs_reported_count + manifests_missing_count",
            "a leg that was expected has a list or lacks it",
        ),
        Holds("manifests_late_count <= legs_reported_count", "only what was sent can be late"),
        Holds("manifests_insufficient_count <= legs_reported_count", "only what was sent can be insufficient"),
        Holds("fields_wrong_count <= compared_count", "only who was compared can differ"),
    )

    border_state = fields.border_state
    carrier_code = Column(Kind.STRING, "Carrier, IATA code; 'unknown' where none is.", (NotNull(),), examples=("CI",))
    flight_date = FlightLegs.flight_date
    legs_expected_count = fields.counted("Legs that any message or inspection shows.")
    legs_reported_count = fields.counted("Legs with a passenger list.")
    manifests_missing_count = fields.counted("Legs without.")
    manifests_late_count = fields.counted("Legs whose first list was sent at or after departure.")
    lateness_unknown_count = fields.counted("Legs with a list of which that cannot be told.")
    manifests_short_count = fields.counted("Legs whose list has fewer passengers than were inspected.")
    manifests_without_fields_count = fields.counted("Legs whose list lacks a field of a passenger.")
    manifests_insufficient_count = fields.counted("Legs whose list is short or lacks a field.")
    missing_ratio = fields.ratio("Missing of the expected.")
    late_ratio = fields.ratio("Late of those reported of which it can be told.")
    insufficient_ratio = fields.ratio("Insufficient of the reported.")
    passengers_listed_count = fields.counted_unless_thin("Passengers in the lists that hold.")
    passengers_inspected_count = fields.counted_unless_thin("Passengers inspected.")
    fields_missing_count = fields.counted_unless_thin("Passengers of whom the list lacks a field.")
    unlisted_count = fields.counted_unless_thin("Passengers inspected whom the leg's list does not name.")
    compared_count = fields.counted_unless_thin("Passengers inspected whom it names.")
    fields_wrong_count = fields.counted_unless_thin("Of these, those of whom any field differs.")
    document_wrong_count = fields.counted_unless_thin("The same person, another document.")
    nationality_wrong_count = fields.counted_unless_thin("The same document, another nationality.")
    sex_wrong_count = fields.counted_unless_thin("The same document, another sex.")
    birth_year_wrong_count = fields.counted_unless_thin("The same document, another year of birth.")
    name_or_birthday_wrong_count = fields.counted_unless_thin("The same document, another name or birthday.")
    wrong_ratio = fields.ratio("Passengers with a wrong field of those compared; null where few.")
    inspections_without_leg_count = fields.counted_unless_thin(
        "Left out: air passengers inspected whose leg is not known."
    )

    @staticmethod
    def build(
        legs: Annotated[DataFrame, FlightLegs],
        manifests: Annotated[DataFrame, Manifests],
        inspections: Annotated[DataFrame, Inspections],
        airports: Annotated[DataFrame, Airports],
    ) -> DataFrame:
        flown = inspections.where("mode = 'air' AND lane <> 'crew' AND class_of_admission <> 'crew'")
        listed = manifests.where("is_in_api AND NOT is_crew")
        of_leg = (
            _judged_in_time(legs, airports)
            .join(compared(flown, listed), "flight_leg_id", "full")
            .join(_listed(listed), "flight_leg_id", "left")
        )
        by_day = _judged(of_leg).groupBy(*_OF_LEG).agg(*(F.sum(name).alias(name) for name in (*_LEGS, *_PERSONS)))
        left_out = _without_leg(flown)
        whole = by_day.join(left_out, list(_OF_LEG), "full").na.fill(0)
        most = F.greatest(*("passengers_listed_count", "passengers_inspected_count", "inspections_without_leg_count"))
        thin = [*_PERSONS, "inspections_without_leg_count", "wrong_ratio"]
        return withhold_thin_rows(_with_ratios(whole.withColumn("_persons", most)), "_persons", thin).drop("_persons")


def _judged_in_time(legs: DataFrame, airports: DataFrame) -> DataFrame:
    """Legs with whether their list came, and came in time; null where that cannot be told."""
    zones = F.broadcast(airports.select(F.col("iata_code").alias("origin"), "time_zone"))
    departs = F.to_utc_timestamp("etd_local", F.col("time_zone"))
    return legs.join(zones, "origin", "left").select(
        *("flight_leg_id", *_OF_LEG),
        (F.col("paxlst_messages_count") > 0).alias("_is_reported"),
        (F.col("paxlst_received_at_utc") >= departs).alias("_is_late"),
    )


def _listed(listed: DataFrame) -> DataFrame:
    lacking = F.count_if(F.size("api_missing_fields") > 0)
    return listed.groupBy("flight_leg_id").agg(
        F.count("*").alias("passengers_listed_count"), lacking.alias("fields_missing_count")
    )


def _judged(of_leg: DataFrame) -> DataFrame:
    """Counts of each leg, ready to be added up; a leg that only inspections show is told by its own name."""
    is_reported = F.coalesce("_is_reported", F.lit(False))
    is_short = is_reported & (F.coalesce("passengers_listed_count", F.lit(0)) < F.col("passengers_inspected_count"))
    lacks = is_reported & (F.col("fields_missing_count") > 0)
    day = F.try_to_date(F.substring_index("flight_leg_id", "-", -1), "yyyyMMdd")
    found = of_leg.na.fill(0, list(_PERSONS))
    judged = {
        "legs_expected_count": F.lit(True),
        "legs_reported_count": is_reported,
        "manifests_missing_count": ~is_reported,
        "manifests_late_count": is_reported & F.coalesce("_is_late", F.lit(False)),
        "lateness_unknown_count": is_reported & F.col("_is_late").isNull(),
        "manifests_short_count": is_short,
        "manifests_without_fields_count": lacks,
        "manifests_insufficient_count": is_short | lacks,
    }
    return found.select(
        F.coalesce("border_state", F.lit(AGENCY_BORDER)).alias("border_state"),
        F.coalesce("carrier_code", "_carrier", F.lit("unknown")).alias("carrier_code"),
        F.coalesce("flight_date", day).alias("flight_date"),
        *(condition.cast("int").alias(name) for name, condition in judged.items()),
        *_PERSONS,
    )


def _without_leg(flown: DataFrame) -> DataFrame:
    carrier = F.coalesce("carrier_code", F.lit("unknown")).alias("carrier_code")
    state, day = F.lit(AGENCY_BORDER).alias("border_state"), F.col("inspected_on").alias("flight_date")
    lost = flown.where("flight_leg_id IS NULL").groupBy(state, carrier, day)
    return lost.agg(F.count("*").alias("inspections_without_leg_count"))


def _with_ratios(whole: DataFrame) -> DataFrame:
    reported = F.col("legs_reported_count")
    shares = {
        "missing_ratio": ("manifests_missing_count", F.col("legs_expected_count")),
        "late_ratio": ("manifests_late_count", reported - F.col("lateness_unknown_count")),
        "insufficient_ratio": ("manifests_insufficient_count", reported),
        "wrong_ratio": ("fields_wrong_count", F.col("compared_count")),
    }
    return whole.withColumns({name: F.try_divide(part, of) for name, (part, of) in shares.items()})
