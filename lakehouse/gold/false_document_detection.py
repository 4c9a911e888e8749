"""False documents detected, over documents inspected."""

from datetime import date, timedelta
from typing import Annotated

from pyspark.sql import Column as SparkColumn
from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from lakehouse import fields
from lakehouse.declare import Between, Column, DateBetween, Gold, Holds, Kind, NotNull, OneOf, Unit
from lakehouse.privacy import pool_thin_cells
from lakehouse.silver.inspections import Inspections
from lakehouse.silver.referrals import DETECTION_POINTS, Referrals

#: Findings that are frauds with documents, each with the column that counts it.
FRAUDS = {
    "false_document": "counterfeits_count",
    "altered_document": "alterations_count",
    "impostor": "impostors_count",
    "fraudulently_obtained": "fraudulently_obtained_count",
}
_POINTS = {point: f"detected_at_{point}_count" for point in DETECTION_POINTS}
_COUNTS = ("detections_count", *_POINTS.values(), "detected_elsewhere_count", *FRAUDS.values())
_CELL = ("document_type", "month_start_date")


class FalseDocumentDetection(Gold):
    """Each row tells how many false documents of a type were detected in a month, by claimed nationality.

    As the risk analysis of the European Union reports document fraud: detections
    by the nationality that the holder claims, which need not be the true one, by
    type of document, by place of detection and by kind of fraud (counterfeit,
    altered, impostor with another's document, genuine but fraudulently
    obtained). A case at secondary inspection is one document and one detection,
    in the month of its referral. Beside it stand all documents inspected at
    primary control, entries and exits, by the nationality on them.

    Nationalities of which fewer than ten documents of the type were inspected in
    the month are put together as 'withheld'; the counts are null where even all
    together are fewer. Left out: documents found false elsewhere than at the border.
    """

    owner = "document-desk"
    grain = "one row per claimed nationality, type of document and month"
    key = ("claimed_nationality", *_CELL)
    fresh_within = timedelta(days=2)
    authority = (
        "Frontex, European Union Document-Fraud Risk Analysis Network (EDF-RAN): detections of fraudulent documents"
    )
    indexed = ("month_start_date",)
    rules = (
        Holds(
            f"detections_count = {' + '.join(_POINTS.values())} + detected_elsewhere_count",
            "a detection has one point or none on record",
        ),
        Holds(f"detections_count = {' + '.join(FRAUDS.values())}", "a detection is of one kind of fraud"),
    )

    claimed_nationality = fields.pooled(Referrals.claimed_nationality)
    document_type = Column(
        Kind.STRING,
        "P passport, V visa, I identity or travel card, C crew certificate.",
        (NotNull(), OneOf(("P", "V", "I", "C", "not_recorded"))),
    )
    month_start_date = Column(
        Kind.DATE, "First day of the month.", (NotNull(), DateBetween(date(1990, 1, 1), date(2100, 1, 1)))
    )
    cells_count = fields.cells_count
    documents_inspected_count = fields.counted_unless_thin("Documents inspected; null where they are fewer than ten.")
    detections_count = fields.counted_unless_thin("False documents detected.")
    detected_at_e_gate_count = fields.counted_unless_thin("Of them at an e-Gate.")
    detected_at_primary_count = fields.counted_unless_thin("Of them at primary control.")
    detected_at_secondary_count = fields.counted_unless_thin("Of them at secondary inspection.")
    detected_at_exit_count = fields.counted_unless_thin("Of them at the exit control.")
    detected_elsewhere_count = fields.counted_unless_thin("Of them where no point is recorded.")
    counterfeits_count = fields.counted_unless_thin("Of them wholly false.")
    alterations_count = fields.counted_unless_thin("Of them genuine and altered.")
    impostors_count = fields.counted_unless_thin("Of them genuine, used by another.")
    fraudulently_obtained_count = fields.counted_unless_thin("Of them genuine, issued on false grounds.")
    detections_per_100_000 = Column(
        Kind.DOUBLE, "Detections per 100,000 documents inspected.", (Between(0, 10**7),), Unit.PER_100_000
    )

    @staticmethod
    def build(referrals: Annotated[DataFrame, Referrals], inspections: Annotated[DataFrame, Inspections]) -> DataFrame:
        frauds = referrals.where(F.col("finding").isin(*FRAUDS))
        detected = frauds.groupBy("claimed_nationality", *_cell("referred_on")).agg(*_detections())
        presented = inspections.groupBy(F.col("nationality").alias("claimed_nationality"), *_cell("inspected_on"))
        inspected = presented.agg(F.count("*").alias("documents_inspected_count"))
        counts = ["documents_inspected_count", *_COUNTS]
        cells = inspected.join(detected, ["claimed_nationality", *_CELL], "full").fillna(0, counts)
        shown = pool_thin_cells(cells, "claimed_nationality", "documents_inspected_count", _COUNTS, _CELL)
        share = F.col("detections_count") / F.nullif(F.col("documents_inspected_count"), F.lit(0))
        return shown.withColumn("detections_per_100_000", share * 100_000)


def _cell(day: str) -> list[SparkColumn]:
    return [
        F.coalesce("document_type", F.lit("not_recorded")).alias("document_type"),
        F.trunc(day, "month").alias("month_start_date"),
    ]


def _detections() -> list[SparkColumn]:
    return [
        F.count("*").alias("detections_count"),
        *(F.count_if(F.col("detection_point") == point).alias(name) for point, name in _POINTS.items()),
        F.count_if(F.col("detection_point").isNull()).alias("detected_elsewhere_count"),
        *(F.count_if(F.col("finding") == fraud).alias(name) for fraud, name in FRAUDS.items()),
    ]
