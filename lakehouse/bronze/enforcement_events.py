"""What police and the agency's brigades found in the country, and what the exit control stopped."""

from datetime import timedelta
from math import inf

from lakehouse.declare import Bronze, Column, Kind, Pii, Source, Supersession, Volume
from lakehouse.formats.delimited import Delimited

#: Made-up events, in the order of the columns: one of each kind.
_ROWS = tuple(
    tuple(cell or None for cell in row.split("|"))
    for row in (
        "EV-1|2025-12-01T20:15:00+08:00|absconder_found|桃園市|K-1|MW-1|VNM|M|VNM|C0000033|1991-01-30",
        "EV-2|2025-12-01T21:00:00+08:00|overstayer_found|台北市|K-2|VV-9|THA|F|THA|AA0000088|1999-06-15",
        "EV-3|2025-12-01T22:30:00+08:00|exit_stopped|桃園市|K-3||TWN|M|TWN|300000011|1979-03-14",
        "EV-4|2025-12-01T23:10:00+08:00|removal|桃園市|K-4|MW-7|IDN|M|IDN|B0000099|1990-12-24",
        "EV-5|2025-12-01T01:05:00+08:00|smuggling_arrest|高雄市|K-5||MYS|M|MYS|A0000012|1983-07-19",
        "EV-6|2025-12-01T02:50:00+08:00|trafficking_arrest|台中市|K-5||TWN|F|||1975-01-03",
    )
)
(
    _EVENTS, _HAPPENED, _KINDS, _COUNTIES, _CASES, _PERMITS, _NATIONALITIES, _SEXES, _STATES, _NUMBERS, _BIRTHS,
) = zip(*_ROWS, strict=True)  # fmt: skip


class EnforcementEvents(Bronze):
    """Each row tells of one measure against one person: found, removed, stopped or arrested.

    One case may have several events. A day may have a single one, so only the
    bounds of volume are held to.
    """

    owner = "enforcement-brigades"
    grain = "one row per event in a landed file"
    fresh_within = timedelta(days=2)
    authority = "Immigration Act (入出國及移民法), art. 36 and 38: removal and detention; docs/feeds.md"
    source = Source("enforcement_events", "National Immigration Agency", Supersession.EACH)
    part = "enforcement_events.csv"
    format = Delimited()
    volume = Volume(at_least=1, at_most=1_000_000, drift=inf)

    event_id = Column(Kind.STRING, "Number of the event.", examples=_EVENTS)
    happened_at = Column(Kind.STRING, "When it happened, with offset.", examples=_HAPPENED)
    kind = Column(
        Kind.STRING,
        "What happened: overstayer_found, absconder_found, removal, exit_stopped, smuggling_arrest, "
        "trafficking_arrest.",
        examples=_KINDS,
    )
    county = Column(Kind.STRING, "County where it happened.", examples=_COUNTIES)
    case_id = Column(Kind.STRING, "Case, which may have several events.", examples=_CASES)
    permit_number = Column(Kind.STRING, "Permit of the person, where there is one.", pii=Pii.DIRECT, examples=_PERMITS)
    nationality = Column(Kind.STRING, "Nationality, alpha-3.", examples=_NATIONALITIES)
    sex = Column(Kind.STRING, "Sex: F, M, X.", examples=_SEXES)
    issuing_state = Column(Kind.STRING, "State that issued the document, alpha-3.", examples=_STATES)
    document_number = Column(Kind.STRING, "Number of the document.", pii=Pii.DIRECT, examples=_NUMBERS)
    date_of_birth = Column(Kind.STRING, "Day of birth, YYYY-MM-DD.", pii=Pii.DIRECT, examples=_BIRTHS)
