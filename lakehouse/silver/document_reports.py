"""Travel documents that were reported lost, stolen or revoked."""

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
REPORTS = "array<struct<reported_at_utc:timestamp,report_kind:string,lost_on:date,withdrawn_on:date>>"


class DocumentReports(Silver):
    """Each row tells of one travel document that was reported: which it is, and every report on it.

    A report counts from when it was first written until its withdrawal, and as
    its newest record tells it. Reports whose document cannot be told are refused.
    """

    owner = "document-desk"
    grain = "one row per document that was reported"
    key = ("document_key",)
    fresh_within = timedelta(days=2)
    authority = "ICAO Doc 9303-2: reports of lost and stolen documents; docs/feeds.md"
    pii_purpose = "lists of bans and watchlists name documents by number: to match them takes the number"
    ignored = {"report_id": "tells one report's records from another's and nothing else"}
    rules = (Holds("size(reports) > 0", "a document that was reported has a report"),)

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
    reports = Column(
        REPORTS,
        "Reports on it by time: when, kind, day of the loss, day of the withdrawal.",
        (NotNull(),),
        examples=([(datetime(2025, 12, 1, tzinfo=UTC), "stolen", date(2025, 11, 30), None)],),
    )

    @staticmethod
    def build(reported: Annotated[DataFrame, LostStolenDocuments], keyring: DataFrame) -> DataFrame:
        written = reading.moment(F.col("reported_at"))
        of_report = Window.partitionBy("report_id").orderBy(F.desc("_written"), F.desc("withdrawn_on"), "source_line")
        newest = reported.withColumn("_written", written).withColumn("_place", F.row_number().over(of_report))
        first = newest.withColumn("reported_at_utc", F.min("_written").over(Window.partitionBy("report_id")))
        state = reading.state(F.col("issuing_state"))
        keyed = with_document_key(first.where("_place = 1"), keyring, state, F.col("document_number"))
        kind = F.when(F.col("kind").isin(*REPORT_KINDS), F.col("kind"))
        days = (reading.iso_day(n).alias(n) for n in ("lost_on", "withdrawn_on"))
        report = F.struct("reported_at_utc", kind.alias("report_kind"), *days)
        told = keyed.withColumns({"_report": report, "issuing_state": state})
        return told.groupBy("document_key").agg(
            *(F.max(n).alias(n) for n in ("document_type", "issuing_state", "document_number")),
            F.array_sort(F.collect_list("_report")).alias("reports"),
        )
