"""Persons whom courts and authorities do not let leave the country."""

from datetime import timedelta

from lakehouse.declare import Bronze, Column, Kind, Pii, Source, Supersession, Volume
from lakehouse.formats.delimited import Delimited

#: Made-up restrictions, in the order of the columns.
_ROWS = tuple(
    tuple(cell or None for cell in row.split("|"))
    for row in (
        "B-1|2025-06-02|2025-06-03|||court|prosecution|stop|TWN|LIN|CHIH MING|林志明|1979-03-14|M|TWN|300000011",
        "B-2|2025-07-10|2025-07-10|2026-07-09||tax|tax_arrears|stop|TWN|CHEN|MEI HUA|陳美華|1968-11-02|F|TWN|300000022",
        "B-3|2025-08-21|2025-08-21|||prosecutor|wanted|stop|VNM|NGUYEN|VAN AN||1991-01-30|M|VNM|C0000033",
        "B-4|2024-01-05|2024-01-05|2027-12-31|2025-10-01|military|conscription|stop|TWN|WANG|PO HAN|王柏翰|2004-05-19|"
        "M||",
        "B-5|2025-11-11|2025-11-12|||immigration|custody|notify|IDN|SARI|DEWI||1988-08-08|F|IDN|B0000055",
    )
)
(
    _BANS, _ISSUED, _FROM, _UNTIL, _LIFTED, _AUTHORITIES, _REASONS, _RESTRICTIONS, _NATIONALITIES, _PRIMARY,
    _SECONDARY, _NATIVE, _BIRTHS, _SEXES, _STATES, _NUMBERS,
) = zip(*_ROWS, strict=True)  # fmt: skip


class ExitBans(Bronze):
    """Each row tells of one restriction on leaving the country, as the list of a day has it.

    Every delivery is the whole list, so only the newest counts: a ban that is
    gone from it is in force no more. A list that has fewer than a third of the
    usual lines, or more than three times as many, is refused: it would set wanted
    persons free to leave, or stop others, by a fault of transmission.
    """

    owner = "exit-control-desk"
    grain = "one row per restriction in a landed list"
    fresh_within = timedelta(days=2)
    authority = "Immigration Act (入出國及移民法), art. 6 and 21: restrictions on exit; docs/feeds.md"
    source = Source("exit_bans", "National Immigration Agency", Supersession.LATEST)
    part = "exit_bans.csv"
    format = Delimited(named={"authority": "ordered_by"})
    volume = Volume(at_least=1, at_most=1_000_000, drift=3)

    ban_id = Column(Kind.STRING, "Number of the restriction.", examples=_BANS)
    issued_on = Column(Kind.STRING, "Day on which it was ordered, YYYY-MM-DD.", examples=_ISSUED)
    valid_from = Column(Kind.STRING, "First day in force.", examples=_FROM)
    valid_until = Column(Kind.STRING, "Last day in force; empty where no end is set.", examples=_UNTIL)
    lifted_on = Column(Kind.STRING, "Day on which it was lifted.", examples=_LIFTED)
    ordered_by = Column(
        Kind.STRING,
        "Authority that ordered it: court, prosecutor, tax, military, immigration.",
        examples=_AUTHORITIES,
    )
    reason = Column(Kind.STRING, "Why: wanted, prosecution, tax_arrears, conscription, custody.", examples=_REASONS)
    restriction = Column(Kind.STRING, "What to do at the exit: stop, notify.", examples=_RESTRICTIONS)
    nationality = Column(Kind.STRING, "Nationality, alpha-3.", examples=_NATIONALITIES)
    primary_identifier = Column(Kind.STRING, "Surname in Latin letters.", pii=Pii.DIRECT, examples=_PRIMARY)
    secondary_identifier = Column(Kind.STRING, "Given names in Latin letters.", pii=Pii.DIRECT, examples=_SECONDARY)
    native_name = Column(Kind.STRING, "Name in the country's own script.", pii=Pii.DIRECT, examples=_NATIVE)
    date_of_birth = Column(Kind.STRING, "Day of birth, YYYY-MM-DD.", pii=Pii.DIRECT, examples=_BIRTHS)
    sex = Column(Kind.STRING, "Sex: F, M, X.", examples=_SEXES)
    issuing_state = Column(Kind.STRING, "State that issued the document, alpha-3.", examples=_STATES)
    document_number = Column(
        Kind.STRING, "Number of the document, where one is known.", pii=Pii.DIRECT, examples=_NUMBERS
    )
