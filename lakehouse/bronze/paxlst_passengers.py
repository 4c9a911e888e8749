"""Passenger and crew lists as carriers send them: each traveller."""

from lakehouse.carrier_messages import PAXLST_AUTHORITY, PAXLST_SOURCE, CarrierRecord
from lakehouse.declare import Pii
from lakehouse.formats.edifact import Edifact
from lakehouse.formats.edifact_picks import At, Components, Every, Inside, One
from lakehouse.formats.paxlst import PAXLST, SAMPLE, departure_date

_READ = Edifact(PAXLST, ("traveller",), SAMPLE, departure_date)
_DATES = Every("DTM", {"qualifier": At(1, 1), "value": At(1, 2), "format": At(1, 3)})
_PLACES = Every("LOC", {"qualifier": At(1), "code": At(2, 1), "name": At(2, 4)})
_REFERENCES = Every("RFF", {"qualifier": At(1, 1), "value": At(1, 2)})


class PaxlstPassengers(CarrierRecord):
    """Each row tells of one passenger or crew member in a list that a carrier sent.

    What API holds of a traveller, read from the document or typed in by the
    carrier. Birth and expiry are YYMMDD, or as the format says (102 YYYYMMDD):
    the century of YYMMDD is not told. Everything is as it came, line breaks aside.
    """

    grain = "one row per traveller in a PAXLST message that keeps its structure"
    authority = PAXLST_AUTHORITY
    source = PAXLST_SOURCE
    format = _READ

    departure_date = _READ.departure_date()
    message_number = _READ.message_number()
    party_qualifier = _READ.column(
        One("NAD", At(1)), "FL passenger, FM crew, DDU and DDT in transit, VW and others by agreement."
    )
    party_id = _READ.column(One("NAD", At(2)), "Identifier of the traveller, where one is given.", Pii.DIRECT)
    names = _READ.column(One("NAD", Components(4)), "Surname, given names, further given names (C080).", Pii.DIRECT)
    street = _READ.column(One("NAD", At(5)), "Street of the address.", Pii.DIRECT)
    city = _READ.column(One("NAD", At(6)), "City of the address.", Pii.DIRECT)
    region = _READ.column(One("NAD", At(7)), "State or province of the address.", Pii.DIRECT)
    postal_code = _READ.column(One("NAD", At(8)), "Postal code of the address.", Pii.DIRECT)
    address_country = _READ.column(One("NAD", At(9)), "Country of the address.")
    attributes = _READ.column(
        Every("ATT", {"qualifier": At(1), "value": At(3, others=(At(2),))}), "Attributes: 2 sex (F, M, X or U)."
    )
    dates = _READ.column(_DATES, "Dates: 329 birth.", Pii.DIRECT)
    measures = _READ.column(
        Every("MEA", {"qualifier": At(1), "unit": At(3, 1), "value": At(3, 2)}), "Bags: CT pieces, WT weight."
    )
    indicators = _READ.column(
        Every("GEI", {"qualifier": At(1), "value": At(2)}), "Indicators: 4 whether the data were verified."
    )
    free_texts = _READ.column(
        Every("FTX", {"qualifier": At(1), "code": At(3), "texts": Components(4)}), "Texts: BAG tag numbers.", Pii.DIRECT
    )
    places = _READ.column(
        _PLACES,
        "Places: 178 embarkation, 179 debarkation, 22 clearance, 174 residence, 180 birth.",
        Pii.DIRECT,
    )
    contacts = _READ.column(
        Every("COM", {"number": At(1, 1), "channel": At(1, 2)}, each_from=1), "Telephone and mail.", Pii.DIRECT
    )
    nationalities = _READ.column(
        Every("NAT", {"qualifier": At(1), "country": At(2)}), "Nationalities, alpha-3 as in ICAO Doc 9303."
    )
    references = _READ.column(
        _REFERENCES,
        "References: AVF record locator, ABO unique passenger reference, SEA seat, YZY locator of the booking.",
        Pii.PSEUDONYM,
    )
    documents = _READ.column(
        Inside(
            "document",
            {
                "kind": One("DOC", At(1)),
                "number": One("DOC", At(2)),
                "dates": _DATES,
                "references": _REFERENCES,
                "places": _PLACES,
            },
        ),
        "Documents: P passport, V visa, with 36 expiry and 91 issuing state.",
        Pii.DIRECT,
    )
    segments = _READ.segments(Pii.DIRECT)
