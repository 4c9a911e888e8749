"""Persons who set out to leave, as inspections, passenger lists and bookings show them, and when legs are scheduled."""

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

from lakehouse.silver.crossings import AGENCY_STATE, AGENCY_ZONE

#: Where these differ, the list tells of another person than the booking.
_TELLS_PERSON = ("nationality", "name", "date_of_birth", "sex")


def inspected(inspections: DataFrame) -> DataFrame:
    """Inspections at exit, with when they showed the person."""
    return inspections.where("direction = 'exit'").select(
        *(
            "person_key",
            "document_key",
            "flight_leg_id",
            "inspection_id",
            "inspected_at_utc",
            "inspected_on",
            "outcome",
        ),
        *(F.col("inspected_on").alias("attempted_on"), F.col("inspected_at_utc").alias("shown_at_utc")),
        F.lit("inspection").alias("known_by"),
    )


def announced(manifests: DataFrame, legs: DataFrame) -> DataFrame:
    """Passengers and crew whom carriers announced to leave, once by the list and once by the booking.

    ``silver.manifests`` keys the person as the list tells; where the booking differs, only its document counts.
    """
    sources = F.array(
        F.when(F.col("is_in_api"), _shown("api", "paxlst", F.col("person_key"))),
        F.when(F.col("is_in_pnr"), _shown("pnr", "pnrgov", F.when(tells_the_same(), F.col("person_key")))),
    )
    sent = legs.select("flight_leg_id", "paxlst_received_at_utc", "pnrgov_received_at_utc")
    leaving = manifests.where("direction = 'exit'").join(F.broadcast(sent), "flight_leg_id")
    shown = leaving.select(
        "flight_leg_id", F.col("flight_date").alias("attempted_on"), F.inline(F.array_compact(sources))
    )
    return shown.where("shown_at_utc IS NOT NULL")


def tells_the_same() -> Column:
    """Whether list and booking of a row of ``silver.manifests`` tell of one person; where one is missing they do."""
    differs = [F.coalesce(F.col(f"{name}_differs"), F.lit(False)) for name in _TELLS_PERSON]
    return ~(differs[0] | differs[1] | differs[2] | differs[3])


def _shown(known_by: str, message: str, person: Column) -> Column:
    return F.struct(
        person.alias("person_key"),
        F.col(f"{known_by}_document_key").alias("document_key"),
        F.col(f"{message}_received_at_utc").alias("shown_at_utc"),
        F.lit(known_by).alias("known_by"),
    )


def departures(legs: DataFrame, airports: DataFrame) -> DataFrame:
    """Scheduled departure of legs; null where list and airport do not tell."""
    return _scheduled(legs, airports, "origin", "exit", "etd_local", "departs_at_utc")


def arrivals(legs: DataFrame, airports: DataFrame) -> DataFrame:
    """Scheduled arrival of legs, likewise."""
    return _scheduled(legs, airports, "destination", "entry", "eta_local", "arrives_at_utc")


def _scheduled(legs: DataFrame, airports: DataFrame, place: str, direction: str, time: str, name: str) -> DataFrame:
    zones = airports.select(F.col("iata_code").alias(place), "time_zone")
    placed = legs.join(F.broadcast(zones), place, "left")
    # The agency's own clocks are known without any list of airports.
    is_own = (F.col("border_state") == AGENCY_STATE) & (F.col("direction") == direction)
    zone = F.when(is_own, AGENCY_ZONE).otherwise(F.col("time_zone"))
    return placed.select("flight_leg_id", F.to_utc_timestamp(time, zone).alias(name))
