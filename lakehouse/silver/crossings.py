"""Entries and exits of travellers."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Annotated

from pyspark.sql import Column as SparkColumn
from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from lakehouse import fields, reading
from lakehouse.bronze.i94_arrivals import I94Arrivals
from lakehouse.conforming import conformed
from lakehouse.declare import Between, Column, DateBetween, Holds, Kind, NotNull, OneOf, Silver, Unit
from lakehouse.privacy import with_person_key
from lakehouse.silver.inspections import Inspections
from lakehouse.silver.source_codes import SourceCodes

#: Column of the I-94, its set of codes, the column it becomes, what an empty code becomes, whether the set is open.
CODED = (
    ("i94cit", "i94_country", "nationality", "unknown", True),
    ("i94res", "i94_country", "residence_country", "unknown", True),
    ("i94port", "i94_port", "entry_port", "unknown", True),
    ("i94mode", "i94_mode", "mode", "not_reported", False),
    ("i94visa", "i94_visa", "purpose", "not_recorded", False),
)
#: State whose agency lands its own inspections, and its clocks.
AGENCY_STATE, AGENCY_ZONE = "TWN", "Asia/Taipei"
#: Classes that may stay without a last day.
UNLIMITED_CLASSES = ("citizen", "resident")
FIRST_DAY = DateBetween(date(1990, 1, 1), date(2100, 1, 1))


class Crossings(Silver):
    """Each row tells of one person crossing a border once, in one direction.

    An I-94 record gives an entry and, where a departure was matched to it, an
    exit. The departure must not lie before the arrival nor after the day the
    record was read: such an exit goes to quarantine and the entry stays. What
    is known only of the entry (class, deadline, flight, address) is null on
    exits, and the I-94 names no port of departure.

    The agency's inspections are a crossing each where the traveller was admitted
    or departed; who was refused or stopped crossed no border and stands in
    ``silver.inspections`` alone. Its exits name port, flight and lane, but not
    the entry that they end: ``silver.entry_exit_matches`` finds it.
    """

    owner = "border-records"
    grain = "one row per crossing"
    key = ("crossing_id",)
    fresh_within = timedelta(days=2)
    authority = (
        "I-94 arrival records (8 CFR 235.1(h)); the agency's inspections (docs/feeds.md); "
        "codes by ISO 3166-1 and UN/LOCODE"
    )
    slice = "source_delivery"
    indexed = ("crossed_on", "border_state")
    ignored = {
        "count": "always 1",
        "i94yr": "part of the identifier only",
        "occup": "empty for 99.7 % of arrivals",
        "entdepd": "there exactly when a departure is: knows the outcome",
        "matflag": "there exactly when a departure is: knows the outcome",
        "entdepu": "empty for 99.99 % of arrivals",
        "insnum": "an identifier of the person that nothing needs",
    }
    rules = (
        Holds("crossed_on >= entered_on", "an exit is not before its entry"),
        Holds(
            "entered_on IS NOT NULL OR (direction = 'exit' AND inspected_at_utc IS NOT NULL)",
            "the day of the entry is known, but of the agency's exits",
        ),
        Holds("crossed_on <= read_on", "a crossing is not after the day its record was read"),
    )

    crossing_id = Column(Kind.STRING, "Record of the source and direction.", (NotNull(),))
    admission_id = Column(Kind.STRING, "Record of the source; joins an exit of the I-94 to its entry.", (NotNull(),))
    border_state = fields.border_state
    direction = fields.direction
    crossed_on = Column(
        Kind.DATE,
        "Day of the crossing at the port.",
        (NotNull(), FIRST_DAY),
        examples=(date(2016, 4, 2), date(2016, 4, 20)),
    )
    entered_on = Column(
        Kind.DATE,
        "Day of the entry that the crossing belongs to; null for the agency's exits, which do not tell.",
        (FIRST_DAY,),
        examples=(date(2016, 4, 1), date(2016, 4, 2)),
    )
    inspected_at_utc = Column(
        Kind.TIMESTAMP,
        "Moment of the crossing; the I-94 tells the day only.",
        examples=tuple(datetime(2016, 4, 1 + n, n, tzinfo=UTC) for n in range(20)),
    )
    read_on = Column(
        Kind.DATE,
        "Day by which the record was known: read from its file, or written by the agency.",
        (NotNull(),),
        examples=(date(2026, 1, 2),),
    )
    port_code = fields.port_code
    mode = fields.mode
    lane = fields.lane
    nationality = fields.nationality
    residence_country = fields.residence_country
    traveller_key = fields.traveller_key
    person_key = replace(
        fields.person_key,
        meaning="Keyed hash of the person over all documents; of the I-94, which tells no more, of the document.",
    )
    birth_year = Column(
        Kind.INT,
        "Year of birth.",
        (Between(1890, 2100),),
        Unit.YEAR,
        lenient=True,
        examples=(1982, 2012, None),
    )
    age_years = fields.age_years
    sex = fields.sex
    purpose = fields.purpose
    class_of_admission = fields.class_of_admission
    carrier_code = Column(
        Kind.STRING,
        "Carrier as the source codes it, an IATA code for most flights.",
        examples=("CI", "BR", None),
    )
    flight_number = Column(Kind.STRING, "Flight number without leading noughts.", examples=("4", "32", None))
    flight_leg_id = fields.flight_leg_id
    address_region = Column(
        Kind.STRING, "State or county of the first address, as the source codes it.", examples=("NY", "CA", None)
    )
    visa_post = Column(Kind.STRING, "Post that issued the visa, as the source codes it.", examples=("LND", None))
    deadline_kind = Column(
        Kind.STRING,
        "How long the traveller may stay: until a date, for the duration of the status (D/S), without end as citizens "
        "and residents, or not known.",
        (OneOf(("date", "duration_of_status", "none_needed", "unreadable", "not_recorded")),),
    )
    authorised_until = Column(
        Kind.DATE,
        "Last day of the authorised stay.",
        (FIRST_DAY,),
        lenient=True,
        examples=(date(2016, 6, 30), None),
    )
    recorded_on = Column(
        Kind.DATE,
        "Day the source loaded the record.",
        (FIRST_DAY,),
        lenient=True,
        leaks="late loads go with lost departures",
        examples=(date(2016, 4, 1), date(2016, 4, 2)),
    )
    arrival_flag = Column(
        Kind.STRING,
        "How the source recorded the arrival.",
        leaks="depends on how the departure was matched",
        examples=("G", "O"),
    )
    exit_is_reported = Column(
        Kind.BOOLEAN,
        "Whether the source reports a departure for this entry, good or bad.",
        leaks="the outcome itself",
    )
    source_delivery = fields.source_delivery
    source_line = fields.source_line

    @staticmethod
    def build(
        arrivals: Annotated[DataFrame, I94Arrivals],
        inspections: Annotated[DataFrame, Inspections],
        codes: Annotated[DataFrame, SourceCodes],
        keyring: DataFrame,
    ) -> DataFrame:
        return _of_i94(arrivals, codes, keyring).unionByName(_of_agency(inspections), allowMissingColumns=True)


def _of_i94(arrivals: DataFrame, codes: DataFrame, keyring: DataFrame) -> DataFrame:
    coded = arrivals
    for column, code_set, name, missing, is_open in CODED:
        coded = conformed(coded, codes, column, code_set, name, missing, is_open=is_open)
    keyed = with_person_key(coded, keyring, _whole("admnum"), "i94", "traveller_key")
    typed = keyed.select("*", *_admission())
    exits = F.when(F.col("depdate").isNotNull(), F.array(F.lit("entry"), F.lit("exit")))
    both = typed.withColumn("direction", F.explode(F.coalesce(exits, F.array(F.lit("entry")))))
    return both.select(*_facts(), *(_of_entry(column).alias(name) for name, column in _entry_facts().items()))


def _of_agency(inspections: DataFrame) -> DataFrame:
    crossed = inspections.where(F.col("outcome").isin("admitted", "departed"))
    said = F.col("authorised_until")
    unlimited = F.col("class_of_admission").isin(*UNLIMITED_CLASSES)
    kind = F.when(unlimited, "none_needed").when(said.isNotNull(), "date").otherwise("not_recorded")
    written, first_written = (reading.local_day(F.col(name)) for name in ("recorded_at_utc", "first_recorded_at_utc"))
    kept = (n for n in Inspections.columns() if n in Crossings.columns())
    return crossed.select(
        *(n for n in kept if n != "authorised_until"),
        *(F.col("inspection_id").alias(name) for name in ("crossing_id", "admission_id")),
        *(F.lit(AGENCY_STATE).alias("border_state"), F.col("inspected_on").alias("crossed_on")),
        *(_of_entry(F.col("inspected_on")).alias("entered_on"), written.alias("read_on")),
        F.coalesce("document_key", "person_key").alias("traveller_key"),
        *(_of_entry(kind).alias("deadline_kind"), _of_entry(F.when(~unlimited, said)).alias("authorised_until")),
        _of_entry(first_written).alias("recorded_on"),
    )


def _admission() -> list[SparkColumn]:
    # Null where a part is missing: such a record has no identifier and is refused.
    number = F.concat(F.lit("i94-"), _whole("i94yr"), F.lit("-"), _whole("i94mon"), F.lit("-"), _whole("cicid"))
    return [number.alias("admission_id"), _day("arrdate").alias("entered_on")]


def _facts() -> list[SparkColumn]:
    is_entry = F.col("direction") == "entry"
    age = F.expr("try_cast(i94bir as int)")
    sex = F.when(F.col("gender").isin("F", "M", "X"), F.col("gender")).otherwise("not_recorded")
    return [
        F.concat("admission_id", F.lit("-"), "direction").alias("crossing_id"),
        F.lit("USA").alias("border_state"),
        F.when(is_entry, F.col("entered_on")).otherwise(_day("depdate")).alias("crossed_on"),
        F.to_date("ingested_at_utc").alias("read_on"),
        F.when(is_entry, F.col("entry_port")).otherwise("unknown").alias("port_code"),
        F.when(is_entry, F.col("mode")).otherwise("not_reported").alias("mode"),
        F.lit("not_recorded").alias("lane"),
        age.alias("age_years"),
        sex.alias("sex"),
        F.expr("try_cast(biryear as int)").alias("birth_year"),
        *(F.col(n) for n in ("admission_id", "direction", "entered_on", "nationality", "residence_country")),
        *(F.col(n) for n in ("traveller_key", "purpose", "source_delivery", "source_line")),
        F.col("traveller_key").alias("person_key"),
    ]


def _entry_facts() -> dict[str, SparkColumn]:
    deadline = F.expr("cast(try_to_timestamp(dtaddto, 'MMddyyyy') as date)")
    kind = (
        F.when(F.col("dtaddto").isNull(), "not_recorded")
        .when(F.col("dtaddto") == "D/S", "duration_of_status")
        .when(deadline.isNull(), "unreadable")
        .otherwise("date")
    )
    return {
        "class_of_admission": F.col("visatype"),
        "carrier_code": F.col("airline"),
        "flight_number": F.nullif(F.ltrim(F.col("fltno"), F.lit("0")), F.lit("")),
        "address_region": F.col("i94addr"),
        "visa_post": F.col("visapost"),
        "deadline_kind": kind,
        "authorised_until": deadline,
        "authorised_until__raw": F.when(kind == "unreadable", F.col("dtaddto")),
        "recorded_on": F.expr("cast(try_to_timestamp(dtadfile, 'yyyyMMdd') as date)"),
        "arrival_flag": F.col("entdepa"),
        "exit_is_reported": F.col("depdate").isNotNull(),
    }


def _of_entry(column: SparkColumn) -> SparkColumn:
    return F.when(F.col("direction") == "entry", column)


def _whole(name: str) -> SparkColumn:
    return F.expr(f"cast(try_cast({name} as bigint) as string)")


def _day(name: str) -> SparkColumn:
    return F.date_add(F.lit(date(1960, 1, 1)), F.expr(f"try_cast({name} as int)"))
