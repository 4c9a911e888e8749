"""What every record of a carrier's message carries: the interchange that brought it."""

from __future__ import annotations

from datetime import timedelta

from lakehouse.declare import Bronze, Kind, Source, Supersession, Volume
from lakehouse.formats.edifact import Picked, header_value

PAXLST_SOURCE = Source("paxlst", "carriers, by message", Supersession.EACH)
PNRGOV_SOURCE = Source("pnrgov", "carriers, by message", Supersession.EACH)
MANIFESTS_SOURCE = Source("manifests", "carriers, by message, landed by the agency's gateway", Supersession.EACH)
PAXLST_AUTHORITY = "UN/EDIFACT PAXLST; WCO, IATA and ICAO, Guidelines on Advance Passenger Information, appendix II"
PNRGOV_AUTHORITY = "IATA, PNRGOV EDIFACT Implementation Guide; ICAO Doc 9944, Guidelines on Passenger Name Record Data"
#: Header of the interchanges in made-up files.
SAMPLE_INTERCHANGE = "UNB+UNOA:4+TESTAIR:ZZ+TESTGOV:ZZ+260101:0600+EX1"


class CarrierRecord(Bronze, abstract=True):
    """A message in an interchange, or a part of it (UN/EDIFACT, ISO 9735).

    Files differ without limit in how many messages they hold.
    """

    owner = "traveller-screening"
    fresh_within = timedelta(hours=1)
    part = "*.edi"
    #: A message is judged by itself: one that is alone in its file may well be a bad one.
    quarantine_limit_ratio = 1.0
    sample_name = "flight.edi"
    volume = Volume(at_least=0, at_most=10_000_000, drift=float("inf"))
    slice = "departure_date"


class CarrierMessage(CarrierRecord, abstract=True):
    """A message, with the interchange that brought it."""

    interchange_header = Picked(
        Kind.STRING,
        "Header of the interchange, UNB, as it came, in the standard's own separators.",
        examples=(SAMPLE_INTERCHANGE,),
        of=lambda held: str(held.message.interchange),
    )
    group_header = Picked(
        Kind.STRING,
        "Header of the functional group, UNG, as it came; null where there is none.",
        examples=(None,),
        of=lambda held: str(held.message.group) if held.message.group else None,
    )
    sender = Picked(Kind.STRING, "Sender of the interchange.", examples=("TESTAIR",), of=header_value("interchange", 2))
    recipient = Picked(
        Kind.STRING, "Recipient of the interchange.", examples=("TESTGOV",), of=header_value("interchange", 3)
    )
    prepared_on = Picked(
        Kind.STRING,
        "Day on which the interchange was prepared, YYMMDD or YYYYMMDD.",
        examples=("260101",),
        of=header_value("interchange", 4),
    )
    prepared_at = Picked(
        Kind.STRING,
        "Time at which it was prepared, HHMM.",
        examples=("0600",),
        of=header_value("interchange", 4, 2),
    )
    interchange_reference = Picked(
        Kind.STRING,
        "Control reference of the interchange.",
        examples=("EX1",),
        of=header_value("interchange", 5),
    )
