"""How much of the data centre's energy reaches its IT, by month."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Annotated

from pyspark.sql import Column as SparkColumn
from pyspark.sql import DataFrame, Window
from pyspark.sql import functions as F

from lakehouse import fields
from lakehouse.counters import METER_MINUTES
from lakehouse.declare import Between, Column, Gold, Holds, Kind, NotNull, OneOf, Unit
from lakehouse.services import local_month
from lakehouse.silver.facility_readings import FacilityReadings

#: The programme's target.
TARGET_RATIO = 1.6
#: A month with a smaller share of its intervals known has no PUE.
COVERED_AT_LEAST_RATIO = 0.9
#: What ids of IT meters say of where they measure, and the category of PUE that follows: the lowest counts.
CATEGORIES = {"UPS": "PUE1", "PDU": "PUE2", "(RACK|SERVER)": "PUE3"}


def _pue(meaning: str, *examples: float | None) -> Column:
    return Column(Kind.DOUBLE, meaning, (Between(1, 100),), Unit.RATIO, examples=examples)


def _counted(meaning: str, example: int) -> Column:
    return replace(fields.counted(meaning), examples=(example,))


def _energy(meaning: str) -> Column:
    return Column(Kind.DOUBLE, meaning, (NotNull(), Between(0, 1e12)), Unit.KWH)


class FacilityPueMonthly(Gold):
    """Each row tells the data centre's power usage effectiveness in one month: energy in all over energy of its IT.

    PUE after ISO/IEC 30134-2. The category says where IT energy is measured: PUE1
    at the output of uninterruptible supplies (UPS), PUE2 at that of distribution
    units (PDU), PUE3 at the equipment; it is read from the ids of the meters, and
    the lowest among them counts. An interval counts in which every total meter and every IT meter
    is known, so that both sides speak of the same time; a meter belongs to every
    month from its first reading on. Intervals are metered, estimated (a reading
    of them is), shared (from the known sum of a gap) or missing, which are left
    out of both sides. Below nine tenths of the month there is no PUE, nor where
    IT seems to use more than all. The standard's figure is that of a year: it is
    given where twelve months are covered, else how many are. Months are the
    agency's, by local time.

    Meters of cooling and other loads are parts of the total and are not needed.
    Servers that report power themselves stand behind other meters; their hours
    are counted as left out.
    """

    owner = "data-centre"
    grain = "one row per month"
    key = ("month_start_date",)
    fresh_within = timedelta(days=2)
    authority = "ISO/IEC 30134-2:2016, power usage effectiveness; target: the programme's plan"
    rules = (
        Holds(
            "expected_intervals_count = metered_intervals_count + estimated_intervals_count"
            " + shared_intervals_count + missing_intervals_count",
            "an interval is metered, estimated, shared or missing",
        ),
        Holds("(pue_ratio IS NULL) = (missing_reason IS NOT NULL)", "there is a PUE or a reason why not"),
        Holds("(year_pue_ratio IS NULL) = (covered_months_count < 12)", "a year's figure takes twelve months"),
        Holds("is_on_target = (pue_ratio <= target_ratio)", "on target is at the target or below it"),
    )

    month_start_date = Column(
        Kind.DATE, "First day of the month.", (NotNull(),), examples=tuple(date(2025, n, 1) for n in range(1, 13))
    )
    pue_ratio = _pue("Total energy over IT energy in the month; null where it cannot be told.", 1.5, 1.7, None)
    pue_category = Column(
        Kind.STRING, "Where IT energy is measured.", (NotNull(), OneOf((*CATEGORIES.values(), "not_stated")))
    )
    missing_reason = Column(
        Kind.STRING,
        "Why there is no PUE: too few intervals known, no IT meter, or IT energy above the total.",
        (OneOf(("coverage", "no_it_energy", "contradiction")),),
        examples=("coverage", None, None),
    )
    target_ratio = _pue("The target.", TARGET_RATIO)
    is_on_target = Column(Kind.BOOLEAN, "The month keeps the target; null without a PUE.")
    total_kwh = _energy("Energy of the data centre in the intervals that count.")
    it_kwh = _energy("Energy of its IT in the same intervals.")
    expected_intervals_count = _counted("Quarters of an hour of the month.", 2976)
    metered_intervals_count = _counted("Intervals in which every meter was read.", 2900)
    estimated_intervals_count = _counted("Intervals for which a reading is estimated.", 6)
    shared_intervals_count = _counted("Intervals of gaps whose energy is known as a sum.", 30)
    missing_intervals_count = _counted("Left out: intervals in which a meter is not known.", 40)
    coverage_ratio = fields.ratio("Intervals that count over all.")
    year_pue_ratio = _pue("The same over twelve months, this the last; null unless each has a PUE.", None)
    covered_months_count = _counted("Months with a PUE among those twelve.", 7)
    server_hours_count = fields.counted("Left out: hours that servers report themselves.")

    @staticmethod
    def build(readings: Annotated[DataFrame, FacilityReadings]) -> DataFrame:
        start = F.col("interval_end_utc") - F.make_dt_interval(mins=F.col("interval_minutes"))
        placed = readings.withColumn("month_start_date", local_month(start))
        servers = placed.where("reading_kind = 'server' AND reading <> 'none'")
        hours = servers.groupBy("month_start_date").agg(F.count("*").alias("server_hours_count"))
        meters = placed.where("reading_kind = 'meter' AND category IN ('total', 'it')")
        months = _months(_intervals(meters).join(_meters_due(meters), "month_start_date"))
        ratio = F.try_divide("total_kwh", "it_kwh")
        missing = (
            F.when(F.col("coverage_ratio") < COVERED_AT_LEAST_RATIO, "coverage")
            .when(ratio.isNull(), "no_it_energy")
            .when(ratio < 1, "contradiction")
        )
        told = months.join(hours, "month_start_date", "left").withColumns(
            {
                "server_hours_count": F.coalesce("server_hours_count", F.lit(0)),
                "missing_reason": missing,
                "pue_ratio": F.when(missing.isNull(), ratio),
                "target_ratio": F.lit(TARGET_RATIO),
            }
        )
        judged = told.withColumn("is_on_target", F.col("pue_ratio") <= F.col("target_ratio"))
        return _with_year(judged).select(*FacilityPueMonthly.columns())


def _meters_due(meters: DataFrame) -> DataFrame:
    """Per month how many total and IT meters there are, and the category that the latter make."""
    known = meters.groupBy("meter_id", "category").agg(F.min("month_start_date").alias("_first"))
    months = meters.select("month_start_date").distinct()
    name, category = F.upper("meter_id"), F.lit("not_stated")
    for said, found in reversed(CATEGORIES.items()):
        category = F.when(name.rlike(f"(^|[^A-Z]){said}"), found).otherwise(category)
    is_it = F.col("category") == "it"
    due = months.join(known, F.col("_first") <= F.col("month_start_date")).groupBy("month_start_date")
    return due.agg(
        F.count_if(~is_it).alias("_total_due"),
        F.count_if(is_it).alias("_it_due"),
        # In the alphabet a category that is not stated comes before all others where one is missing.
        F.coalesce(
            F.when(F.count_if(is_it & (category == "not_stated")) == 0, F.min(F.when(is_it, category))),
            F.lit("not_stated"),
        ).alias("pue_category"),
    )


def _intervals(meters: DataFrame) -> DataFrame:
    """Per interval the energy of both sides, how many meters of each are known, and the weakest ground."""
    is_it, is_known = F.col("category") == "it", F.col("energy_kwh").isNotNull()
    return meters.groupBy("month_start_date", "interval_end_utc").agg(
        F.sum(F.when(~is_it, F.col("energy_kwh"))).alias("_total_kwh"),
        F.sum(F.when(is_it, F.col("energy_kwh"))).alias("_it_kwh"),
        F.count_if(~is_it & is_known).alias("_total_known"),
        F.count_if(is_it & is_known).alias("_it_known"),
        F.max(F.col("energy_basis") == "shared").alias("_is_shared"),
        F.max(F.col("energy_basis") == "estimated").alias("_is_estimated"),
    )


def _months(intervals: DataFrame) -> DataFrame:
    """Per month the sums of the intervals that count, and how many there are of each kind."""
    counts = (F.col("_total_known") == F.col("_total_due")) & (F.col("_it_known") == F.col("_it_due"))
    expected = F.dayofmonth(F.last_day("month_start_date")) * (24 * 60 // METER_MINUTES)
    kinds: dict[str, SparkColumn] = {
        "metered_intervals_count": counts & ~F.col("_is_shared") & ~F.col("_is_estimated"),
        "estimated_intervals_count": counts & ~F.col("_is_shared") & F.col("_is_estimated"),
        "shared_intervals_count": counts & F.col("_is_shared"),
    }
    months = intervals.groupBy("month_start_date", "pue_category").agg(
        *(F.coalesce(F.sum(F.when(counts, F.col(f"_{n}"))), F.lit(0.0)).alias(n) for n in ("total_kwh", "it_kwh")),
        *(F.count_if(where).alias(name) for name, where in kinds.items()),
    )
    known = sum((F.col(name) for name in kinds), start=F.lit(0))
    return months.withColumns(
        {
            "expected_intervals_count": expected,
            "missing_intervals_count": expected - known,
            "coverage_ratio": known / expected,
        }
    )


def _with_year(months: DataFrame) -> DataFrame:
    number = F.year("month_start_date") * 12 + F.month("month_start_date")
    year = Window.orderBy(number).rangeBetween(-11, 0)
    has = F.col("pue_ratio").isNotNull()
    covered = F.count_if(has).over(year)
    total, it = (F.sum(F.when(has, F.col(n))).over(year) for n in ("total_kwh", "it_kwh"))
    return months.withColumns(
        {"covered_months_count": covered, "year_pue_ratio": F.when(covered == 12, F.try_divide(total, it))}
    )
