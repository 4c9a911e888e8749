"""Vocabulary in which every table of the lakehouse is declared.

Standard library only: the scheduler and the documentation build import it
without Spark.
"""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Annotated, Any, ClassVar, get_args, get_origin, get_type_hints

from lakehouse.errors import DeclarationError


class Kind(StrEnum):
    """Types of columns, each as Spark SQL spells it; nested types are written in Spark's DDL."""

    STRING = "string"
    INT = "int"
    LONG = "bigint"
    DOUBLE = "double"
    BOOLEAN = "boolean"
    DATE = "date"
    TIMESTAMP = "timestamp"
    STRINGS = "array<string>"
    STRING_MAP = "map<string,string>"

    @property
    def is_number(self) -> bool:
        return self in (Kind.INT, Kind.LONG, Kind.DOUBLE)


class Pii(StrEnum):
    """How near a value is to a person (ISO/IEC 20889 terms)."""

    NONE = "none"
    PSEUDONYM = "pseudonym"
    DIRECT = "direct"


class Unit(StrEnum):
    """Unit of a measure; its value is the suffix the column name must carry."""

    COUNT = "count"
    PER_THOUSAND = "per_thousand"
    SECONDS = "seconds"
    MINUTES = "minutes"
    HOURS = "hours"
    DAYS = "days"
    NIGHTS = "nights"
    YEARS = "years"
    YEAR = "year"
    RATIO = "ratio"
    PER_100_000 = "per_100_000"
    DEGREES = "degrees"
    METRES = "metres"
    NUMBER = "number"
    KWH = "kwh"
    WATTS = "watts"
    CELSIUS = "celsius"
    TWD = "twd"
    THOUSAND_TWD = "thousand_twd"
    SCORE = "score"
    PROBABILITY = "probability"


class Rule(ABC):
    """A promise about a value or a row.

    One rule feeds the quarantine pass, the Delta CHECK, the Great Expectations
    suite, the dictionary and the sample rows.
    """

    @abstractmethod
    def sql(self, column: str) -> str:
        """Spark SQL condition that holds for good values; NULL counts as kept."""

    @abstractmethod
    def words(self, column: str) -> str:
        """The promise in words, without any value of a row."""


@dataclass(frozen=True)
class NotNull(Rule):
    def sql(self, column: str) -> str:
        return f"{column} IS NOT NULL"

    def words(self, column: str) -> str:
        return f"{column} is present"


@dataclass(frozen=True)
class Between(Rule):
    low: float
    high: float

    def sql(self, column: str) -> str:
        return f"{column} BETWEEN {self.low} AND {self.high}"

    def words(self, column: str) -> str:
        return f"{column} lies between {self.low:,} and {self.high:,}"


@dataclass(frozen=True)
class DateBetween(Rule):
    first: date
    last: date

    def sql(self, column: str) -> str:
        return f"{column} BETWEEN DATE'{self.first}' AND DATE'{self.last}'"

    def words(self, column: str) -> str:
        return f"{column} lies between {self.first} and {self.last}"


@dataclass(frozen=True)
class OneOf(Rule):
    values: tuple[str, ...]

    def sql(self, column: str) -> str:
        return f"{column} IN ({', '.join(map(_quoted, self.values))})"

    def words(self, column: str) -> str:
        return f"{column} is one of {', '.join(self.values)}"


@dataclass(frozen=True)
class Matches(Rule):
    """The whole value matches a regular expression that Java, Python and Rust read alike."""

    pattern: str

    def sql(self, column: str) -> str:
        return f"{column} RLIKE r'^({self.pattern})$'"

    def words(self, column: str) -> str:
        return f"{column} has the form {self.pattern}"


@dataclass(frozen=True)
class Length(Rule):
    """The text has exactly so many characters: far cheaper than a pattern on millions of keys."""

    characters: int

    def sql(self, column: str) -> str:
        return f"length({column}) = {self.characters}"

    def words(self, column: str) -> str:
        return f"{column} has {self.characters} characters"


@dataclass(frozen=True)
class NotBefore(Rule):
    column: str

    def sql(self, column: str) -> str:
        return f"{column} >= {self.column}"

    def words(self, column: str) -> str:
        return f"{column} is not before {self.column}"


@dataclass(frozen=True)
class Holds(Rule):
    """A promise over several columns of a row, in Spark SQL, with its reason in words."""

    condition: str
    because: str

    def sql(self, column: str) -> str:  # noqa: ARG002
        return self.condition

    def words(self, column: str) -> str:  # noqa: ARG002
        return self.because


def _quoted(value: str) -> str:
    return "'" + value.replace("'", "\\'") + "'"


@dataclass(frozen=True)
class Column:
    """One column: what it means and what it promises.

    ``lenient`` blanks a value that breaks a rule, and the row stays; otherwise
    the row goes to quarantine. ``leaks`` says why a column knows the outcome
    and so may never feed a model. ``examples`` are texts from which sample rows
    are made where the rules alone do not say how a value looks.
    """

    kind: Kind | str
    meaning: str
    rules: tuple[Rule, ...] = ()
    unit: Unit | None = None
    pii: Pii = Pii.NONE
    lenient: bool = False
    leaks: str = ""
    examples: tuple[Any, ...] = ()

    @property
    def required(self) -> bool:
        """Whether every published row has a value."""
        return any(isinstance(rule, NotNull) for rule in self.rules)


class Table:
    """Base of every declared table. Subclasses hold facts, never state."""

    layer: ClassVar[str]
    owner: ClassVar[str]
    grain: ClassVar[str]
    key: ClassVar[tuple[str, ...]]
    fresh_within: ClassVar[timedelta]
    #: Where the definition comes from: a statute, standard, paper or publisher.
    authority: ClassVar[str]
    #: Promises over several columns of a row.
    rules: ClassVar[tuple[Holds, ...]] = ()
    #: Column by whose values the table can be rebuilt piece by piece; None: always whole.
    slice: ClassVar[str | None] = None
    #: Column with very many values, such as a person's key, where rows of one value depend only on input rows of that
    #: value: a large table is brought up to date by those whose rows changed. Each of ``build``'s inputs that changes
    #: from day to day has it too.
    rebuilt_by: ClassVar[str | None] = None
    #: Second such column, of a table of pairs such as persons and entries of lists: a row depends only on input rows of
    #: its two values, and inputs that change from day to day have one of the two. What changed on one side is then
    #: built with the whole other side.
    paired_with: ClassVar[str | None] = None
    #: Whether one value of ``source_delivery`` stands for one of the slice: then quarantine is replaced with the slice.
    delivery_is_slice: ClassVar[bool] = False
    #: Columns that readers filter by, beside the slice; none may be personal.
    indexed: ClassVar[tuple[str, ...]] = ()
    #: Largest share of rows that quarantine may take before the run stops.
    quarantine_limit_ratio: ClassVar[float] = 0.05
    #: Why a silver table holds direct PII; empty where it holds none.
    pii_purpose: ClassVar[str] = ""
    #: Columns of the inputs that are not used, each with the reason.
    ignored: ClassVar[Mapping[str, str]] = {}
    #: It tells how the gold tables stand, and so is built after all others.
    after_all_gold: ClassVar[bool] = False
    build: ClassVar[Callable[..., Any]]

    registry: ClassVar[dict[str, type[Table]]] = {}

    def __init_subclass__(cls, *, abstract: bool = False) -> None:
        if not abstract:
            complaints = _complaints(cls)
            if complaints:
                raise DeclarationError(f"{cls.__name__}: " + "; ".join(complaints))
            Table.registry[cls.full_name()] = cls

    @classmethod
    def full_name(cls) -> str:
        return f"{cls.layer}.{cls.short_name()}"

    @classmethod
    def short_name(cls) -> str:
        return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", cls.__name__).lower()

    @classmethod
    def columns(cls) -> dict[str, Column]:
        """Columns in the order declared, those of base classes last."""
        found: dict[str, Column] = {}
        for owner in cls.__mro__:
            found.update({n: c for n, c in vars(owner).items() if isinstance(c, Column) and n not in found})
        return found

    @classmethod
    def inputs(cls) -> dict[str, type[Table]]:
        """Tables read by ``build``, taken from its signature: lineage cannot drift."""
        return {n: t for n, t in cls._annotated().items() if isinstance(t, type) and issubclass(t, Table)}

    @classmethod
    def models(cls) -> dict[str, Model]:
        """Models that ``build`` scores by, by the names of its arguments."""
        return {n: m for n, m in cls._annotated().items() if isinstance(m, Model)}

    @classmethod
    def parameters(cls) -> tuple[str, ...]:
        """Names of the arguments of ``build`` that are no tables or models: ``as_of``, ``keyring``."""
        if not hasattr(cls, "build"):
            return ()
        known = {"return", *cls.inputs(), *cls.models()}
        return tuple(n for n in get_type_hints(cls.build) if n not in known)

    @classmethod
    def _annotated(cls) -> dict[str, Any]:
        if not hasattr(cls, "build"):
            return {}
        hints = get_type_hints(cls.build, include_extras=True)
        return {n: get_args(h)[1] for n, h in hints.items() if get_origin(h) is Annotated}

    @classmethod
    def promises(cls) -> list[tuple[str, Rule]]:
        """Every rule with the column it speaks of; row rules carry an empty column name."""
        of_columns = [(name, rule) for name, column in cls.columns().items() for rule in column.rules]
        return of_columns + [("", rule) for rule in cls.rules]


class Supersession(StrEnum):
    """Which deliveries of a source readers see."""

    #: Every delivery, each in its newest release: one file a day or a year.
    EACH = "each"
    #: Only the newest delivery: a list that is published whole.
    LATEST = "latest"
    #: All releases of all deliveries: silver tells corrections from repeats.
    ALL = "all"


@dataclass(frozen=True)
class Source:
    """A landing folder: who publishes it and how its files make up deliveries.

    A delivery is accepted or refused whole. ``foldered`` sources deliver a
    subfolder each time, ``parted`` ones several files side by side that belong
    together; otherwise every file is a delivery of its own.
    """

    name: str
    publisher: str
    supersession: Supersession
    foldered: bool = False
    parted: bool = False


@dataclass(frozen=True)
class Model:
    """A registered model whose version ``build`` takes as an argument: the champion, else the newest challenger."""

    name: str


@dataclass(frozen=True)
class Volume:
    """Rows expected in one file: absolute bounds, and how far from the usual it may be.

    A file with fewer rows than the median of known ones over ``drift``, or more
    than that times ``drift``, is refused; infinite where files differ without limit.
    """

    at_least: int
    at_most: int
    drift: float = 10.0


class Bronze(Table, abstract=True):
    """Raw values of one kind of file, nothing lost, with where each came from."""

    layer = "bronze"
    source: ClassVar[Source]
    #: Glob of the file's name inside a delivery.
    part: ClassVar[str]
    #: How the bytes are read: an instance of a class in ``lakehouse.formats``.
    format: ClassVar[Any]
    volume: ClassVar[Volume]
    #: Name of a made-up file, where ``part`` is a pattern.
    sample_name: ClassVar[str] = ""
    key = ("source_sha256", "source_line")
    slice = "source_delivery"

    source_file = Column(Kind.STRING, "File in the landing, from the source's folder on.", (NotNull(),))
    source_sha256 = Column(Kind.STRING, "SHA-256 of the file's bytes.", (NotNull(),))
    source_line = Column(Kind.LONG, "Line or row in the file, from 1.", (NotNull(),))
    source_delivery = Column(Kind.STRING, "Delivery that the file belongs to.", (NotNull(),))
    release_number = Column(
        Kind.INT, "How often this delivery has come with new content, from 1.", (NotNull(),), Unit.NUMBER
    )
    ingested_at_utc = Column(Kind.TIMESTAMP, "When the record was read.", (NotNull(),))
    run_id = Column(Kind.STRING, "Run that read it.", (NotNull(),))

    @classmethod
    def raw_columns(cls) -> dict[str, Column]:
        """Columns that the file itself holds."""
        return {n: c for n, c in cls.columns().items() if n not in PROVENANCE}


PROVENANCE = tuple(Bronze.columns())


class Silver(Table, abstract=True):
    """One real-world entity, typed and conformed."""

    layer = "silver"


class Gold(Table, abstract=True):
    """One question, one grain, no direct PII."""

    layer = "gold"


class Ops(Table, abstract=True):
    """The platform's own records."""

    layer = "ops"


_FACTS = ("owner", "grain", "key", "fresh_within", "authority")
_DATE_ENDINGS = ("_date", "_on", "_from", "_until", "date_of_birth")
_TIME_ENDINGS = ("_utc", "_local")


def _complaints(table: type[Table]) -> list[str]:
    columns = table.columns()
    said = [f"{fact} is missing" for fact in _FACTS if not hasattr(table, fact)]
    if not (vars(table).get("__doc__") or "").strip():
        said.append("docstring is missing: say what each row tells, by what rule")
    said += [f"key column {n} is not declared" for n in getattr(table, "key", ()) if n not in columns]
    if table.slice and table.slice not in columns:
        said.append(f"slice column {table.slice} is not declared")
    if table.rebuilt_by and (table.slice or table.rebuilt_by not in columns):
        said.append(f"rebuilt_by names {table.rebuilt_by}, which is not declared or stands beside a slice")
    if table.paired_with and (not table.rebuilt_by or table.paired_with not in columns):
        said.append(f"paired_with names {table.paired_with}, which is not declared or stands without rebuilt_by")
    holds_direct = [n for n, c in columns.items() if c.pii is Pii.DIRECT]
    if table.layer == "gold" and holds_direct:
        said.append(f"{', '.join(holds_direct)} is direct PII, which gold may not hold")
    if table.layer in ("silver", "ops") and holds_direct and not table.pii_purpose:
        said.append(f"{', '.join(holds_direct)} is direct PII: declare pii_purpose, or carry a key instead")
    for name, column in columns.items():
        said += _column_complaints(table.layer, name, column)
    return said


def _column_complaints(layer: str, name: str, column: Column) -> list[str]:
    said = []
    if not column.meaning.strip().endswith("."):
        said.append(f"{name} needs a meaning, as a sentence")
    if column.unit and not name.endswith(f"_{column.unit}") and name != column.unit:
        said.append(f"{name} is measured in {column.unit} but is not named *_{column.unit}")
    if column.lenient and column.required:
        said.append(f"{name} is lenient and required at once")
    if layer == "bronze":
        return said
    if isinstance(column.kind, Kind) and column.kind.is_number and not column.unit and not name.startswith("source_"):
        said.append(f"{name} is a number without a unit")
    if column.kind == Kind.DATE and not name.endswith(_DATE_ENDINGS):
        said.append(f"{name} is a date but ends in none of {', '.join(_DATE_ENDINGS)}")
    if column.kind == Kind.TIMESTAMP and not name.endswith(_TIME_ENDINGS):
        said.append(f"{name} is a timestamp but ends in none of {', '.join(_TIME_ENDINGS)}")
    return said
