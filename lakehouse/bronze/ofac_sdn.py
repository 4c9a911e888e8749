"""Persons and entities under US sanctions: the SDN list itself."""

from datetime import timedelta

from lakehouse.declare import Bronze, Column, Kind, Pii, Source, Supersession, Volume
from lakehouse.formats.delimited import Delimited

#: A delivery is a folder with sdn.csv, alt.csv, add.csv and sdn_comments.csv.
OFAC = Source("ofac_sdn", "US Office of Foreign Assets Control", Supersession.LATEST, foldered=True)
#: The older release ends in ``-0``, without line end: cut by two bytes, but no value is lost.
OFAC_CSV = Delimited(header=False, null_markers=("-0- ",), quoted_and_open=True)
OFAC_AUTHORITY = "Specially Designated Nationals list, data specification of the CSV files, US OFAC"

#: Made-up entries: name, kind, programme, title, ship and remarks.
_ROWS: tuple[tuple[str | None, ...], ...] = (
    ("KALDENBERG TRADING CO., LTD.", None, "CUBA", None, None, None, None, "a.k.a. 'KTC'."),
    (
        "AL-TESTARI, Yusuf Hamid",
        "individual",
        "SDGT",
        "Colonel",
        None,
        None,
        None,
        "DOB 14 Jun 1971; POB Exampletown, Iraq; Gender Male; Passport X0000017 (Iraq) expires 03 Mar 2009.",
    ),
    (
        "OBRAZTSOV, Testimir Petrovich",
        "individual",
        "CYBER2] [UKRAINE-EO13661",
        None,
        None,
        None,
        None,
        "DOB circa 1969; alt. DOB 1970; nationality Russia; Gender Male; National ID No. 0000101 (Russia).",
    ),
    ("NORTH PIER STAR", "vessel", "DPRK", None, "Crude Oil Tanker", "318,000", "163,660", None),
    (
        "EP-XYZ",
        "aircraft",
        "IRAN",
        None,
        None,
        None,
        None,
        "Aircraft Model B747; Aircraft Tail Number EP-XYZ.",
    ),
    ("MUESTRA GARCIA, Ejemplo", "individual", "SDNTK", None, None, None, None, None),
)
_NAMES, _TYPES, _PROGRAMS, _TITLES, _VESSELS, _TONNAGES, _GRTS, _REMARKS = zip(*_ROWS, strict=True)


class OfacSdn(Bronze):
    """Each row tells of one person, entity, vessel or aircraft under US sanctions.

    No header; ``-0-`` is null. Birth dates, passports and nationalities stand
    in the remarks only, which are cut at 1,000 characters and go on in
    ``ofac_comments``. sdn_type is null for entities. Several programmes are
    joined by ``] [``. The releases at hand have 7,379 entries (3,845 persons) and
    8,976 (4,620); the 8,977th line is a DOS end-of-file mark.
    """

    owner = "watchlists"
    grain = "one row per entry of the list in a landed release"
    fresh_within = timedelta(days=7)
    authority = OFAC_AUTHORITY
    source = OFAC
    part = "sdn.csv"
    format = OFAC_CSV
    volume = Volume(at_least=1, at_most=200_000)

    ent_num = Column(Kind.STRING, "Number of the entry, stable over releases.", pii=Pii.PSEUDONYM)
    sdn_name = Column(Kind.STRING, "Name; of persons SURNAME, Given Names.", pii=Pii.DIRECT, examples=_NAMES)
    sdn_type = Column(Kind.STRING, "individual, vessel or aircraft; null for entities.", examples=_TYPES)
    program = Column(Kind.STRING, "Sanctions programmes, joined by ] [.", examples=_PROGRAMS)
    title = Column(Kind.STRING, "Title or position of a person.", pii=Pii.DIRECT, examples=_TITLES)
    call_sign = Column(Kind.STRING, "Call sign of a vessel.", examples=(None, None, None, "CL0001"))
    vess_type = Column(Kind.STRING, "Kind of vessel.", examples=_VESSELS)
    tonnage = Column(Kind.STRING, "Deadweight tonnage, with thousands commas.", examples=_TONNAGES)
    grt = Column(Kind.STRING, "Gross registered tonnage, with thousands commas.", examples=_GRTS)
    vess_flag = Column(Kind.STRING, "Flag of a vessel, country name.", examples=(None, None, None, "Iran"))
    vess_owner = Column(Kind.STRING, "Owner of a vessel.", examples=(None,))
    remarks = Column(
        Kind.STRING,
        "Birth dates, documents, nationality and links, parted by semicolons; cut at 1,000 characters.",
        pii=Pii.DIRECT,
        examples=_REMARKS,
    )
