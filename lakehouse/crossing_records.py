"""What records of the I-94 and of the agency's inspections tell of crossings."""

from collections.abc import Sequence
from datetime import date

from pyspark.sql import Column as SparkColumn
from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from lakehouse import reading
from lakehouse.conforming import conformed
from lakehouse.privacy import with_person_key

#: Column of the I-94, its set of codes, the column it becomes, what an empty code becomes, whether the set is open.
CODED = (
    ("i94cit", "i94_country", "nationality", "unknown", True),
    ("i94res", "i94_country", "residence_country", "unknown", True),
    ("i94port", "i94_port", "entry_port", "unknown", True),
    ("i94mode", "i94_mode", "mode", "not_reported", False),
    ("i94visa", "i94_visa", "purpose", "not_recorded", False),
)
#: Classes that may stay without a last day.
UNLIMITED_CLASSES = ("citizen", "resident")


def crossings_of_agency(inspections: DataFrame, border_state: str, wanted: Sequence[str]) -> DataFrame:
    """The crossings among ``silver.inspections``, with those of the columns ``wanted`` that they tell."""
    crossed = inspections.where(F.col("outcome").isin("admitted", "departed"))
    said = F.col("authorised_until")
    unlimited = F.col("class_of_admission").isin(*UNLIMITED_CLASSES)
    kind = F.when(unlimited, "none_needed").when(said.isNotNull(), "date").otherwise("not_recorded")
    written, first_written = (reading.local_day(F.col(name)) for name in ("recorded_at_utc", "first_recorded_at_utc"))
    kept = (n for n in inspections.columns if n in wanted)
    return crossed.select(
        *(n for n in kept if n != "authorised_until"),
        *(F.col("inspection_id").alias(name) for name in ("crossing_id", "admission_id")),
        *(F.lit(border_state).alias("border_state"), F.col("inspected_on").alias("crossed_on")),
        *(_of_entry(F.col("inspected_on")).alias("entered_on"), written.alias("read_on")),
        F.coalesce("document_key", "person_key").alias("traveller_key"),
        *(_of_entry(kind).alias("deadline_kind"), _of_entry(F.when(~unlimited, said)).alias("authorised_until")),
        _of_entry(first_written).alias("recorded_on"),
    )


def crossings_of_i94(arrivals: DataFrame, codes: DataFrame, keyring: DataFrame) -> DataFrame:
    """An entry of each I-94 record, and the exit that was matched to it; ``codes`` are ``silver.source_codes``."""
    coded = arrivals
    for column, code_set, name, missing, is_open in CODED:
        coded = conformed(coded, codes, column, code_set, name, missing, is_open=is_open)
    keyed = with_person_key(coded, keyring, _whole("admnum"), "i94", "traveller_key")
    typed = keyed.select("*", *_admission())
    exits = F.when(F.col("depdate").isNotNull(), F.array(F.lit("entry"), F.lit("exit")))
    both = typed.withColumn("direction", F.explode(F.coalesce(exits, F.array(F.lit("entry")))))
    return both.select(*_facts(), *(_of_entry(column).alias(name) for name, column in _entry_facts().items()))


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
