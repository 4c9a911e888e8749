"""Travel documents as they were presented and reported."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Annotated

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from lakehouse import fields
from lakehouse.declare import Column, Holds, Kind, NotNull, Silver
from lakehouse.silver.document_reports import REPORTS, DocumentReports
from lakehouse.silver.inspections import Inspections

_SAID = ("document_type", "issuing_state", "document_number")
_TOLD = (*_SAID, "expiry_date")


class Documents(Silver):
    """Each row tells of one travel document: whose it is, until when it is valid, where it was seen and reported.

    A document is its issuing state and number. What it says is taken from the
    newest inspection that tells it; documents that were reported and never
    presented have a row too, for they may be. Several ``persons_count`` are a
    finding, not a fault: the document was used by others, or one person's
    name was mistyped (``gold.document_alert`` tells where).

    Whether a document is valid on a day follows from its last day and its reports;
    that is asked where a day is given, so that no row here changes as days pass.
    """

    owner = "document-desk"
    grain = "one row per document"
    key = ("document_key",)
    fresh_within = timedelta(days=2)
    authority = "ICAO Doc 9303; reports of lost and stolen documents (Doc 9303-2; docs/feeds.md)"
    pii_purpose = "lists of bans and watchlists name documents by number: to match them takes the number"
    rebuilt_by = "document_key"
    indexed = ("issuing_state",)
    rules = (
        Holds("(inspections_count = 0) = (first_seen_on IS NULL)", "what was inspected was seen on a day"),
        Holds("first_seen_on <= last_seen_on", "it is not seen last before it is seen first"),
        Holds("is_reported <= (size(reports) > 0)", "what is reported has a report"),
    )

    document_key = DocumentReports.document_key
    document_type = Inspections.document_type
    issuing_state = DocumentReports.issuing_state
    document_number = DocumentReports.document_number
    expiry_date = replace(Inspections.expiry_date, meaning="Last day of validity, where one was told.")
    persons_count = fields.counted("Persons' keys it was presented under.")
    inspections_count = fields.counted("Inspections at which it was presented.")
    first_seen_on = Column(Kind.DATE, "Day of the first.", examples=(date(2025, 12, 1),))
    last_seen_on = Column(Kind.DATE, "Day of the last.", examples=(date(2025, 12, 20),))
    reports = replace(DocumentReports.reports, examples=([], *DocumentReports.reports.examples))
    is_reported = Column(Kind.BOOLEAN, "A report on it is in force.", (NotNull(),))

    @staticmethod
    def build(
        inspections: Annotated[DataFrame, Inspections], reported: Annotated[DataFrame, DocumentReports]
    ) -> DataFrame:
        presented = inspections.where("document_key IS NOT NULL")
        newest = {n: F.max_by(n, F.when(F.col(n).isNotNull(), F.col("inspected_at_utc"))) for n in _TOLD}
        seen = presented.groupBy("document_key").agg(
            *(value.alias(name) for name, value in newest.items()),
            F.count_distinct("person_key").alias("persons_count"),
            F.count("*").alias("inspections_count"),
            *(F.min("inspected_on").alias("first_seen_on"), F.max("inspected_on").alias("last_seen_on")),
        )
        reports = reported.withColumnsRenamed({n: f"_{n}" for n in _SAID})
        counted = {n: F.coalesce(n, F.lit(0).cast("bigint")) for n in ("persons_count", "inspections_count")}
        said = {n: F.coalesce(n, f"_{n}") for n in _SAID}
        both = seen.join(reports, "document_key", "full").withColumns(
            counted | said | {"reports": F.coalesce("reports", F.array().cast(REPORTS))}
        )
        in_force = F.exists("reports", lambda r: r["withdrawn_on"].isNull())
        return both.withColumn("is_reported", in_force).select(*Documents.columns())
