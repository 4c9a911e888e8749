"""Measures of police and brigades against persons found in the country, and stops at the exit."""

from datetime import UTC, date, datetime, timedelta
from typing import Annotated

from pyspark.sql import DataFrame, Window
from pyspark.sql import functions as F

from lakehouse import fields, reading
from lakehouse.bronze.enforcement_events import EnforcementEvents
from lakehouse.declare import Column, DateBetween, Kind, NotNull, OneOf, Silver
from lakehouse.identity import with_document_key, with_permit_key
from lakehouse.silver.permits import unread_birth

KINDS = (
    *("overstayer_found", "absconder_found", "removal"),
    *("exit_stopped", "smuggling_arrest", "trafficking_arrest"),
)
_OUTCOME = "known only after the journey"


class Enforcements(Silver):
    """Each row tells of one measure against one person: what, when and where, and with which document.

    Found without leave to stay, found missing from work, removed, stopped at
    the exit, or arrested for smuggling or trafficking persons. A case may have
    several, of one person or more. An event sent again replaces the one before
    it. Names are not landed, so persons are known by document and permit only.
    """

    owner = "enforcement-brigades"
    grain = "one row per event"
    key = ("event_id",)
    fresh_within = timedelta(days=2)
    authority = "Immigration Act (入出國及移民法), art. 36 and 38; Human Trafficking Prevention Act (人口販運防制法)"
    indexed = ("happened_on", "enforcement_kind")

    event_id = Column(Kind.STRING, "Number of the event.", (NotNull(),))
    case_id = Column(Kind.STRING, "Case that the event belongs to.", examples=("K-1", "K-2", None))
    enforcement_kind = Column(Kind.STRING, "What was done.", (NotNull(), OneOf(KINDS)), leaks=_OUTCOME)
    happened_at_utc = Column(
        Kind.TIMESTAMP,
        "When it happened.",
        (NotNull(),),
        leaks=_OUTCOME,
        examples=(datetime(2025, 12, 1, 12, tzinfo=UTC),),
    )
    happened_on = Column(
        Kind.DATE,
        "Local day of that.",
        (NotNull(), DateBetween(date(1990, 1, 1), date(2100, 1, 1))),
        leaks=_OUTCOME,
        examples=(date(2025, 12, 1), date(2025, 12, 2)),
    )
    county = fields.county
    permit_key = fields.permit_key
    document_key = fields.document_key
    nationality = fields.nationality
    sex = fields.sex
    birth_year = fields.birth_year
    source_delivery = fields.source_delivery
    source_line = fields.source_line

    @staticmethod
    def build(events: Annotated[DataFrame, EnforcementEvents], keyring: DataFrame) -> DataFrame:
        latest = (F.desc(n) for n in ("ingested_at_utc", "source_sha256", "source_line"))
        place = F.row_number().over(Window.partitionBy("event_id").orderBy(*latest))
        last = events.withColumn("_place", place).where("_place = 1 OR event_id IS NULL")
        timed = last.withColumn("happened_at_utc", reading.moment(F.col("happened_at")))
        permitted = with_permit_key(timed, keyring, F.col("permit_number"))
        issuer, born = reading.state(F.col("issuing_state")), reading.iso_day("date_of_birth")
        return with_document_key(permitted, keyring, issuer, F.col("document_number")).select(
            *("event_id", "case_id", F.col("kind").alias("enforcement_kind"), "county", "permit_key", "document_key"),
            *("happened_at_utc", F.col("happened_at").alias("happened_at_utc__raw")),
            reading.local_day(F.col("happened_at_utc")).alias("happened_on"),
            F.coalesce(reading.state(F.col("nationality")), F.lit("unknown")).alias("nationality"),
            F.coalesce(reading.one_of(F.col("sex"), "F", "M", "X"), F.lit("not_recorded")).alias("sex"),
            *(F.year(born).alias("birth_year"), unread_birth(born).alias("birth_year__raw")),
            *("source_delivery", "source_line"),
        )
