"""Cases closed at secondary inspection."""

from datetime import timedelta
from math import inf

from lakehouse.declare import Bronze, Column, Kind, Pii, Source, Supersession, Volume
from lakehouse.formats.ndjson import Ndjson

#: Made-up cases, in the order of the columns.
_ROWS = tuple(
    tuple(cell or None for cell in row.split("|"))
    for row in (
        "R-1|INS-101|2025-12-01T08:20:00+08:00|2025-12-01T08:58:00+08:00|rule|rule-07|桃園二期|entry|refused|"
        "false_document|secondary|P|VNM|VNM|C0000033|O-1",
        "R-2|INS-102|2025-12-01T09:05:00+08:00|2025-12-01T09:25:00+08:00|model|model-1|桃園一期|entry|released|"
        "none|secondary|P|JPN|JPN|TK7654321|O-2",
        "R-3|INS-103|2025-12-01T12:00:00+08:00|2025-12-01T12:45:30+08:00|watchlist|exit_ban|桃園二期|exit|handed_over|"
        "wanted|exit|P|TWN|TWN|300000011|O-1",
        "R-4|INS-104|2025-12-01T13:10:00+08:00|2025-12-01T13:30:00+08:00|random||高雄機場|entry|released|"
        "none|secondary|P|THA|THA|AA0000088|O-3",
        "R-5|INS-105|2025-12-01T18:40:00+08:00|2025-12-02T01:10:00+08:00|officer||桃園二期|entry|document_seized|"
        "impostor|primary|I|CHN|CHN|H0000077|O-2",
        "R-6|INS-106|2025-12-01T20:00:00+08:00|2025-12-01T20:21:00+08:00|network|group-3|桃園一期|entry|"
        "admitted_with_conditions|none|secondary|P|PHL|PHL|P0000066|O-4",
    )
)
(
    _CASES, _RECORDS, _REFERRED, _DECIDED, _HIT_KINDS, _HIT_CODES, _PORTS, _DIRECTIONS, _DISPOSITIONS, _FINDINGS,
    _POINTS, _TYPES, _NATIONALITIES, _STATES, _NUMBERS, _OFFICERS,
) = zip(*_ROWS, strict=True)  # fmt: skip


class ReferralOutcomes(Bronze):
    """Each row tells of one case at secondary inspection: why it was referred, and what came of it.

    A file holds the cases closed on a day; a day may have a single one, so only
    the bounds of volume are held to. All values are the texts as they were landed.
    """

    owner = "screening-desk"
    grain = "one row per case in a landed file"
    fresh_within = timedelta(days=2)
    authority = "National Immigration Agency, secondary inspection; docs/feeds.md"
    source = Source("referral_outcomes", "National Immigration Agency", Supersession.EACH)
    part = "referral_outcomes.ndjson.gz"
    format = Ndjson()
    volume = Volume(at_least=1, at_most=1_000_000, drift=inf)

    referral_id = Column(Kind.STRING, "Number of the case.", examples=_CASES)
    record_id = Column(Kind.STRING, "The inspection from which it was referred.", examples=_RECORDS)
    referred_at = Column(Kind.STRING, "When the traveller was referred, with offset.", examples=_REFERRED)
    decided_at = Column(Kind.STRING, "When the case was closed, with offset.", examples=_DECIDED)
    hit_kind = Column(Kind.STRING, "Why: watchlist, rule, model, network, officer, random.", examples=_HIT_KINDS)
    hit_code = Column(Kind.STRING, "Rule, model, group or entry of a list that hit.", examples=_HIT_CODES)
    port = Column(Kind.STRING, "Port, as the agency names it.", examples=_PORTS)
    direction = Column(Kind.STRING, "entry or exit.", examples=_DIRECTIONS)
    disposition = Column(
        Kind.STRING,
        "What was done: released, admitted_with_conditions, refused, arrested, handed_over, document_seized.",
        examples=_DISPOSITIONS,
    )
    finding = Column(
        Kind.STRING,
        "What was found: none, false_document, altered_document, impostor, fraudulently_obtained, wanted, "
        "overstay_history, undeclared_work, smuggling, trafficking, other.",
        examples=_FINDINGS,
    )
    detection_point = Column(Kind.STRING, "Where it was found: e_gate, primary, secondary, exit.", examples=_POINTS)
    document_type = Column(Kind.STRING, "P passport, V visa, I identity or travel card, C crew.", examples=_TYPES)
    claimed_nationality = Column(
        Kind.STRING, "Nationality that the traveller claims, alpha-3.", examples=_NATIONALITIES
    )
    issuing_state = Column(Kind.STRING, "State that issued the document, by itself, alpha-3.", examples=_STATES)
    document_number = Column(Kind.STRING, "Number of the document presented.", pii=Pii.DIRECT, examples=_NUMBERS)
    officer_id = Column(Kind.STRING, "Officer who decided.", pii=Pii.DIRECT, examples=_OFFICERS)
