"""Passengers as carriers announced them: what was read from the document beside what was said at booking."""

from datetime import timedelta

from lakehouse import fields
from lakehouse.declare import Between, Column, Kind, NotNull, Pii, Silver, Unit
from lakehouse.silver.flight_legs import FlightLegs


def _key(meaning: str) -> Column:
    return Column(Kind.STRING, meaning, pii=Pii.PSEUDONYM, examples=(*(f"{n:032x}" for n in range(20)), None))


class Manifests(Silver):
    """Each row tells of one passenger of a flight leg: API and PNR side by side, and where they differ."""

    owner = "carrier-liaison"
    grain = "one row per flight leg and passenger"
    key = ("passenger_id",)
    fresh_within = timedelta(days=1)
    authority = "PAXLST (WCO/IATA/ICAO API guidelines) and PNRGOV (IATA PADIS) messages"
    slice = "flight_date"

    passenger_id = Column(Kind.STRING, "Leg, and the passenger's place in its newest messages.", (NotNull(),))
    flight_leg_id = fields.flight_leg_id
    flight_date = FlightLegs.flight_date
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
    bag_count = Column(Kind.LONG, "Bags checked in.", (Between(0, 99),), Unit.COUNT, lenient=True)
