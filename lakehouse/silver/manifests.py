"""Passengers as carriers announced them: what was read from the document beside what was said at booking."""

from datetime import timedelta
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
from lakehouse.carrier_passengers import announced, booked, plain_name, plain_number, side_by_side
from lakehouse.declare import PROVENANCE, Between, Column, Kind, NotNull, Pii, Silver, Unit
from lakehouse.identity import with_document_key, with_identity_key, with_phone_key
from lakehouse.privacy import with_person_key
from lakehouse.silver.airports import Airports
from lakehouse.silver.countries import Countries
from lakehouse.silver.flight_legs import AGENCY_BORDER, FlightLegs

#: What is read of passengers in lists, of travellers in bookings, and of bookings.
_LISTED = ("party_qualifier", "names", "attributes", "dates", "nationalities", "documents")
_TRAVELLER = (
    *("booking_number", "surname", "given_name", "traveller_type", "traveller_reference", "requests", "tickets"),
    *("contacts", "free_texts"),
)
_BOOKING = ("record_locator", "locators", "times", "agency", "contacts", "free_texts", "legs")
#: Columns of messages from which `carrier_legs` tells the leg.
_OF_MESSAGE = (
    *("departure_date", "recipient", "prepared_on", "prepared_at", "flights", "document_code", "counts"),
    *("function_code", "departure_day", "departure_time", "arrival_day", "arrival_time", "departure_place"),
    *("arrival_place", "carrier", "flight_number", "message_number"),
)
_OF_LEG = ("flight_date", "departure_date", "direction")
_READ = (PaxlstMessages, PaxlstPassengers, PnrgovMessages, PnrgovBookings, PnrgovPassengers)


def _key(meaning: str) -> Column:
    return Column(Kind.STRING, meaning, pii=Pii.PSEUDONYM, examples=(*(f"{n:032x}" for n in range(20)), None))


class Manifests(Silver):
    """Each row tells of one passenger of a flight leg: API and PNR side by side, and where they differ.

    Of lists sent again the newest holds, of bookings their newest report since the
    last whole one (`silver.flight_legs` tells which leg a message is about). API
    and PNR are matched on a leg by the document's number where both name it, else
    by name (as keys see it) and day of birth; who matches neither stands alone.
    What bookings say of the document is that of SSR DOCS: the traveller's own, or
    one of a leg that refers to the traveller; infants are told apart by their sex
    (MI, FI). A birth in two digits of a year is the latest that is past.

    Crew lists (BGM 250, NAD FM) are there, without bookings. Messages that name no
    leg over the border have no passengers here; bronze holds them.
    """

    owner = "carrier-liaison"
    grain = "one row per flight leg and passenger"
    key = ("passenger_id",)
    fresh_within = timedelta(days=1)
    authority = "PAXLST (WCO/IATA/ICAO API guidelines) and PNRGOV (IATA PADIS) messages"
    slice = "departure_date"
    indexed = ("flight_date",)
    ignored = {
        name: "tells neither who travels nor how it was booked"
        for table in _READ
        for name in table.raw_columns()
        if name not in {*_LISTED, *_TRAVELLER, *_BOOKING, *_OF_MESSAGE} and name not in PROVENANCE
    }

    passenger_id = Column(Kind.STRING, "Leg, and the passenger's place in the message's file.", (NotNull(),))
    flight_leg_id = FlightLegs.flight_leg_id
    flight_date = FlightLegs.flight_date
    departure_date = FlightLegs.departure_date
    direction = fields.direction
    person_key = fields.person_key
    document_key = _key("Keyed hash of the document, of API where given, else of PNR.")
    is_in_api = Column(Kind.BOOLEAN, "Whether the passenger list names the passenger.", (NotNull(),))
    is_in_pnr = Column(Kind.BOOLEAN, "Whether a booking names the passenger.", (NotNull(),))
    is_crew = Column(Kind.BOOLEAN, "Whether the list is one of crew.", (NotNull(),))
    is_infant = Column(Kind.BOOLEAN, "Whether the booking says infant.")
    api_nationality = Column(Kind.STRING, "Nationality by API, alpha-3.", examples=("JPN", None))
    pnr_nationality = Column(Kind.STRING, "Nationality by PNR (SSR DOCS).", examples=("JPN", None))
    api_document_key = _key("Document by API.")
    pnr_document_key = _key("Document by PNR (SSR DOCS).")
    api_birth_year = Column(Kind.INT, "Year of birth by API.", (Between(1890, 2100),), Unit.YEAR, lenient=True)
    pnr_birth_year = Column(Kind.INT, "Year of birth by PNR.", (Between(1890, 2100),), Unit.YEAR, lenient=True)
    api_sex = Column(Kind.STRING, "Sex by API.", examples=("F", "M", None))
    pnr_sex = Column(Kind.STRING, "Sex by PNR.", examples=("F", "M", None))
    api_missing_fields = Column(Kind.STRINGS, "Fields that API has to give and does not.", examples=([],))
    nationality_differs = Column(Kind.BOOLEAN, "API and PNR differ; null where one is missing.")
    document_differs = Column(Kind.BOOLEAN, "API and PNR differ; null where one is missing.")
    date_of_birth_differs = Column(Kind.BOOLEAN, "API and PNR differ; null where one is missing.")
    sex_differs = Column(Kind.BOOLEAN, "API and PNR differ; null where one is missing.")
    name_differs = Column(Kind.BOOLEAN, "API and PNR differ; null where one is missing.")
    booking_key = _key("Keyed hash of carrier, record locator and day of booking.")
    booked_at_utc = Column(Kind.TIMESTAMP, "When the booking was made.")
    booking_lead_days = Column(Kind.INT, "Days from booking to flight.", (Between(0, 730),), Unit.DAYS, lenient=True)
    travellers_in_booking_count = Column(
        Kind.LONG, "Travellers in the booking.", (Between(1, 999),), Unit.COUNT, lenient=True
    )
    form_of_payment = Column(Kind.STRING, "cash, card, invoice, miles or other.", examples=("card", "cash", None))
    payment_key = _key("Keyed hash of the masked card, with its expiry where given.")
    agency_code = Column(Kind.STRING, "Agency that booked: its IATA number.", examples=("34300001", None))
    phone_key = _key("Keyed hash of the telephone given at booking, digits only, in international form.")
    bag_count = Column(
        Kind.LONG,
        "Bags checked in; null before any check-in of the booking.",
        (Between(0, 99),),
        Unit.COUNT,
        lenient=True,
    )

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
        countries: Annotated[DataFrame, Countries],
        keyring: DataFrame,
    ) -> DataFrame:
        messages = over_borders(
            (
                *(lists(paxlst, None), lists(agency_paxlst, AGENCY_BORDER)),
                *(reports(pnrgov, None), reports(agency_pnrgov, AGENCY_BORDER)),
            ),
            airports,
        )
        api = announced(_both(paxlst_passengers, agency_paxlst_passengers, _LISTED), messages)
        pnr = booked(
            _both(pnrgov_passengers, agency_pnrgov_passengers, _TRAVELLER),
            _both(pnrgov_bookings, agency_bookings, _BOOKING),
            messages,
        )
        paired = side_by_side(_with_states(api, countries), _with_states(pnr, countries))
        legs = messages.groupBy("flight_leg_id").agg(*(F.first(name).alias(name) for name in _OF_LEG))
        return _compared(_keyed(paired.join(F.broadcast(legs), "flight_leg_id"), keyring))


def _both(of_carriers: DataFrame, of_agency: DataFrame, columns: tuple[str, ...]) -> DataFrame:
    names = ("source_delivery", "source_line", "message_number", *columns)
    return of_carriers.select(*names).unionAll(of_agency.select(*names))


def _with_states(passengers: DataFrame, countries: DataFrame) -> DataFrame:
    """States of two letters, as some systems give them, in three."""
    for name in ("nationality", "issuing_state"):
        codes = countries.select(F.col("alpha2_code").alias("_two"), F.col("country_code").alias("_three"))
        joined = passengers.join(F.broadcast(codes), F.col(name) == F.col("_two"), "left")
        passengers = joined.withColumn(name, F.coalesce("_three", name)).drop("_two", "_three")
    return passengers


def _keyed(paired: DataFrame, keyring: DataFrame) -> DataFrame:
    for side in ("api", "pnr"):
        who = (F.col(f"{side}.{name}") for name in ("nationality", "surname", "given_name", "date_of_birth", "sex"))
        person = with_identity_key(paired, keyring, *who).withColumnRenamed("person_key", f"_{side}_person")
        document = with_document_key(person, keyring, F.col(f"{side}.issuing_state"), F.col(f"{side}.document_number"))
        paired = document.withColumnRenamed("document_key", f"{side}_document_key")
    day = F.date_format("pnr.booked_at_utc", "yyyyMMdd")
    booking = F.concat("pnr.carrier_code", F.lit("|"), "pnr.record_locator", F.lit("|"), day)
    booked_by = with_person_key(paired, keyring, booking, "booking", "booking_key")
    paid = with_person_key(booked_by, keyring, F.col("pnr.card"), "card", "payment_key")
    return with_phone_key(paid, keyring, F.col("pnr.phone"))


def _compared(keyed: DataFrame) -> DataFrame:
    in_api, in_pnr = F.col("api").isNotNull(), F.col("pnr").isNotNull()
    file, line = (F.coalesce(f"api.{name}", f"pnr.{name}") for name in ("source_delivery", "_line"))
    place = F.concat_ws(
        "-", "flight_leg_id", F.when(in_api, "api").otherwise("pnr"), F.substring(F.sha2(file, 256), 1, 8), line
    )
    lead = F.datediff("flight_date", F.to_date("pnr.booked_at_utc"))
    return keyed.select(
        *(place.alias("passenger_id"), "flight_leg_id", *_OF_LEG),
        *(F.coalesce("_api_person", "_pnr_person").alias("person_key"),),
        F.coalesce("api_document_key", "pnr_document_key").alias("document_key"),
        *(in_api.alias("is_in_api"), in_pnr.alias("is_in_pnr")),
        F.coalesce("api.is_crew", F.lit(False)).alias("is_crew"),
        *("pnr.is_infant", "api_document_key", "pnr_document_key"),
        *(
            F.col(f"{side}.{name}").alias(f"{side}_{name}")
            for side in ("api", "pnr")
            for name in ("nationality", "sex")
        ),
        *(F.year(f"{side}.date_of_birth").alias(f"{side}_birth_year") for side in ("api", "pnr")),
        F.col("api.missing_fields").alias("api_missing_fields"),
        *_differences(),
        *("booking_key", "pnr.booked_at_utc", lead.alias("booking_lead_days"), "pnr.travellers_in_booking_count"),
        *("pnr.form_of_payment", "payment_key", "pnr.agency_code", "phone_key", "pnr.bag_count"),
    )


def _differences() -> list[SparkColumn]:
    """Whether the sides differ; null where one of them says nothing."""
    same_kind = {name: (F.col(f"api.{name}"), F.col(f"pnr.{name}")) for name in ("nationality", "date_of_birth", "sex")}
    plain = {"document": (plain_number("api"), plain_number("pnr")), "name": (plain_name("api"), plain_name("pnr"))}
    return [(api != pnr).alias(f"{name}_differs") for name, (api, pnr) in (same_kind | plain).items()]
