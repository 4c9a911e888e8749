"""Visas, entry permits and residence certificates, as issued and as changed."""

from datetime import timedelta
from math import inf

from lakehouse.declare import Bronze, Column, Kind, Pii, Source, Supersession, Volume
from lakehouse.formats.delimited import Delimited

#: Made-up permits, in the order of the columns: one extended, one cancelled, one without change of each kind.
_ROWS = tuple(
    tuple(cell or None for cell in row.split("|"))
    for row in (
        "MW-1|1|2023-03-01T10:00:00+08:00|migrant_worker|issued|2023-03-01|2023-03-10|2026-03-09|VNM|VNM|C0000033|"
        "NGUYEN|VAN AN||1991-01-30|M|manufacturing|E-100|BR-10||桃園市",
        "MW-1|2|2025-12-01T11:00:00+08:00|migrant_worker|extended|2023-03-01|2023-03-10|2029-03-09|VNM|VNM|C0000033|"
        "NGUYEN|VAN AN||1991-01-30|M|manufacturing|E-100|BR-10||桃園市",
        "MW-2|1|2024-05-02T09:30:00+08:00|migrant_worker|issued|2024-05-02|2024-05-20|2027-05-19|IDN|IDN|B0000055|"
        "SARI|DEWI||1988-08-08|F|care_home|E-200|BR-20||台北市",
        "MW-2|2|2025-12-01T14:20:00+08:00|migrant_worker|cancelled|2024-05-02|2024-05-20|2027-05-19|IDN|IDN|B0000055|"
        "SARI|DEWI||1988-08-08|F|care_home|E-200|BR-20||台北市",
        "VV-1|1|2025-12-01T16:00:00+08:00|visitor_visa|issued|2025-12-01|2025-12-10|2026-03-09|PHL|PHL|P0000066|"
        "SANTOS|MARIA||1995-02-17|F||||S-1|高雄市",
        "EP-1|1|2025-12-01T16:30:00+08:00|entry_permit|issued|2025-12-01|2025-12-05|2026-01-04|HKG|CHN|H0000077|"
        "CHAN|TAI MAN|陳大文|1972-04-12|M|||||",
        "RC-1|1|2025-12-01T16:45:00+08:00|residence|issued|2025-12-01|2025-12-01|2027-11-30|JPN|JPN|TK7654321|"
        "SATO|KEN|佐藤健|1990-07-02|M||||S-2|台中市",
        "ST-1|1|2025-12-01T17:00:00+08:00|student|issued|2025-12-01|2025-12-15|2026-07-31|THA|THA|AA0000088|"
        "CHAIYA|NOK||2003-09-09|F||||S-3|新竹市",
        "PR-1|1|2025-12-01T17:10:00+08:00|professional|issued|2025-12-01|2025-12-08|2028-12-07|USA|USA|560000099|"
        "DOE|JANE||1984-10-23|F||E-300|||台北市",
    )
)
(
    _PERMITS, _VERSIONS, _CHANGED, _KINDS, _STATUSES, _ISSUED, _FROM, _UNTIL, _NATIONALITIES, _STATES, _NUMBERS,
    _PRIMARY, _SECONDARY, _NATIVE, _BIRTHS, _SEXES, _SECTORS, _EMPLOYERS, _BROKERS, _SPONSORS, _COUNTIES,
) = zip(*_ROWS, strict=True)  # fmt: skip


class Permits(Bronze):
    """Each row tells of one permit as it was issued or changed on a day.

    A change repeats the whole permit with a higher version. The first file
    often holds all that is in force, a Sunday a single change: only the bounds
    of volume are held to. A file that is not a whole gzip file is refused.
    """

    owner = "permits-office"
    grain = "one row per version of a permit in a landed file"
    fresh_within = timedelta(days=2)
    authority = "Immigration Act (入出國及移民法), art. 22 to 31: stay and residence; docs/feeds.md"
    source = Source("permits", "National Immigration Agency", Supersession.EACH)
    part = "permits.csv.gz"
    format = Delimited(gzipped=True)
    volume = Volume(at_least=1, at_most=10_000_000, drift=inf)

    permit_number = Column(Kind.STRING, "Number of the permit, for good.", pii=Pii.DIRECT, examples=_PERMITS)
    version = Column(Kind.STRING, "1, and one more with each change.", examples=_VERSIONS)
    changed_at = Column(Kind.STRING, "When this version was written, with offset.", examples=_CHANGED)
    kind = Column(
        Kind.STRING,
        "Kind: visitor_visa, entry_permit, residence, student, migrant_worker, professional.",
        examples=_KINDS,
    )
    status = Column(Kind.STRING, "What was done: issued, extended, cancelled.", examples=_STATUSES)
    issued_on = Column(Kind.STRING, "Day of issue, YYYY-MM-DD.", examples=_ISSUED)
    valid_from = Column(Kind.STRING, "First day of validity.", examples=_FROM)
    valid_until = Column(Kind.STRING, "Last day of validity.", examples=_UNTIL)
    nationality = Column(Kind.STRING, "Nationality of the holder, alpha-3.", examples=_NATIONALITIES)
    issuing_state = Column(Kind.STRING, "State that issued the holder's document, alpha-3.", examples=_STATES)
    document_number = Column(Kind.STRING, "Number of that document.", pii=Pii.DIRECT, examples=_NUMBERS)
    primary_identifier = Column(Kind.STRING, "Surname in Latin letters.", pii=Pii.DIRECT, examples=_PRIMARY)
    secondary_identifier = Column(Kind.STRING, "Given names in Latin letters.", pii=Pii.DIRECT, examples=_SECONDARY)
    native_name = Column(Kind.STRING, "Name in the country's own script.", pii=Pii.DIRECT, examples=_NATIVE)
    date_of_birth = Column(Kind.STRING, "Day of birth, YYYY-MM-DD.", pii=Pii.DIRECT, examples=_BIRTHS)
    sex = Column(Kind.STRING, "Sex: F, M, X.", examples=_SEXES)
    sector = Column(
        Kind.STRING,
        "Sector of a migrant worker: manufacturing, construction, agriculture, fishing, care_institution, "
        "care_home, domestic.",
        examples=_SECTORS,
    )
    employer_id = Column(Kind.STRING, "Employer; a household is a person.", pii=Pii.DIRECT, examples=_EMPLOYERS)
    broker_id = Column(Kind.STRING, "Agency that placed the worker.", pii=Pii.DIRECT, examples=_BROKERS)
    sponsor_id = Column(Kind.STRING, "Inviting person or enterprise.", pii=Pii.DIRECT, examples=_SPONSORS)
    county = Column(Kind.STRING, "County of residence.", examples=_COUNTIES)
