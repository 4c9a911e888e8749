"""Visas, entry permits and residence certificates, each as it stands after its changes."""

from datetime import UTC, date, datetime, timedelta
from typing import Annotated

from pyspark.sql import Column as SparkColumn
from pyspark.sql import DataFrame, Window
from pyspark.sql import functions as F

from lakehouse import fields, reading
from lakehouse.bronze.permits import Permits as LandedPermits
from lakehouse.declare import Between, Column, DateBetween, Holds, Kind, NotNull, OneOf, Pii, Silver, Unit
from lakehouse.identity import (
    with_document_key,
    with_identity_key,
    with_party_key,
    with_permit_key,
    with_sponsor_key,
)

KINDS = ("visitor_visa", "entry_permit", "residence", "student", "migrant_worker", "professional")
SECTORS = ("manufacturing", "construction", "agriculture", "fishing", "care_institution", "care_home", "domestic")


def party_key(meaning: str) -> Column:
    """A column that stands for an employer, broker or sponsor."""
    return Column(Kind.STRING, meaning, pii=Pii.PSEUDONYM, examples=(*(f"{n:032x}" for n in range(20)), None))


def _day(meaning: str, *rules: NotNull, examples: tuple[date | None, ...]) -> Column:
    return Column(Kind.DATE, meaning, (*rules, DateBetween(date(1950, 1, 1), date(2200, 1, 1))), examples=examples)


class Permits(Silver):
    """Each row tells of one permit as it stands: whose it is, for what, and from when until when it is valid.

    A change repeats the whole permit with a higher version; the highest counts,
    of equal ones the last landed. An extension moves ``valid_until``; a
    cancellation ends the permit on the local day it was written, so one that was
    cancelled before its first day has been valid on none. A permit without an
    end has no ``valid_until``. Names, numbers and birth dates become keys here
    and go no further. Versions that have no readable number are refused.
    """

    owner = "permits-office"
    grain = "one row per permit"
    key = ("permit_key",)
    fresh_within = timedelta(days=2)
    authority = "Immigration Act (入出國及移民法), art. 22 to 31; Employment Service Act (就業服務法), art. 46: sectors"
    indexed = ("permit_kind", "valid_until")
    ignored = {"native_name": "persons are told apart by the name in Latin letters, as documents have it"}
    rules = (
        Holds("status = 'cancelled' OR valid_until >= valid_from", "a permit does not end before it begins"),
        Holds(
            "(status = 'cancelled') = (cancelled_on IS NOT NULL)", "a cancelled permit has a day of it, and no other"
        ),
        Holds(
            "(permit_kind = 'migrant_worker') = (sector IS NOT NULL)", "migrant workers, and only they, have a sector"
        ),
    )

    permit_key = Column(
        Kind.STRING, fields.permit_key.meaning, (NotNull(), *fields.permit_key.rules), pii=Pii.PSEUDONYM,
        examples=fields.permit_key.examples[:-1],
    )  # fmt: skip
    permit_kind = Column(Kind.STRING, "What it permits.", (NotNull(), OneOf(KINDS)))
    status = Column(Kind.STRING, "What was done last.", (NotNull(), OneOf(("issued", "extended", "cancelled"))))
    version_number = Column(Kind.INT, "The version that counts.", (NotNull(), Between(1, 10_000)), Unit.NUMBER)
    versions_count = fields.counted("Versions at hand, repeats not counted.")
    extensions_count = fields.counted("Versions that extended it.")
    changed_at_utc = Column(
        Kind.TIMESTAMP,
        "When the version that counts was written.",
        (NotNull(),),
        examples=(datetime(2025, 12, 1, 3, tzinfo=UTC),),
    )
    issued_on = _day("Day of issue.", examples=(date(2023, 3, 1), date(2025, 12, 1)))
    valid_from = _day("First day of validity.", NotNull(), examples=(date(2023, 3, 10), date(2025, 12, 10)))
    valid_until = _day(
        "Last day of validity after all changes; null where there is no end.",
        examples=(date(2026, 3, 9), date(2028, 1, 1)),
    )
    first_valid_until = _day("Last day of validity by the first version at hand.", examples=(date(2026, 3, 9),))
    cancelled_on = _day("Local day of the cancellation.", examples=(date(2025, 12, 1), None))
    person_key = fields.person_key
    document_key = fields.document_key
    nationality = fields.nationality
    sex = fields.sex
    birth_year = fields.birth_year
    sector = Column(
        Kind.STRING,
        "Sector of a migrant worker; 'not_recorded' where the file has none that is known.",
        (OneOf((*SECTORS, "not_recorded")),),
        examples=(*SECTORS, None),
    )
    employer_key = party_key("Keyed hash of the employer.")
    broker_key = party_key("Keyed hash of the agency that placed the worker.")
    sponsor_key = party_key("Keyed hash of who invites.")
    county = fields.county
    source_delivery = fields.source_delivery
    source_line = fields.source_line

    @staticmethod
    def build(landed: Annotated[DataFrame, LandedPermits], keyring: DataFrame) -> DataFrame:
        return _keyed(_newest(landed), keyring).select(
            *("permit_key", F.col("kind").alias("permit_kind"), "status"),
            *(F.col("_version").alias("version_number"), "versions_count", "extensions_count"),
            *("changed_at_utc", F.col("changed_at").alias("changed_at_utc__raw")),
            *_validity(),
            *("person_key", "document_key", F.coalesce("_nation", F.lit("unknown")).alias("nationality")),
            *(F.coalesce("_sex", F.lit("not_recorded")).alias("sex"), F.year("_born").alias("birth_year")),
            unread_birth(F.col("_born")).alias("birth_year__raw"),
            F.when(F.col("kind") == "migrant_worker", sector_of("sector")).alias("sector"),
            *("employer_key", "broker_key", "sponsor_key", "county", "source_delivery", "source_line"),
        )


def unread_birth(born: SparkColumn) -> SparkColumn:
    """Tells quarantine of a day of birth that cannot be read, without showing it."""
    return F.when(born.isNull() & F.col("date_of_birth").isNotNull(), "withheld")


def sector_of(name: str) -> SparkColumn:
    """The sector in the column ``name``, where it is one of those known."""
    return F.coalesce(reading.one_of(F.col(name), *SECTORS), F.lit("not_recorded"))


def _newest(landed: DataFrame) -> DataFrame:
    """The highest version of each permit. What has no number or version stays, to be refused."""
    version = reading.whole_number(F.col("version")).cast("int")
    stated = landed.withColumns({"_version": version, "changed_at_utc": reading.moment(F.col("changed_at"))})
    of_permit = Window.partitionBy("permit_number", F.col("_version").isNull())
    latest = ("_version", "changed_at_utc", "ingested_at_utc", "source_sha256", "source_line")
    extension = F.when(F.col("status") == "extended", F.col("_version"))
    ranked = stated.withColumns(
        {
            "_place": F.row_number().over(of_permit.orderBy(*(F.desc(n) for n in latest))),
            "versions_count": F.size(F.collect_set("_version").over(of_permit)),
            "extensions_count": F.size(F.collect_set(extension).over(of_permit)),
            "_first_until": F.min_by("valid_until", "_version").over(of_permit),
        }
    )
    return ranked.where("_place = 1 OR _version IS NULL OR permit_number IS NULL")


def _keyed(permits: DataFrame, keyring: DataFrame) -> DataFrame:
    read = permits.withColumns(
        {
            "_nation": reading.state(F.col("nationality")),
            "_born": reading.iso_day("date_of_birth"),
            "_sex": reading.one_of(F.col("sex"), "F", "M", "X"),
        }
    )
    names = (F.col("primary_identifier"), F.col("secondary_identifier"))
    keyed = with_identity_key(read, keyring, F.col("_nation"), *names, F.col("_born"), F.col("_sex"))
    keyed = with_document_key(keyed, keyring, reading.state(F.col("issuing_state")), F.col("document_number"))
    keyed = with_permit_key(keyed, keyring, F.col("permit_number"))
    keyed = with_sponsor_key(keyed, keyring, F.col("sponsor_id"))
    employed = with_party_key(keyed, keyring, F.col("employer_id"), "employer")
    return with_party_key(employed, keyring, F.col("broker_id"), "broker")


def _validity() -> list[SparkColumn]:
    cancelled = F.when(F.col("status") == "cancelled", reading.local_day(F.col("changed_at_utc")))
    return [
        *(reading.iso_day(name).alias(name) for name in ("issued_on", "valid_from")),
        *(F.col(name).alias(f"{name}__raw") for name in ("issued_on", "valid_from")),
        F.least(reading.iso_day("valid_until"), cancelled).alias("valid_until"),
        F.col("valid_until").alias("valid_until__raw"),
        *(reading.iso_day("_first_until").alias("first_valid_until"), cancelled.alias("cancelled_on")),
    ]
