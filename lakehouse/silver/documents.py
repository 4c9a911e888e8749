"""Travel documents as they were presented and reported."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Annotated

from pyspark.sql import DataFrame, Window
from pyspark.sql import functions as F

from lakehouse import fields, reading
from lakehouse.bronze.lost_stolen_documents import LostStolenDocuments
from lakehouse.declare import Column, Holds, Kind, Length, NotNull, Pii, Silver
from lakehouse.identity import with_document_key
from lakehouse.silver.inspections import Inspections

REPORT_KINDS = ("lost", "stolen", "revoked", "blank_stolen")
_REPORTS = "array<struct<reported_at_utc:timestamp,report_kind:string,lost_on:date,withdrawn_on:date>>"


class Documents(Silver):
    """Each row tells of one travel document: whose it is, until when it is valid, where it was seen and reported.

    A document is its issuing state and number. What it says is taken from the
    newest inspection that tells it; documents that were reported and never
    presented have a row too, for they may be. Several ``persons_count`` are a
    finding, not a fault: the document was used by others, or one person's
    name was mistyped (``gold.document_alert`` tells where).

    A report counts from when it was written until its withdrawal; the newest
    record of a report counts. A document is valid as of the last day that
    inspections tell of, where its last day has not passed and no report on it is in
    force. Reports whose document cannot be told are refused.
    """

    owner = "document-desk"
    grain = "one row per document"
    key = ("document_key",)
    fresh_within = timedelta(days=2)
    authority = "ICAO Doc 9303; reports of lost and stolen documents (Doc 9303-2; docs/feeds.md)"
    pii_purpose = "lists of bans and watchlists name documents by number: to match them takes the number"
    indexed = ("issuing_state",)
    ignored = {"report_id": "tells one report's records from another's and nothing else"}
    rules = (
        Holds("(inspections_count = 0) = (first_seen_on IS NULL)", "what was inspected was seen on a day"),
        Holds("first_seen_on <= last_seen_on", "it is not seen last before it is seen first"),
        Holds("is_reported <= (size(reports) > 0)", "what is reported has a report"),
        Holds("is_valid <= (NOT is_reported)", "what is reported is not valid"),
    )

    document_key = Column(
        Kind.STRING,
        "Keyed hash of issuing state and number.",
        (NotNull(), Length(32)),
        pii=Pii.PSEUDONYM,
        examples=fields.traveller_key.examples,
    )
    document_type = Inspections.document_type
    issuing_state = replace(Inspections.issuing_state, meaning="State that issued it.", rules=(NotNull(),))
    document_number = replace(Inspections.document_number, meaning="Number.", rules=(NotNull(),))
    expiry_date = replace(Inspections.expiry_date, meaning="Last day of validity, where one was told.")
    persons_count = fields.counted("Persons' keys it was presented under.")
    inspections_count = fields.counted("Inspections at which it was presented.")
    first_seen_on = Column(Kind.DATE, "Day of the first.", examples=(date(2025, 12, 1),))
    last_seen_on = Column(Kind.DATE, "Day of the last.", examples=(date(2025, 12, 20),))
    reports = Column(
        _REPORTS,
        "Reports on it by time: when, kind, day of the loss, day of the withdrawal.",
        (NotNull(),),
        examples=([], [(datetime(2025, 12, 1, tzinfo=UTC), "stolen", date(2025, 11, 30), None)]),
    )
    is_reported = Column(Kind.BOOLEAN, "A report on it is in force.", (NotNull(),))
    is_valid = Column(Kind.BOOLEAN, "Neither expired nor reported; null where its last day is not known.")
    as_of_date = Column(
        Kind.DATE,
        "Day as of which it is judged: the last of all inspections; null where there are none.",
        examples=(date(2025, 12, 20),),
    )

    @staticmethod
    def build(
        inspections: Annotated[DataFrame, Inspections],
        reported: Annotated[DataFrame, LostStolenDocuments],
        keyring: DataFrame,
    ) -> DataFrame:
        seen, reports = _seen(inspections), _reports(reported, keyring)
        nought, none = F.lit(0).cast("bigint"), F.array().cast(_REPORTS)
        counted = {n: F.coalesce(n, nought) for n in ("persons_count", "inspections_count")}
        said = {n: F.coalesce(n, f"_{n}") for n in ("document_type", "issuing_state", "document_number")}
        last_day = F.broadcast(inspections.agg(F.max("inspected_on").alias("as_of_date")))
        both = seen.join(reports, "document_key", "full").crossJoin(last_day)
        both = both.withColumns(counted | said | {"reports": F.coalesce("reports", none)})
        judged = both.withColumn("is_reported", F.exists("reports", lambda r: r["withdrawn_on"].isNull()))
        valid = F.when(F.col("is_reported"), False).otherwise(F.col("expiry_date") >= F.col("as_of_date"))
        return judged.withColumn("is_valid", valid).select(*Documents.columns())


def _seen(inspections: DataFrame) -> DataFrame:
    presented = inspections.where("document_key IS NOT NULL")
    newest = {
        n: F.max_by(n, F.when(F.col(n).isNotNull(), F.col("inspected_at_utc")))
        for n in ("document_type", "issuing_state", "document_number", "expiry_date")
    }
    return presented.groupBy("document_key").agg(
        *(value.alias(name) for name, value in newest.items()),
        F.count_distinct("person_key").alias("persons_count"),
        F.count("*").alias("inspections_count"),
        *(F.min("inspected_on").alias("first_seen_on"), F.max("inspected_on").alias("last_seen_on")),
    )


def _reports(reported: DataFrame, keyring: DataFrame) -> DataFrame:
    """Reports per document, each as its newest record tells it."""
    written = reading.moment(F.col("reported_at"))
    of_report = Window.partitionBy("report_id").orderBy(F.desc("_written"), F.desc("withdrawn_on"), "source_line")
    newest = reported.withColumn("_written", written).withColumn("_place", F.row_number().over(of_report))
    first = newest.withColumn("reported_at_utc", F.min("_written").over(Window.partitionBy("report_id")))
    state = reading.state(F.col("issuing_state"))
    keyed = with_document_key(first.where("_place = 1"), keyring, state, F.col("document_number"))
    kind = F.when(F.col("kind").isin(*REPORT_KINDS), F.col("kind"))
    days = (reading.iso_day(n).alias(n) for n in ("lost_on", "withdrawn_on"))
    told = keyed.withColumns(
        {"_report": F.struct("reported_at_utc", kind.alias("report_kind"), *days), "issuing_state": state}
    )
    said = (F.max(n).alias(f"_{n}") for n in ("document_type", "issuing_state", "document_number"))
    return told.groupBy("document_key").agg(F.array_sort(F.collect_list("_report")).alias("reports"), *said)
