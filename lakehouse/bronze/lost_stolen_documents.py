"""Documents reported lost, stolen or revoked."""

from datetime import timedelta
from math import inf

from lakehouse.declare import Bronze, Column, Kind, Pii, Source, Supersession, Volume
from lakehouse.formats.delimited import Delimited

#: Made-up reports, in the order of the columns; the first comes again, withdrawn.
_ROWS = tuple(
    tuple(cell or None for cell in row.split("|"))
    for row in (
        "L-1|2025-12-01T09:12:00+08:00|2025-11-28|lost|TWN|P|300000011|",
        "L-2|2025-12-01T10:40:12+08:00|2025-11-30|stolen|JPN|P|TK7654321|",
        "L-3|2025-12-01T15:02:45+08:00||revoked|VNM|P|C0000033|",
        "L-4|2025-12-01T17:30:00+08:00|2025-06-01|blank_stolen|DEU|I|L0000044|",
        "L-1|2025-12-02T11:00:00+08:00|2025-11-28|lost|TWN|P|300000011|2025-12-02",
    )
)
_REPORTS, _REPORTED, _LOST, _KINDS, _STATES, _TYPES, _NUMBERS, _WITHDRAWN = zip(*_ROWS, strict=True)


class LostStolenDocuments(Bronze):
    """Each row tells of one report on a document that is not to be accepted any more, or may be again.

    A file holds the reports of a day. A report that is withdrawn comes again,
    whole, with ``withdrawn_on``. A day may have a single report or very many
    (blanks stolen from an office), so only the bounds of volume are held to.
    """

    owner = "document-desk"
    grain = "one row per report in a landed file"
    fresh_within = timedelta(days=2)
    authority = "ICAO Doc 9303, part 2 (reporting of lost and stolen documents); docs/feeds.md"
    source = Source("lost_stolen_documents", "National Immigration Agency", Supersession.EACH)
    part = "lost_stolen_documents.csv"
    format = Delimited()
    volume = Volume(at_least=1, at_most=1_000_000, drift=inf)

    report_id = Column(Kind.STRING, "Number of the report; one withdrawn keeps it.", examples=_REPORTS)
    reported_at = Column(Kind.STRING, "When it was reported, with offset.", examples=_REPORTED)
    lost_on = Column(Kind.STRING, "Day of the loss; empty where it is not known.", examples=_LOST)
    kind = Column(Kind.STRING, "What happened: lost, stolen, revoked, blank_stolen.", examples=_KINDS)
    issuing_state = Column(Kind.STRING, "State that issued the document, alpha-3.", examples=_STATES)
    document_type = Column(Kind.STRING, "P passport, V visa, I identity or travel card, C crew.", examples=_TYPES)
    document_number = Column(Kind.STRING, "Number of the document.", pii=Pii.DIRECT, examples=_NUMBERS)
    withdrawn_on = Column(Kind.STRING, "Day on which the report was withdrawn.", examples=_WITHDRAWN)
