"""Facts about a person in the clauses of a watchlist's remarks.

OFAC writes what it knows of a person as clauses in plain words, such as
``alt. DOB Oct 1955`` or ``Passport A1234567 (Iran) issued 01 Feb 1999``. A
clause that speaks of a known matter but cannot be read is kept as unread, so
that what was lost can be counted. No Spark here: Arrow batches come in and go out.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from datetime import date

import pyarrow as pa


@dataclass(frozen=True)
class BirthDate:
    """Days between which a person was born, as stated; ``circa`` says nothing of how far off they may be."""

    earliest_date: date
    latest_date: date
    precision: str
    raw: str


@dataclass(frozen=True)
class Document:
    """A document's kind and number; the country as the list names it."""

    document_type: str
    document_number: str
    issuing_country: str | None
    raw: str


@dataclass
class Facts:
    """What the clauses about one person say."""

    dates_of_birth: list[BirthDate] = field(default_factory=list)
    places_of_birth: list[str] = field(default_factory=list)
    nationalities: list[str] = field(default_factory=list)
    weak_aliases: list[str] = field(default_factory=list)
    documents: list[Document] = field(default_factory=list)
    sex: str | None = None
    unread_clauses: list[str] = field(default_factory=list)


FACTS = pa.struct(
    {
        "dates_of_birth": pa.list_(
            pa.struct(
                {"earliest_date": pa.date32(), "latest_date": pa.date32()}
                | {name: pa.string() for name in ("precision", "raw")}
            )
        ),
        "places_of_birth": pa.list_(pa.string()),
        "nationalities": pa.list_(pa.string()),
        "weak_aliases": pa.list_(pa.string()),
        "documents": pa.list_(
            pa.struct({n: pa.string() for n in ("document_type", "document_number", "issuing_country", "raw")})
        ),
        "sex": pa.string(),
        "unread_clauses": pa.list_(pa.string()),
    }
)

#: Years of birth that are believed.
FIRST_YEAR, LAST_YEAR = 1850, 2100

#: Labels of documents in OFAC's remarks, by what they are.
LABELS = {
    "passport": (
        *("Passport", "Passport Booklet", "Diplomatic Passport", "British National Overseas Passport"),
        "Stateless Person Passport",
    ),
    "travel_document": ("Travel Document Number",),
    "national_id": (
        *("National ID No.", "National Foreign ID Number", "Identification Number", "Personal ID Card"),
        *("Cedula No.", "C.U.R.P.", "C.U.R.P. #", "D.N.I.", "C.U.I.", "C.U.I.P.", "Numero de Identidad"),
        *("Citizen's Card Number", "Tazkira National ID Card", "Kenyan ID No.", "Bosnian Personal ID No."),
        *("Turkish Identification Number", "Turkish Identificiation Number", "Moroccan Personal ID No."),
        *("Registration ID", "LE Number", "Stateless Person ID Card"),
    ),
    "electoral_card": ("Electoral Registry No.", "Credencial electoral"),
    "residence_permit": (
        "Residency Number",
        "N.I.E.",
        "Public Security and Immigration No.",
        "Immigration No.",
    ),
    "visa": ("VisaNumberID",),
    "driving_licence": ("Driver's License No.",),
    "pilot_licence": ("Pilot License Number",),
    "birth_certificate": ("Birth Certificate Number",),
    "military_booklet": ("Cartilla de Servicio Militar Nacional",),
    "tax_number": (*("R.F.C.", "RFC", "NIT #", "Tax ID No.", "SSN", "Italian Fiscal Code", "C.U.I.T.", "RUC #"),),
}

_TYPES = {label: kind for kind, labels in LABELS.items() for label in labels}
_ANY_LABEL = "|".join(map(re.escape, sorted(_TYPES, key=len, reverse=True)))
# A number is words with a digit, with short groups of capitals before or between them.
_WORD = r"(?:[A-Z.#-]{1,4}|[^\s,]*\d[^\s,]*)"
_DOCUMENT = re.compile(
    rf"(?P<label>{_ANY_LABEL}):? (?:[A-Z]{{2,4}}: )?(?P<number>(?=[^,]*\d){_WORD}(?: {_WORD})*)"
    r"(?: \((?P<country>[^()\d]+)\))?(?:,? (?:issued|expire[sd])\b.*)?"
)
_NAMED = re.compile(r"(?P<label>DOB|POB|nationality|citizen|Gender|[afn]\.k\.a\.):? (?P<said>.+)", re.DOTALL)
_SPEAKS_OF_KNOWN = re.compile(
    rf"(?!Linked To:)(?:.*\b(?:DOB|POB|[Nn]ationality|[Cc]itizen|[Pp]assport|National ID)\b"
    rf"|.*\b[afn]\.k\.a\.|Gender\b|(?:{_ANY_LABEL}):? .*\d)",
    re.DOTALL,
)

_POINT = r"(?:\d{4}-\d\d-\d\d|(?:\d{1,2} )?(?:[A-Z][a-z]+\.? )?\d{4})"
_SPAN = re.compile(rf"(?P<circa>circa )?(?P<first>{_POINT})(?:(?: to | ?- ?)(?P<last>{_POINT}))?", re.ASCII)
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")


def read_clauses(clauses: Iterable[str | None]) -> Facts:
    """Sort what ``clauses`` say of one person; free text about other matters is passed over."""
    facts = Facts()
    for clause in clauses:
        text = " ".join((clause or "").split())
        if not _read(re.sub(r"^[Aa]lt\. ", "", text), facts) and _SPEAKS_OF_KNOWN.match(text):
            facts.unread_clauses.append(text)
    return facts


def read_birth_date(text: str) -> BirthDate | None:
    """The span of days that a date of birth in words or digits stands for.

    None where it stands for none, or for a year in which nobody was born who may
    yet travel: most likely one of another calendar.
    """
    match = _SPAN.fullmatch(text)
    if not match:
        return None
    first = _days(match["first"])
    last = _days(match["last"]) if match["last"] else first
    if not first or not last or first[0] > last[1]:
        return None
    if not FIRST_YEAR <= first[0].year <= last[1].year <= LAST_YEAR:
        return None
    precision = "circa" if match["circa"] else "range" if match["last"] else first[2]
    return BirthDate(first[0], last[1], precision, text)


def facts_of_batch(clauses: pa.Array) -> pa.Array:
    """``read_clauses`` for an Arrow array of lists of clauses; gives structs of type ``FACTS``."""
    return pa.array([asdict(read_clauses(of_one or ())) for of_one in clauses.to_pylist()], FACTS)


def _read(text: str, facts: Facts) -> bool:
    if document := _DOCUMENT.fullmatch(text):
        kind = _TYPES[document["label"]]
        facts.documents.append(Document(kind, document["number"], document["country"], text))
        return True
    match = _NAMED.fullmatch(text)
    return match is not None and _read_named(match["label"], match["said"], facts)


def _read_named(label: str, said: str, facts: Facts) -> bool:
    match label:
        case "DOB":
            born = read_birth_date(said)
            facts.dates_of_birth += [born] if born else []
            return born is not None
        case "POB":
            facts.places_of_birth.append(said)
        case "nationality" | "citizen":
            facts.nationalities.append(said)
        case "Gender":
            sex = {"Male": "M", "Female": "F"}.get(said)
            agrees = sex is not None and facts.sex in (None, sex)
            facts.sex = sex if agrees else facts.sex
            return agrees
        case _:
            quoted = re.fullmatch(r"'(.+)'", said)
            facts.weak_aliases += [quoted[1]] if quoted else []
            return quoted is not None
    return True


def _days(point: str) -> tuple[date, date, str] | None:
    """First and last day of a day, month or year, and which of them it is."""
    if "-" in point:
        year, month, day = (int(part) for part in point.split("-"))
        return _day(year, month, day)
    *before, year_text = point.split(" ")
    if not before:
        return _year(int(year_text))
    month_text = before[-1].lower()[:3]
    if month_text not in _MONTHS:
        return None
    month = _MONTHS.index(month_text) + 1
    return _day(int(year_text), month, int(before[0])) if len(before) == 2 else _month(int(year_text), month)


def _day(year: int, month: int, day: int) -> tuple[date, date, str] | None:
    try:
        found = date(year, month, day)
    except ValueError:
        return None
    return found, found, "day"


def _month(year: int, month: int) -> tuple[date, date, str] | None:
    if year < 1:
        return None
    return date(year, month, 1), date(year, month, monthrange(year, month)[1]), "month"


def _year(year: int) -> tuple[date, date, str] | None:
    return (date(year, 1, 1), date(year, 12, 31), "year") if year >= 1 else None
