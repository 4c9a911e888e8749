"""Passengers as the agency inspected them, held against the carrier's list of the leg."""

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

#: What of a list may be wrong beside the document inspected, by the column that counts it.
WRONG = {
    "document_wrong_count": "_document_differs",
    "nationality_wrong_count": "_nationality_differs",
    "sex_wrong_count": "_sex_differs",
    "birth_year_wrong_count": "_year_differs",
    "name_or_birthday_wrong_count": "_name_differs",
}


def compared(flown: DataFrame, listed: DataFrame) -> DataFrame:
    """Legs with the passengers inspected, and how many of them the list names, rightly or not."""
    said = F.struct("api_document_key", "person_key", "api_nationality", "api_sex", "api_birth_year")
    named = listed.select("flight_leg_id", "api_document_key", "person_key", said.alias("_said"))
    by_document = named.groupBy("flight_leg_id", F.col("api_document_key").alias("document_key")).agg(
        F.first("_said").alias("_by_document")
    )
    by_person = named.groupBy("flight_leg_id", "person_key").agg(F.first("_said").alias("_by_person"))
    who = F.coalesce("document_key", "person_key", "inspection_id")
    legged = flown.where("flight_leg_id IS NOT NULL").withColumn("_who", who)
    travellers = legged.dropDuplicates(["flight_leg_id", "_who"])
    seen = travellers.join(by_document, ["flight_leg_id", "document_key"], "left").join(
        by_person, ["flight_leg_id", "person_key"], "left"
    )
    differing = seen.withColumns(_differences())
    is_wrong = F.greatest(*(F.coalesce(F.col(name), F.lit(False)) for name in WRONG.values()))
    return differing.groupBy("flight_leg_id").agg(
        F.first("carrier_code").alias("_carrier"),
        F.count("*").alias("passengers_inspected_count"),
        F.count_if(~F.col("_is_named")).alias("unlisted_count"),
        F.count_if("_is_named").alias("compared_count"),
        F.count_if(is_wrong).alias("fields_wrong_count"),
        *(F.count_if(differs).alias(name) for name, differs in WRONG.items()),
    )


def _differences() -> dict[str, Column]:
    same, person = F.col("_by_document"), F.col("_by_person")
    other_person = same.isNotNull() & (same["person_key"] != F.col("person_key"))
    plain = {
        "_nationality_differs": same["api_nationality"] != F.col("nationality"),
        "_sex_differs": same["api_sex"] != F.col("sex"),
        "_year_differs": same["api_birth_year"] != F.col("birth_year"),
    }
    any_plain = F.greatest(*(F.coalesce(differs, F.lit(False)) for differs in plain.values()))
    return {
        "_is_named": same.isNotNull() | person.isNotNull(),
        "_document_differs": same.isNull() & (person["api_document_key"] != F.col("document_key")),
        **plain,
        "_name_differs": other_person & ~any_plain,
    }
