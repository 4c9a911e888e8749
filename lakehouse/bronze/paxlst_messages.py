"""Passenger and crew lists as carriers send them: the message itself."""

from lakehouse.carrier_messages import PAXLST_AUTHORITY, PAXLST_SOURCE, CarrierMessage
from lakehouse.declare import Pii
from lakehouse.formats.edifact import Edifact
from lakehouse.formats.edifact_picks import At, Every, Inside, One
from lakehouse.formats.paxlst import PAXLST, SAMPLE, departure_date

_READ = Edifact(PAXLST, (), SAMPLE, departure_date, apart="traveller")
_TIMES = Every("DTM", {"qualifier": At(1, 1), "value": At(1, 2), "format": At(1, 3)})


class PaxlstMessages(CarrierMessage):
    """Each row tells of one passenger or crew list that a carrier sent: who, which flight, by which legs.

    A flight of several legs repeats TDT. Places: 125 departure, 87 arrival of the
    leg that crosses the border, 92 of a leg that does not, 188 next port; times:
    189 departure, 232 arrival, in the format that the third value names (201
    YYMMDDHHMM; none YYMMDD). Everything is as it came, line breaks aside.
    """

    grain = "one row per PAXLST message that keeps its structure"
    authority = PAXLST_AUTHORITY
    source = PAXLST_SOURCE
    format = _READ

    departure_date = _READ.departure_date()
    message_header = _READ.message_header()
    message_reference = _READ.of_header(1, 1, "Reference of the message in its interchange.")
    message_release = _READ.of_header(2, 3, "Directory release that the message follows, such as 05B.")
    segments_stated_count = _READ.stated_count()
    group_closing_reference = _READ.closing_reference("group")
    interchange_closing_reference = _READ.closing_reference("interchange")
    document_code = _READ.column(One("BGM", At(1)), "Kind of list: 745 passengers, 250 crew, 266 flight closed.")
    document_number = _READ.column(One("BGM", At(2)), "Number of the list, or CP, C and so on.")
    function_code = _READ.column(One("BGM", At(3)), "What the message does: 9 original, 5 replace, 1 cancel.")
    transaction_reference = _READ.column(One("RFF", At(1, 2)), "Sender's reference of the transaction (RFF TN).")
    reporting_parties = _READ.column(
        Inside(
            "reporting_party",
            {
                "qualifier": One("NAD", At(1)),
                "name": One("NAD", At(4, others=(At(3), At(2)))),
                "contacts": Every("COM", {"number": At(1, 1), "channel": At(1, 2)}, each_from=1),
            },
        ),
        "Who reports, with telephone (TE), fax (FX) and mail (EM).",
        Pii.DIRECT,
    )
    flights = _READ.column(
        Inside(
            "flight",
            {
                "stage": One("TDT", At(1)),
                "flight": One("TDT", At(2)),
                "carrier": One("TDT", At(5)),
                "craft": One("TDT", At(8)),
                "times": _TIMES,
                "places": Inside(
                    "place", {"qualifier": One("LOC", At(1)), "place": One("LOC", At(2)), "times": _TIMES}
                ),
            },
        ),
        "Legs in their order: flight with its carrier, places with their times.",
    )
    counts = _READ.column(
        Every("CNT", {"qualifier": At(1), "count": At(1, 2, others=(At(2),))}),
        "Control totals: 42 passengers, 41 crew.",
    )
    segments = _READ.segments(Pii.DIRECT)
