"""Bookings as carriers report them: the message for a flight."""

from lakehouse.carrier_messages import PNRGOV_AUTHORITY, PNRGOV_SOURCE, CarrierMessage
from lakehouse.declare import Pii
from lakehouse.formats.edifact import Edifact
from lakehouse.formats.edifact_picks import At, One
from lakehouse.formats.pnrgov import PNRGOV, SAMPLE, departure_date

_READ = Edifact(PNRGOV, (), SAMPLE, departure_date, apart="booking")


class PnrgovMessages(CarrierMessage):
    """Each row tells of one report of the bookings on a flight, as the carrier sent it.

    Carriers push it some times before departure, each time with all bookings or
    with what changed. Days are DDMMYY, times HHMM, both local to their place.
    Everything is as it came, line breaks aside.
    """

    grain = "one row per PNRGOV message that keeps its structure"
    authority = PNRGOV_AUTHORITY
    source = PNRGOV_SOURCE
    format = _READ

    departure_date = _READ.departure_date()
    message_header = _READ.message_header()
    message_reference = _READ.of_header(1, 1, "Reference of the message in its interchange.")
    message_version = _READ.of_header(2, 2, "Version of the standard that the message follows, such as 11.")
    message_release = _READ.of_header(2, 3, "Release of that version.")
    access_reference = _READ.of_header(3, 1, "Reference that the parts and repeats of a flight's report share.")
    segments_stated_count = _READ.stated_count()
    group_closing_reference = _READ.closing_reference("group")
    interchange_closing_reference = _READ.closing_reference("interchange")
    function_code = _READ.column(
        One("MSG", At(1, 2)), "What the message does: 22 push, 141 changes, 142 acknowledgement."
    )
    originator = _READ.column(One("ORG", At(1, 1)), "Carrier or system that reports.")
    originator_place = _READ.column(One("ORG", At(1, 2)), "Where that is.")
    departure_day = _READ.column(One("TVL", At(1, 1)), "Day of departure, DDMMYY.")
    departure_time = _READ.column(One("TVL", At(1, 2)), "Time of departure, HHMM.")
    arrival_day = _READ.column(One("TVL", At(1, 3)), "Day of arrival, DDMMYY.")
    arrival_time = _READ.column(One("TVL", At(1, 4)), "Time of arrival, HHMM.")
    departure_place = _READ.column(One("TVL", At(2)), "Airport of departure.")
    arrival_place = _READ.column(One("TVL", At(3)), "Airport of arrival.")
    carrier = _READ.column(One("TVL", At(4)), "Carrier that operates the flight.")
    flight_number = _READ.column(One("TVL", At(5)), "Number of the flight.")
    stated_bookings = _READ.column(One("EQN", At(1)), "How many bookings the flight has, as the carrier counts them.")
    segments = _READ.segments(Pii.DIRECT)
