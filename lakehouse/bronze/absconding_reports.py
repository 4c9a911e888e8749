"""Migrant workers reported missing (失聯移工), and what became of them."""

from datetime import timedelta
from math import inf

from lakehouse.declare import Bronze, Column, Kind, Pii, Source, Supersession, Volume
from lakehouse.formats.delimited import Delimited

#: Made-up events, in the order of the columns: two absences that ended, one withdrawn, one open.
_ROWS = tuple(
    tuple(cell or None for cell in row.split("|"))
    for row in (
        "A-1|AR-1|reported|2025-10-03|2025-10-06T09:00:00+08:00|MW-1|VNM|M|manufacturing|E-100|桃園市|VNM|C0000033",
        "A-2|AR-1|found|2025-12-01|2025-12-01T20:15:00+08:00|MW-1|VNM|M|manufacturing|E-100|桃園市|VNM|C0000033",
        "A-3|AR-2|reported|2025-11-11|2025-11-14T10:30:00+08:00|MW-2|IDN|F|care_home|E-200|台北市|IDN|B0000055",
        "A-4|AR-2|surrendered|2025-12-01|2025-12-01T11:05:00+08:00|MW-2|IDN|F|care_home|E-200|台北市|IDN|B0000055",
        "A-5|AR-3|reported|2025-11-20|2025-11-24T08:45:00+08:00|MW-3|PHL|F|domestic|E-201|新北市|PHL|P0000066",
        "A-6|AR-3|withdrawn|2025-11-26|2025-11-26T16:00:00+08:00|MW-3|PHL|F|domestic|E-201|新北市|PHL|P0000066",
        "A-7|AR-4|reported|2025-11-28|2025-12-01T09:10:00+08:00|MW-4|THA|M|construction|E-400|台中市||",
    )
)
(
    _EVENTS, _REPORTS, _WHAT, _HAPPENED, _REPORTED, _PERMITS, _NATIONALITIES, _SEXES, _SECTORS, _EMPLOYERS, _COUNTIES,
    _STATES, _NUMBERS,
) = zip(*_ROWS, strict=True)  # fmt: skip


class AbscondingReports(Bronze):
    """Each row tells of one event of an absence that became known on a day.

    An employer has to report a worker who is absent without leave for three
    days running and cannot be reached. ``report_id`` joins what becomes known
    later: found by the authorities, surrendered, or the report withdrawn. A day
    may have a single event, so only the bounds of volume are held to.
    """

    owner = "overstay-desk"
    grain = "one row per event in a landed file"
    fresh_within = timedelta(days=2)
    authority = "Employment Service Act (就業服務法), art. 56: reports of workers gone missing; docs/feeds.md"
    source = Source("absconding_reports", "National Immigration Agency", Supersession.EACH)
    part = "absconding_reports.csv"
    format = Delimited()
    volume = Volume(at_least=1, at_most=1_000_000, drift=inf)

    event_id = Column(Kind.STRING, "Number of the event.", examples=_EVENTS)
    report_id = Column(Kind.STRING, "Number of the report, the same over all events of one absence.", examples=_REPORTS)
    event = Column(Kind.STRING, "What became known: reported, found, surrendered, withdrawn.", examples=_WHAT)
    happened_on = Column(
        Kind.STRING, "Day on which it happened; of a report, the first day of absence.", examples=_HAPPENED
    )
    reported_at = Column(Kind.STRING, "When the agency learnt of it, with offset.", examples=_REPORTED)
    permit_number = Column(Kind.STRING, "Permit of the worker.", pii=Pii.DIRECT, examples=_PERMITS)
    nationality = Column(Kind.STRING, "Nationality of the worker, alpha-3.", examples=_NATIONALITIES)
    sex = Column(Kind.STRING, "Sex: F, M, X.", examples=_SEXES)
    sector = Column(Kind.STRING, "Sector, as in permits.", examples=_SECTORS)
    employer_id = Column(Kind.STRING, "Employer; a household is a person.", pii=Pii.DIRECT, examples=_EMPLOYERS)
    county = Column(Kind.STRING, "County of the work.", examples=_COUNTIES)
    issuing_state = Column(Kind.STRING, "State that issued the worker's document, alpha-3.", examples=_STATES)
    document_number = Column(Kind.STRING, "Number of that document.", pii=Pii.DIRECT, examples=_NUMBERS)
