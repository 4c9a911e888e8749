"""Columns that mean the same thing wherever they appear."""

from dataclasses import replace

from lakehouse.declare import Between, Column, Kind, Length, Matches, NotNull, OneOf, Pii, Unit

COUNTRY = r"[A-Z]{3}|[a-z0-9_]+:.+|unknown"
PORT = r"[A-Z]{2}[A-Z0-9]{3}|[a-z0-9_]+:.+|unknown"

border_state = Column(
    Kind.STRING,
    "State whose border it is, ISO 3166 alpha-3.",
    (NotNull(), Matches(r"[A-Z]{3}")),
    examples=("USA", "TWN"),
)
port_code = Column(
    Kind.STRING,
    "Port as its UN/LOCODE; else the source's own code behind the source's name, or 'unknown'.",
    (NotNull(), Matches(PORT)),
    examples=("USNYC", "TWTPE", "i94:XXX", "unknown"),
)
nationality = Column(
    Kind.STRING,
    "Nationality, ISO 3166 alpha-3; where none is known the source's own code behind the source's name.",
    (NotNull(), Matches(COUNTRY)),
    examples=("TWN", "JPN", "USA", "i94:999"),
)
residence_country = Column(
    Kind.STRING,
    "Country of usual residence, coded as nationality is.",
    (NotNull(), Matches(COUNTRY)),
    examples=("TWN", "JPN", "USA", "i94:999"),
)
direction = Column(Kind.STRING, "Entry or exit, seen from the border state.", (NotNull(), OneOf(("entry", "exit"))))
traveller_key = Column(
    Kind.STRING,
    "Keyed hash of the traveller's document.",
    (NotNull(), Length(32)),
    pii=Pii.PSEUDONYM,
    examples=tuple(f"{n:032x}" for n in range(40)),
)
person_key = Column(
    Kind.STRING,
    "Keyed hash of who the traveller is by nationality, name, date of birth and sex: the same over all documents.",
    (Length(32),),
    pii=Pii.PSEUDONYM,
    examples=tuple(f"{n:032x}" for n in range(40)),
)
document_key = Column(
    Kind.STRING,
    "Keyed hash of the document, by issuing state and number.",
    (Length(32),),
    pii=Pii.PSEUDONYM,
    examples=(*(f"{n:032x}" for n in range(20)), None),
)
permit_key = Column(
    Kind.STRING,
    "Keyed hash of the permit's number.",
    (Length(32),),
    pii=Pii.PSEUDONYM,
    examples=(*(f"{n:032x}" for n in range(400)), None),
)
flight_leg_id = Column(
    Kind.STRING,
    "Carrier, number, airports and scheduled local day at the border state's port: 'CI100-NRT-TPE-20251201'.",
    (Matches(r"[A-Z0-9]{2,3}[0-9]{1,5}[A-Z]?-[A-Z0-9]{3,5}-[A-Z0-9]{3,5}-[0-9]{8}"),),
    examples=("CI100-NRT-TPE-20251201", "BR198-TPE-NRT-20251202", "CX401-TPE-HKG-20251202"),
)
class_of_admission = Column(
    Kind.STRING,
    "Legal class under which the traveller was admitted, as the border state codes it.",
    examples=("WT", "B2", "F1"),
)
purpose = Column(
    Kind.STRING,
    "Main purpose of the journey (UN IRTS 2008, 3.14).",
    (
        NotNull(),
        OneOf(
            (
                *("business", "pleasure", "visiting", "student", "employment"),
                *("transit", "crew", "other", "not_recorded"),
            )
        ),
    ),
)
mode = Column(Kind.STRING, "Mode of transport.", (NotNull(), OneOf(("air", "sea", "land", "not_reported"))))
lane = Column(Kind.STRING, "Inspection lane.", (NotNull(), OneOf(("e_gate", "counter", "crew", "not_recorded"))))
sex = Column(
    Kind.STRING,
    "Sex as the document states it (ICAO Doc 9303: F, M, X).",
    (NotNull(), OneOf(("F", "M", "X", "not_recorded"))),
)
birth_year = Column(Kind.INT, "Year of birth.", (Between(1890, 2100),), Unit.YEAR, lenient=True, examples=(1980, 1991))
county = Column(Kind.STRING, "County, as the agency names it.", examples=("台北市", "桃園市", "高雄市", None))
age_years = Column(Kind.INT, "Age at entry.", (Between(0, 120),), Unit.YEARS, lenient=True, examples=(34, 61, 4, None))
source_delivery = Column(Kind.STRING, "Delivery of the source that the record came in.", (NotNull(),))
source_line = Column(Kind.LONG, "Line or row of the record in its file, from 1.", (NotNull(),))


model_version_number = Column(
    Kind.INT, "Version of the model, as the registry numbers it.", (NotNull(), Between(1, 10**6)), Unit.NUMBER
)
is_approved = Column(
    Kind.BOOLEAN,
    "Whether a reviewer has approved the version; if not, its scores are to judge it by, and for no decision.",
    (NotNull(),),
)


def counted(meaning: str) -> Column:
    """A column that counts something: never null, never negative."""
    return Column(Kind.LONG, meaning, (NotNull(), Between(0, 10**12)), Unit.COUNT)


def ratio(meaning: str) -> Column:
    """A share between 0 and 1; null where there is nothing to share."""
    return Column(Kind.DOUBLE, meaning, (Between(0, 1),), Unit.RATIO)


def counted_unless_thin(meaning: str) -> Column:
    """A column that counts something, null in a pool that is itself too thin to be shown."""
    return Column(Kind.LONG, meaning, (Between(0, 10**12),), Unit.COUNT)


def pooled(column: Column, *also: str) -> Column:
    """``column`` where thin cells are put together as ``withheld``; ``also`` names other rows for many values."""
    names = ("withheld", *also)
    wider = "|".join(names)
    rules = tuple(Matches(f"{r.pattern}|{wider}") if isinstance(r, Matches) else r for r in column.rules)
    meaning = f"{column.meaning.rstrip('.')}; 'withheld' where thin cells are put together."
    return replace(column, meaning=meaning, rules=rules, examples=(*column.examples, *names))


cells_count = counted("Cells that the row stands for: one, or as many as were too thin to be shown alone.")
