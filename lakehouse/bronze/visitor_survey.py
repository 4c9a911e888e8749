"""Interviews with visitors at departure, one file a day."""

from datetime import timedelta

from lakehouse.declare import Bronze, Column, Kind, Source, Supersession, Volume
from lakehouse.formats.delimited import Delimited

#: Made-up answers, cycled over: nights, party, scores of satisfaction and safety, spend, incident, whether again.
_ANSWERS = (
    ("4", "2", "5", "5", "48200", "none", "yes"),
    ("6", "1", "4", "5", "61500", "none", "yes"),
    ("0", "1", "3", "4", "2400", "none", "undecided"),
    ("3", "3", None, "4", "30100", "theft", "yes"),
    ("9", "2", "4", "3", None, "none", "no"),
    ("5", "2", "9", "4", "52000", "none", "yes"),
    ("7", "4", "2", "2", "120000", "harassment", "no"),
)
_PEOPLE = (
    ("桃園一期", "JPN", "JPN", "F", "25_34", "pleasure"),
    ("桃園二期", "JPN", "JPN", "M", "45_54", "business"),
    ("高雄機場", "KOR", "KOR", "F", "35_44", "visiting"),
)
_ROWS = [(f"S-{n:05}", "2025-12-01", *_PEOPLE[0 if n < 14 else n % 3], *_ANSWERS[n % len(_ANSWERS)]) for n in range(28)]
(
    _IDS, _DAYS, _PORTS, _NATIONALITIES, _RESIDENCES, _SEXES, _AGES, _PURPOSES,
    _NIGHTS, _PARTIES, _SATISFIED, _SAFE, _SPENT, _INCIDENTS, _AGAIN,
) = zip(*_ROWS, strict=True)  # fmt: skip


class VisitorSurvey(Bronze):
    """Each row tells what one visitor answered when interviewed at departure.

    An empty answer was not given. A day without interviews is a header alone.
    """

    owner = "tourism-desk"
    grain = "one row per interview of a landed file"
    fresh_within = timedelta(days=7)
    authority = "platform: docs/feeds.md, visitor_survey"
    source = Source("visitor_survey", "Tourism desk of the agency", Supersession.EACH)
    part = "visitor_survey.csv"
    format = Delimited(may_be_empty=True)
    volume = Volume(at_least=0, at_most=100_000, drift=50.0)

    response_id = Column(Kind.STRING, "Interview.", examples=_IDS)
    interviewed_on = Column(Kind.STRING, "Day of the interview.", examples=_DAYS)
    port = Column(Kind.STRING, "Port of the agency.", examples=_PORTS)
    nationality = Column(Kind.STRING, "Nationality, alpha-3.", examples=_NATIONALITIES)
    residence_country = Column(Kind.STRING, "Country of usual residence, alpha-3.", examples=_RESIDENCES)
    sex = Column(Kind.STRING, "F, M, X.", examples=_SEXES)
    age_group = Column(Kind.STRING, "Age group.", examples=_AGES)
    purpose = Column(Kind.STRING, "Main purpose of the journey.", examples=_PURPOSES)
    nights = Column(Kind.STRING, "Nights in the country.", examples=_NIGHTS)
    party_size = Column(Kind.STRING, "Persons who travelled and spent together.", examples=_PARTIES)
    satisfaction_score = Column(Kind.STRING, "Satisfaction, 1 to 5.", examples=_SATISFIED)
    safety_score = Column(Kind.STRING, "How safe the visitor felt, 1 to 5.", examples=_SAFE)
    spend_twd = Column(Kind.STRING, "Spent by the party in the whole stay, without fares.", examples=_SPENT)
    incident = Column(Kind.STRING, "What happened to the visitor, or none.", examples=_INCIDENTS)
    would_return = Column(Kind.STRING, "yes, no, undecided.", examples=_AGAIN)
