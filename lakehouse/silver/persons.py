"""Persons as they were inspected, over all their documents."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Annotated

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from lakehouse import fields
from lakehouse.declare import Column, Holds, Kind, NotNull, Pii, Silver
from lakehouse.silver.inspections import Inspections

_NAMES = "array<struct<primary_identifier:string,secondary_identifier:string>>"
_COUNTS = {
    "entries_count": "admitted",
    "exits_count": "departed",
    "refusals_count": "refused",
    "stops_count": "stopped",
}


class Persons(Silver):
    """Each row tells of one person as the agency inspected them: names, documents, when seen, how often.

    A person is nationality, names, day of birth and sex, as
    ``lakehouse.identity`` puts them together: who has two nationalities is two
    persons, and two of equal name, birth and sex are one. So is a person whose
    name was mistyped somebody else at that crossing; ``gold.identity_alias_cluster``
    resolves them. Inspections that lack one of the four belong to nobody here;
    they stand in ``silver.inspections`` without a ``person_key``.
    """

    owner = "border-records"
    grain = "one row per person"
    key = ("person_key",)
    fresh_within = timedelta(days=2)
    authority = "platform: lakehouse/identity.py; names and sex as in ICAO Doc 9303-3"
    pii_purpose = "recognising persons on lists of bans and watchlists takes their names and dates of birth"
    rebuilt_by = "person_key"
    indexed = ("nationality", "last_seen_on")
    rules = (
        Holds("first_seen_on <= last_seen_on", "nobody is seen last before being seen first"),
        Holds("size(names) > 0", "a person has a name"),
    )

    person_key = Column(
        Kind.STRING,
        fields.person_key.meaning,
        (NotNull(), *fields.person_key.rules),
        pii=Pii.PSEUDONYM,
        examples=fields.person_key.examples,
    )
    nationality = fields.nationality
    date_of_birth = replace(Inspections.date_of_birth, meaning="Day of birth.")
    birth_year = Inspections.birth_year
    sex = fields.sex
    names = Column(
        _NAMES,
        "Names in Latin letters, however they were spelt.",
        (NotNull(),),
        pii=Pii.DIRECT,
        examples=([("LIN", "MEI HUA")], [("SATO", "KEN"), ("SATO", "KEN-ICHI")]),
    )
    native_names = Column(
        Kind.STRINGS, "Names in the script of the country.", (NotNull(),), pii=Pii.DIRECT, examples=(["林美華"], [])
    )
    residence_country = fields.residence_country
    documents_count = fields.counted("Documents presented.")
    first_seen_on = Column(Kind.DATE, "Day of the first inspection.", (NotNull(),), examples=(date(2025, 12, 1),))
    last_seen_on = Column(Kind.DATE, "Day of the last.", (NotNull(),), examples=(date(2025, 12, 20),))
    entries_count = fields.counted("Entries.")
    exits_count = fields.counted("Exits.")
    refusals_count = fields.counted("Refusals of entry.")
    stops_count = fields.counted("Times stopped at exit.")

    @staticmethod
    def build(inspections: Annotated[DataFrame, Inspections]) -> DataFrame:
        known = inspections.where("person_key IS NOT NULL")
        name = F.struct("primary_identifier", "secondary_identifier")
        # These four are what the key is made of: any value is all.
        same = ("nationality", "date_of_birth", "birth_year", "sex")
        return known.groupBy("person_key").agg(
            *(F.max(n).alias(n) for n in same),
            F.array_sort(F.collect_set(name)).alias("names"),
            F.array_sort(F.collect_set("native_name")).alias("native_names"),
            F.max_by("residence_country", "inspected_at_utc").alias("residence_country"),
            F.count_distinct("document_key").alias("documents_count"),
            *(F.min("inspected_on").alias("first_seen_on"), F.max("inspected_on").alias("last_seen_on")),
            *(F.count_if(F.col("outcome") == outcome).alias(n) for n, outcome in _COUNTS.items()),
        )
