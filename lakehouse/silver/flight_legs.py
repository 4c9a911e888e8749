"""Flight legs that carriers reported passengers of."""

from dataclasses import replace
from datetime import date, timedelta
from functools import reduce
from typing import Annotated

from pyspark.sql import Column as SparkColumn
from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from lakehouse import fields
from lakehouse.bronze.manifest_paxlst_messages import ManifestPaxlstMessages
from lakehouse.bronze.manifest_paxlst_passengers import ManifestPaxlstPassengers
from lakehouse.bronze.manifest_pnrgov_bookings import ManifestPnrgovBookings
from lakehouse.bronze.manifest_pnrgov_messages import ManifestPnrgovMessages
from lakehouse.bronze.manifest_pnrgov_passengers import ManifestPnrgovPassengers
from lakehouse.bronze.paxlst_messages import PaxlstMessages
from lakehouse.bronze.paxlst_passengers import PaxlstPassengers
from lakehouse.bronze.pnrgov_bookings import PnrgovBookings
from lakehouse.bronze.pnrgov_messages import PnrgovMessages
from lakehouse.bronze.pnrgov_passengers import PnrgovPassengers
from lakehouse.carrier_legs import lists, over_borders, reports
from lakehouse.declare import PROVENANCE, Column, Kind, NotNull, Silver, Unit
from lakehouse.silver.airports import Airports

#: The agency's own gateway receives for Taiwan.
AGENCY_BORDER = "TWN"
_USED = {
    *("departure_date", "recipient", "prepared_on", "prepared_at", "flights", "document_code", "counts"),
    *("function_code", "departure_day", "departure_time", "arrival_day", "arrival_time", "departure_place"),
    *("arrival_place", "carrier", "flight_number", "legs", "message_number"),
}
#: Where a part of a message stands.
_PLACE = ["source_delivery", "message_number"]
_FACTS = (
    *("border_state", "direction", "carrier_code", "flight_number", "origin", "destination", "flight_date"),
    *("departure_date", "etd_local", "eta_local"),
)
_READ = (PaxlstMessages, PaxlstPassengers, PnrgovMessages, PnrgovBookings, PnrgovPassengers)


class FlightLegs(Silver):
    """Each row tells of one flight leg to or from the border state: when, and which messages came for it when.

    A PAXLST message speaks of the leg between its last place before the border
    (LOC 125) and its first behind it (LOC 87), a PNRGOV message of its TVL. The
    border is that of the state that received the message: Taiwan's where the
    agency's gateway landed it (`manifests`), else the one whose system is the
    recipient (`carrier_legs.BORDER_OF_RECIPIENT`), else the state of arrival, to
    which both are owed (ICAO Doc 9944, 2.1; Annex 9, 9.22). Messages that name no
    leg over that border (ships, domestic legs, airports that nobody lists) make no
    row; bronze holds them. Of messages sent again all are counted, and the newest
    holds: of lists the last one, of bookings the last whole report and what
    changed since (function 141).
    """

    owner = "carrier-liaison"
    grain = "one row per flight leg"
    key = ("flight_leg_id",)
    fresh_within = timedelta(days=1)
    authority = "PAXLST (WCO/IATA/ICAO API guidelines) and PNRGOV (IATA PADIS) messages"
    slice = "departure_date"
    indexed = ("flight_date",)
    ignored = {
        name: "tells nothing of when and where the leg is, or how many are on it"
        for table in _READ
        for name in table.raw_columns()
        if name not in _USED and name not in PROVENANCE
    }

    flight_leg_id = replace(fields.flight_leg_id, rules=(NotNull(), *fields.flight_leg_id.rules))
    border_state = fields.border_state
    direction = fields.direction
    carrier_code = Column(Kind.STRING, "Carrier, IATA code.", (NotNull(),), examples=("CI", "BR"))
    flight_number = Column(Kind.STRING, "Number without leading noughts.", (NotNull(),), examples=("100", "198"))
    origin = Column(Kind.STRING, "Airport of embarkation of the leg, IATA.", (NotNull(),), examples=("NRT", "TPE"))
    destination = Column(Kind.STRING, "Airport of debarkation of the leg, IATA.", (NotNull(),), examples=("TPE", "NRT"))
    flight_date = Column(
        Kind.DATE,
        "Scheduled local day at the border state's port.",
        (NotNull(),),
        examples=(date(2025, 12, 1), date(2025, 12, 2)),
    )
    departure_date = Column(
        Kind.DATE,
        "Local day of departure, by which messages of the leg are landed together.",
        examples=(date(2025, 12, 1), date(2025, 12, 2)),
    )
    etd_local = Column(Kind.TIMESTAMP, "Estimated departure, by the clocks there.")
    eta_local = Column(Kind.TIMESTAMP, "Estimated arrival, by the clocks there.")
    codeshares = Column(
        Kind.STRINGS, "Other carriers' numbers under which the flight was sold.", examples=([], ["NH5801"])
    )
    paxlst_messages_count = fields.counted("Passenger lists received.")
    paxlst_received_at_utc = Column(Kind.TIMESTAMP, "When the first was sent.")
    paxlst_passengers_count = fields.counted("Passengers in the newest one.")
    paxlst_declared_count = Column(Kind.LONG, "Passengers that its control total declares.", (), Unit.COUNT)
    crew_messages_count = fields.counted("Crew lists received.")
    pnrgov_messages_count = fields.counted("Booking messages received.")
    pnrgov_received_at_utc = Column(Kind.TIMESTAMP, "When the first was sent.")
    pnrgov_passengers_count = fields.counted("Passengers in the newest whole one.")

    @staticmethod
    def build(
        paxlst: Annotated[DataFrame, PaxlstMessages],
        paxlst_passengers: Annotated[DataFrame, PaxlstPassengers],
        pnrgov: Annotated[DataFrame, PnrgovMessages],
        pnrgov_bookings: Annotated[DataFrame, PnrgovBookings],
        pnrgov_passengers: Annotated[DataFrame, PnrgovPassengers],
        agency_paxlst: Annotated[DataFrame, ManifestPaxlstMessages],
        agency_paxlst_passengers: Annotated[DataFrame, ManifestPaxlstPassengers],
        agency_pnrgov: Annotated[DataFrame, ManifestPnrgovMessages],
        agency_bookings: Annotated[DataFrame, ManifestPnrgovBookings],
        agency_pnrgov_passengers: Annotated[DataFrame, ManifestPnrgovPassengers],
        airports: Annotated[DataFrame, Airports],
    ) -> DataFrame:
        messages = over_borders(
            (
                *(lists(paxlst, None), lists(agency_paxlst, AGENCY_BORDER)),
                *(reports(pnrgov, None), reports(agency_pnrgov, AGENCY_BORDER)),
            ),
            airports,
        )
        passengers = [
            paxlst_passengers.select(*_PLACE),
            *(each.select(*_PLACE) for each in (agency_paxlst_passengers, pnrgov_passengers, agency_pnrgov_passengers)),
        ]
        counted = reduce(DataFrame.unionAll, passengers).groupBy(*_PLACE).agg(F.count("*").alias("_passengers"))
        sold = _sold(pnrgov_bookings.select(*_PLACE, "legs").unionAll(agency_bookings.select(*_PLACE, "legs")))
        return _by_leg(messages.join(counted, _PLACE, "left").join(sold, _PLACE, "left"))


def _sold(bookings: DataFrame) -> DataFrame:
    """Of each message the flights of its bookings that one carrier sold and another flies."""
    shared = "filter(legs, l -> l.operating_carrier <> l.carrier)"
    each = bookings.select(*_PLACE, F.explode(F.expr(shared)).alias("_leg"))
    return each.groupBy(*_PLACE).agg(F.collect_set("_leg").alias("_shared"))


def _by_leg(messages: DataFrame) -> DataFrame:
    under = (
        "filter(_shared, l -> l.operating_carrier = carrier_code"
        " AND l.departure_place = origin AND l.arrival_place = destination)"
    )
    names = F.expr(f"transform({under}, l -> concat(l.carrier, ltrim('0', l.number)))")
    facts = F.struct(*_FACTS)
    # Of a leg's messages a list of passengers tells its times best, then the newest.
    best = F.struct(F.col("kind") == "api", F.col("kind") == "pnr", "sent_at_utc", "source_delivery", "message_number")
    return (
        messages.withColumn("_names", F.coalesce(names, F.array().cast("array<string>")))
        .groupBy("flight_leg_id")
        .agg(
            F.max_by(facts, best).alias("_leg"),
            F.array_sort(F.array_distinct(F.flatten(F.collect_list("_names")))).alias("codeshares"),
            *_of_kind("api", "paxlst"),
            F.max(F.when(_holds("api"), F.col("declared_count"))).alias("paxlst_declared_count"),
            F.count_if(F.col("kind") == "crew").alias("crew_messages_count"),
            *_of_kind("pnr", "pnrgov"),
        )
        .select("*", "_leg.*")
        .drop("_leg")
    )


def _of_kind(kind: str, name: str) -> list[SparkColumn]:
    is_kind = F.col("kind") == kind
    return [
        F.count_if(is_kind).alias(f"{name}_messages_count"),
        F.min(F.when(is_kind, F.col("sent_at_utc"))).alias(f"{name}_received_at_utc"),
        F.coalesce(F.sum(F.when(_holds(kind), F.col("_passengers"))), F.lit(0)).alias(f"{name}_passengers_count"),
    ]


def _holds(kind: str) -> SparkColumn:
    return (F.col("kind") == kind) & F.col("counts") & F.col("is_whole")
