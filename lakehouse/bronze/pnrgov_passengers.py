"""Bookings as carriers report them: each traveller of a booking."""

from lakehouse.carrier_messages import PNRGOV_AUTHORITY, PNRGOV_SOURCE, CarrierRecord
from lakehouse.declare import Pii
from lakehouse.formats.edifact import Edifact
from lakehouse.formats.edifact_picks import At, Every, Inside, One
from lakehouse.formats.pnrgov import PNRGOV, SAMPLE, departure_date
from lakehouse.formats.pnrgov_picks import ADDRESSES, FREE_TEXTS, REQUESTS, TIMES

_READ = Edifact(PNRGOV, ("booking", "passenger"), SAMPLE, departure_date)
_AMOUNTS = Every("MON", {"kind": At(1, 1), "amount": At(1, 2), "currency": At(1, 3)}, each_from=1)


class PnrgovPassengers(CarrierRecord):
    """Each row tells of one traveller in a booking, infants among them, with requests, tickets and payment.

    Travel documents stand in the text of an SSR DOCS, parted by strokes: kind,
    issuing state, number, nationality, birth, sex, expiry, surname, given names;
    what is not known is left empty. A title is glued to the given name (MS, MR).
    """

    grain = "one row per traveller of a booking in a PNRGOV message that keeps its structure"
    authority = PNRGOV_AUTHORITY
    source = PNRGOV_SOURCE
    format = _READ

    departure_date = _READ.departure_date()
    message_number = _READ.message_number()
    booking_number = _READ.outer_number("booking")
    surname = _READ.column(One("TIF", At(1, 1)), "Surname.", Pii.DIRECT)
    given_name = _READ.column(One("TIF", At(2, 1)), "Given names and title.", Pii.DIRECT)
    traveller_type = _READ.column(One("TIF", At(2, 2)), "A adult, C child, IN infant.")
    traveller_reference = _READ.column(
        One("TIF", At(2, 3)), "Number of the traveller in the booking, to which requests refer."
    )
    infant_indicator = _READ.column(One("TIF", At(2, 4)), "1 where an infant travels with this traveller.")
    frequent_flyers = _READ.column(
        Every("FTI", {"carrier": At(1, 1), "number": At(1, 2), "tier": At(1, 5)}, each_from=1),
        "Frequent traveller numbers.",
        Pii.DIRECT,
    )
    free_texts = _READ.column(FREE_TEXTS, "Other information and fare calculation.", Pii.DIRECT)
    references = _READ.column(
        Every("REF", {"qualifier": At(1, 1), "value": At(1, 2)}, each_from=1),
        "Unique references of the traveller.",
        Pii.PSEUDONYM,
    )
    fares = _READ.column(Every("FAR", {"kind": At(1), "basis": At(6)}), "Fares.")
    requests = _READ.column(REQUESTS, "Special service requests (SSR): DOCS, DOCO, DOCA and others.", Pii.DIRECT)
    contacts = _READ.column(ADDRESSES, "Addresses and telephones.", Pii.DIRECT)
    tickets = _READ.column(
        Inside(
            "ticket",
            {
                "number": One("TKT", At(1, 1)),
                "kind": One("TKT", At(1, 2)),
                "coupons": One("TKT", At(1, 3)),
                "amounts": _AMOUNTS,
                "ticketed_day": One("PTK", At(3, 1)),
                "ticketed_place": One("PTK", At(6)),
                "times": TIMES,
                "payments": Inside(
                    "payment",
                    {
                        "forms": Every(
                            "FOP",
                            {"form": At(1, 1), "vendor": At(1, 4), "account": At(1, 5), "expiry": At(1, 6)},
                            each_from=1,
                        ),
                        "free_texts": FREE_TEXTS,
                        "contacts": ADDRESSES,
                    },
                ),
            },
        ),
        "Tickets with prices (B base, T total) and form of payment (CC credit card, CA cash).",
        Pii.DIRECT,
    )
    segments = _READ.segments(Pii.DIRECT)
