"""Bookings as carriers report them: each booking."""

from lakehouse.carrier_messages import PNRGOV_AUTHORITY, PNRGOV_SOURCE, CarrierRecord
from lakehouse.declare import Pii
from lakehouse.formats.edifact import Edifact
from lakehouse.formats.edifact_picks import At, Components, Elements, Every, Inside, One
from lakehouse.formats.pnrgov import PNRGOV, SAMPLE, departure_date
from lakehouse.formats.pnrgov_picks import ADDRESSES, BAGGAGE, FREE_TEXTS, LOCATORS, REQUESTS, TIMES, TRAVEL

_READ = Edifact(PNRGOV, ("booking",), SAMPLE, departure_date, apart="passenger")


class PnrgovBookings(CarrierRecord):
    """Each row tells of one booking (PNR) on a flight: its locators, itinerary, contacts, agency and history.

    What travellers or agents said when they booked, never read from a document.
    The first locator is the reporting carrier's own; more of a booking are those
    of other systems. Days are DDMMYY, times HHMM, local to their place.
    """

    grain = "one row per booking in a PNRGOV message that keeps its structure"
    authority = PNRGOV_AUTHORITY
    source = PNRGOV_SOURCE
    format = _READ

    departure_date = _READ.departure_date()
    message_number = _READ.message_number()
    record_locator = _READ.column(One("RCI", At(1, 2)), "Record locator of the booking (PNR).", Pii.PSEUDONYM)
    locators = _READ.column(LOCATORS, "All locators, with system and time of creation.", Pii.PSEUDONYM)
    times = _READ.column(TIMES, "Times: 700 last change or report, 710 ticketing.")
    agency = _READ.column(
        Every(
            "ORG",
            {
                "system": At(1, 1),
                "system_place": At(1, 2),
                "agency_number": At(2, 1),
                "office": At(2, 2),
                "place": At(3),
                "kind": At(5),
                "country": At(6, 1),
                "currency": At(6, 2),
                "agent": At(7),
            },
        ),
        "Who booked: system, IATA number and office of the agency (kind A carrier, T agency), and agent.",
        Pii.PSEUDONYM,
    )
    contacts = _READ.column(
        ADDRESSES, "Addresses and telephones: purpose 700 mailing, 701 billing, 702 contact.", Pii.DIRECT
    )
    requests = _READ.column(REQUESTS, "Special service requests (SSR) for the whole booking.", Pii.DIRECT)
    free_texts = _READ.column(FREE_TEXTS, "Other information (OSI) and remarks.", Pii.DIRECT)
    references = _READ.column(
        Every("REF", {"qualifier": At(1, 1), "value": At(1, 2)}, each_from=1), "References.", Pii.PSEUDONYM
    )
    excess_baggage = _READ.column(
        Every("EBD", {"currency": At(1, 1), "amount": At(1, 2), "count": At(2, 1), "unit": At(2, 3)}),
        "Excess baggage that was charged.",
    )
    legs = _READ.column(
        Inside(
            "leg",
            {
                **TRAVEL,
                "status": One("RPI", At(2)),
                "status_count": One("RPI", At(1)),
                "aircraft": One("APD", At(1)),
                "locators": LOCATORS,
                "requests": REQUESTS,
                "times": TIMES,
                "baggage": BAGGAGE,
                "check_ins": Inside(
                    "check_in",
                    {
                        "sequence": One("TRI", At(2, 1)),
                        "traveller_reference": One("TRI", At(2, 4)),
                        "seat": One("SSD", At(1)),
                        "cabin": One("SSD", At(5)),
                        "baggage": BAGGAGE,
                    },
                ),
            },
        ),
        "Itinerary in its order; a second carrier operates what the first sold (codeshare).",
        Pii.DIRECT,
    )
    split_from = _READ.column(
        Inside("split", {"count": One("EQN", At(1)), "locators": LOCATORS}),
        "Bookings that travellers were split to or from.",
        Pii.PSEUDONYM,
    )
    services = _READ.column(
        Inside("service", {"kind": One("MSG", At(1)), **TRAVEL}), "Hotels, cars and other services.", Pii.DIRECT
    )
    changes = _READ.column(
        Inside(
            "change",
            {
                "kind": One("ABI", At(1)),
                "agent": One("ABI", At(2, 2)),
                "place": One("ABI", At(3)),
                "carrier": One("ABI", At(5)),
                "times": TIMES,
                "actions": Every("SAC", {"action": At(3)}),
            },
        ),
        "History: who changed the booking and when (A added, X cancelled).",
        Pii.PSEUDONYM,
    )
    history = _READ.column(
        Every("LTS", {"text": At(1), "texts": Elements(2), "components": Components(1)}),
        "History in the words of the system.",
        Pii.DIRECT,
    )
    segments = _READ.segments(Pii.DIRECT)
