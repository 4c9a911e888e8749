"""Flight legs that carriers reported passengers of."""

from datetime import date, timedelta

from lakehouse import fields
from lakehouse.declare import Column, Kind, NotNull, Silver, Unit


class FlightLegs(Silver):
    """Each row tells of one flight leg to or from the border state: when, and which messages came for it when."""

    owner = "carrier-liaison"
    grain = "one row per flight leg"
    key = ("flight_leg_id",)
    fresh_within = timedelta(days=1)
    authority = "PAXLST (WCO/IATA/ICAO API guidelines) and PNRGOV (IATA PADIS) messages"
    slice = "flight_date"

    flight_leg_id = fields.flight_leg_id
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
    etd_local = Column(Kind.TIMESTAMP, "Estimated departure, by the clocks there.")
    eta_local = Column(Kind.TIMESTAMP, "Estimated arrival, by the clocks there.")
    codeshares = Column(Kind.STRINGS, "Other carriers' numbers of the flight.", examples=([], ["NH5801"]))
    paxlst_messages_count = fields.counted("Passenger lists received.")
    paxlst_received_at_utc = Column(Kind.TIMESTAMP, "When the first was sent.")
    paxlst_passengers_count = fields.counted("Passengers in the newest one.")
    paxlst_declared_count = Column(Kind.LONG, "Passengers that its control total declares.", (), Unit.COUNT)
    pnrgov_messages_count = fields.counted("Booking messages received.")
    pnrgov_received_at_utc = Column(Kind.TIMESTAMP, "When the first was sent.")
    pnrgov_passengers_count = fields.counted("Passengers in the newest one.")
