"""What the programme promised, and where it stands, month by month."""

from datetime import date, timedelta
from typing import Annotated

from pyspark.sql import Column as SparkColumn
from pyspark.sql import DataFrame, Window
from pyspark.sql import functions as F

from lakehouse import fields
from lakehouse.declare import Between, Column, Gold, Holds, Kind, NotNull, OneOf, Unit
from lakehouse.gold.facility_availability_monthly import TARGET_RATIO as AVAILABILITY_TARGET_RATIO
from lakehouse.gold.facility_availability_monthly import WHOLE, FacilityAvailabilityMonthly
from lakehouse.gold.facility_pue_monthly import TARGET_RATIO as PUE_TARGET_RATIO
from lakehouse.gold.facility_pue_monthly import FacilityPueMonthly
from lakehouse.ops.dataset_service import DatasetService
from lakehouse.privacy import withhold_thin_rows
from lakehouse.services import local_month
from lakehouse.silver.inspections import Inspections

#: Each promise: what is measured in which unit, whether at most or at least, and the target.
KPIS = {
    "pue": ("ratio", "at_most", PUE_TARGET_RATIO),
    "availability": ("ratio", "at_least", AVAILABILITY_TARGET_RATIO),
    "e_gate_seconds_per_person": ("seconds", "at_most", 12.0),
    "analytic_datasets_in_service": ("count", "at_least", 30.0),
}
#: Gold tables beside the thirty analytic datasets.
NOT_ANALYTIC = ("gold.facility_pue_monthly", "gold.facility_availability_monthly")


class ProgrammeKpi(Gold):
    """Each row tells where one promise of the programme stood in one month: target, actual, and whether it was kept.

    PUE and availability are the month's, of the whole data centre and of all
    border-critical services; where too little is known of a month they have no
    actual, and nothing is said of the target. The e-Gates' seconds are the mean
    over all who passed one and were timed, at least ten. Analytic datasets are
    those of the thirty that are in service, so as ``ops.dataset_service`` last
    wrote down in the month: published, their audit held, and fresh. That target
    is of the programme's end; before it 'not on track' means not there yet.
    ``basis_count`` says what the actual rests on: quarters of an hour, probes,
    persons, datasets.
    """

    owner = "programme-office"
    grain = "one row per promise and month"
    key = ("kpi", "month_start_date")
    fresh_within = timedelta(days=2)
    authority = "The programme's plan: PUE 1.6, availability 99.95 %, e-Gates 12 seconds, 30 analytic datasets"
    after_all_gold = True
    indexed = ("month_start_date",)
    rules = (
        Holds("(actual_number IS NULL) = (is_on_track IS NULL)", "without an actual nothing is on track or off"),
        Holds(
            "is_on_track = if(comparison = 'at_most', actual_number <= target_number, actual_number >= target_number)",
            "on track is on the right side of the target",
        ),
    )

    kpi = Column(Kind.STRING, "Promise.", (NotNull(), OneOf(tuple(KPIS))))
    month_start_date = Column(Kind.DATE, "First day of the month.", (NotNull(),), examples=(date(2025, 12, 1),))
    measured_in = Column(Kind.STRING, "Unit of target and actual.", (NotNull(), OneOf(("ratio", "seconds", "count"))))
    comparison = Column(Kind.STRING, "Side of the target that keeps it.", (NotNull(), OneOf(("at_most", "at_least"))))
    target_number = Column(Kind.DOUBLE, "Target.", (NotNull(), Between(0, 10**6)), Unit.NUMBER)
    actual_number = Column(Kind.DOUBLE, "Actual; null where it cannot be told.", (Between(0, 10**6),), Unit.NUMBER)
    is_on_track = Column(Kind.BOOLEAN, "Whether the actual keeps the target.")
    basis_count = fields.counted_unless_thin("What the actual rests on; null where fewer than ten persons.")

    @staticmethod
    def build(
        pue: Annotated[DataFrame, FacilityPueMonthly],
        availability: Annotated[DataFrame, FacilityAvailabilityMonthly],
        inspections: Annotated[DataFrame, Inspections],
        checks: Annotated[DataFrame, DatasetService],
    ) -> DataFrame:
        counted = F.col("expected_intervals_count") - F.col("missing_intervals_count")
        whole = availability.where(F.col("service") == WHOLE)
        told = (
            _told("pue", pue, "pue_ratio", counted)
            .unionByName(_told("availability", whole, "availability_ratio", F.col("probes_count")))
            .unionByName(_e_gates(inspections))
            .unionByName(_datasets(checks))
        )
        promised = told.withColumns(
            {name: _promised(place) for place, name in enumerate(("measured_in", "comparison", "target_number"))}
        )
        actual, target = F.col("actual_number"), F.col("target_number")
        kept = F.when(F.col("comparison") == "at_most", actual <= target).otherwise(actual >= target)
        return promised.withColumn("is_on_track", kept)


def _told(kpi: str, months: DataFrame, actual: str, basis: SparkColumn) -> DataFrame:
    return months.select(
        F.lit(kpi).alias("kpi"),
        "month_start_date",
        F.col(actual).cast("double").alias("actual_number"),
        basis.alias("basis_count"),
    )


def _promised(place: int) -> SparkColumn:
    """What the promise of a row says at ``place``."""
    found = F.lit(None)
    for kpi, promise in KPIS.items():
        found = F.when(F.col("kpi") == kpi, promise[place]).otherwise(found)
    return found


def _e_gates(inspections: DataFrame) -> DataFrame:
    timed = inspections.where("lane = 'e_gate' AND inspection_seconds IS NOT NULL")
    months = timed.groupBy(F.trunc("inspected_on", "month").alias("month_start_date")).agg(
        F.avg("inspection_seconds").alias("_seconds"), F.count("*").alias("_persons")
    )
    shown = withhold_thin_rows(months, "_persons", ["_persons", "_seconds"])
    return _told("e_gate_seconds_per_person", shown, "_seconds", F.col("_persons"))


def _datasets(checks: DataFrame) -> DataFrame:
    """Per month with a check how many datasets were in service by the last check up to its end."""
    analytic = checks.where(~F.col("dataset").isin(*NOT_ANALYTIC))
    dated = analytic.withColumn("_month", local_month(F.col("checked_at_utc")))
    months = dated.select(F.col("_month").alias("month_start_date")).distinct()
    last = Window.partitionBy("month_start_date", "dataset").orderBy(F.desc("checked_at_utc"), F.desc("version_number"))
    known = months.join(dated, F.col("_month") <= F.col("month_start_date"))
    standing = known.withColumn("_place", F.row_number().over(last)).where("_place = 1")
    counted = standing.groupBy("month_start_date").agg(
        F.count_if("is_in_service").alias("_in_service"), F.count("*").alias("_known")
    )
    return _told("analytic_datasets_in_service", counted, "_in_service", F.col("_known"))
