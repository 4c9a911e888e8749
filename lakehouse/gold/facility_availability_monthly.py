"""How much of each month the agency's services were up."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Annotated

from pyspark.sql import Column as SparkColumn
from pyspark.sql import DataFrame, Window
from pyspark.sql import functions as F

from lakehouse import fields
from lakehouse.declare import Between, Column, Gold, Holds, Kind, NotNull, OneOf, Unit
from lakehouse.services import AGENCY_ZONE, BORDER_CRITICAL, PROBE_MINUTES, SERVICES, local_month, merged
from lakehouse.silver.service_incidents import ServiceIncidents
from lakehouse.silver.service_probes import ServiceProbes

#: The programme's target, and the minutes of a year of 365 days that it leaves: 4.38 hours.
TARGET_RATIO = 0.9995
YEAR_ALLOWANCE_MINUTES = 262.8
#: A month with a smaller share of its probes made has no availability.
COVERED_AT_LEAST_RATIO = 0.9
#: The whole: down when any border-critical service is.
WHOLE = "all"


def _minutes(meaning: str, *examples: float) -> Column:
    return Column(Kind.DOUBLE, meaning, (NotNull(), Between(0, 44_640)), Unit.MINUTES, examples=examples)


class FacilityAvailabilityMonthly(Gold):
    """Each row tells how many minutes of one month one service was down, and what share of it it was up.

    Availability is the month's time less unplanned time down, over the month's
    time; beside it stands the ratio with planned work counted too. Outages that
    overlap are counted once, and time down for a planned and an unplanned reason
    is unplanned. A service is down as ``silver.service_incidents`` says: degraded
    it is not. The whole ('all') is down when any border-critical service is:
    inspection, screening or network, without which nobody can be cleared. The
    target of 99.95 % leaves 4.38 hours a year; what is left of them is counted
    over the twelve months up to this one, of which ``covered_months_count`` have
    an availability. An outage over the turn of a month is divided; months are local.

    Where fewer than nine tenths of the probes were made nobody watched: the
    month has its minutes down as far as they are known, and no availability.
    """

    owner = "data-centre"
    grain = "one row per service, or all, and month"
    key = ("service", "month_start_date")
    fresh_within = timedelta(days=2)
    authority = "ISO/IEC 20000-1:2018, 8.7.1, service availability; target: the programme's plan"
    rules = (
        Holds("unplanned_down_minutes + planned_down_minutes <= month_minutes", "no more is down than there is"),
        Holds("availability_with_planned_ratio <= availability_ratio", "planned work only takes away"),
        Holds("is_on_target = (availability_ratio >= target_ratio)", "on target is at the target or above it"),
    )

    service = Column(Kind.STRING, "Service, or all.", (NotNull(), OneOf((*SERVICES, WHOLE))))
    month_start_date = Column(
        Kind.DATE, "First day of the month.", (NotNull(),), examples=tuple(date(2025, n, 1) for n in range(1, 13))
    )
    month_minutes = _minutes("Minutes of the month.", 44_640)
    unplanned_down_minutes = _minutes("Minutes down without announcement.", 0, 18.5)
    planned_down_minutes = _minutes("Minutes down by announced work alone.", 0, 60)
    unplanned_outages_count = fields.counted("Unplanned outages that fall into the month, overlapping ones as one.")
    availability_ratio = replace(
        fields.ratio("Share of the month not down unplanned; null where it was not watched."),
        examples=(0.9999, 0.999, None),
    )
    availability_with_planned_ratio = replace(
        fields.ratio("Share of the month not down at all."), examples=(0.998, None)
    )
    target_ratio = replace(fields.ratio("The target."), examples=(TARGET_RATIO,))
    is_on_target = Column(Kind.BOOLEAN, "The month keeps the target; null where it was not watched.")
    year_unplanned_down_minutes = Column(
        Kind.DOUBLE, "Unplanned minutes in the twelve months up to this one.", (NotNull(), Between(0, 1e6)),
        Unit.MINUTES,
    )  # fmt: skip
    year_allowance_left_minutes = Column(
        Kind.DOUBLE, "What the target leaves of a year less those; below nought where it is overdrawn.",
        (NotNull(), Between(-1e6, YEAR_ALLOWANCE_MINUTES)), Unit.MINUTES,
    )  # fmt: skip
    covered_months_count = fields.counted("Months among those twelve with an availability.")
    expected_probes_count = fields.counted("Probes that the month takes; of all, those of the critical services.")
    probes_count = fields.counted("Probes that were made.")
    coverage_ratio = fields.ratio("Probes made over expected, at most 1.")

    @staticmethod
    def build(
        incidents: Annotated[DataFrame, ServiceIncidents], probes: Annotated[DataFrame, ServiceProbes]
    ) -> DataFrame:
        outages = _with_whole(incidents.where("is_down"))
        unplanned, every = merged(outages.where("NOT is_planned"), "service"), merged(outages, "service")
        down = _by_month(unplanned, "unplanned_down_minutes", "unplanned_outages_count").join(
            _by_month(every, "_down_minutes", "_outages_count"), ["service", "month_start_date"], "full"
        )
        asked = _with_whole(probes).groupBy("service", local_month(F.col("probed_at_utc")).alias("month_start_date"))
        made = asked.agg(F.count("*").alias("probes_count"))
        months = made.join(down, ["service", "month_start_date"], "full")
        counted = months.na.fill(0, ["probes_count", "unplanned_outages_count"]).na.fill(
            0.0, ["unplanned_down_minutes", "_down_minutes"]
        )
        length = F.dayofmonth(F.last_day("month_start_date")) * 1440
        expected = length / PROBE_MINUTES * F.when(F.col("service") == WHOLE, len(BORDER_CRITICAL)).otherwise(1)
        coverage = F.least(F.lit(1.0), F.col("probes_count") / expected)
        watched = coverage >= COVERED_AT_LEAST_RATIO
        told = {
            "month_minutes": length,
            "expected_probes_count": expected,
            "coverage_ratio": coverage,
            "planned_down_minutes": F.col("_down_minutes") - F.col("unplanned_down_minutes"),
            "availability_ratio": F.when(watched, 1 - F.col("unplanned_down_minutes") / length),
            "availability_with_planned_ratio": F.when(watched, 1 - F.col("_down_minutes") / length),
            "target_ratio": F.lit(TARGET_RATIO),
        }
        return _with_year(counted.withColumns(told)).select(*FacilityAvailabilityMonthly.columns())


def _with_whole(said: DataFrame) -> DataFrame:
    """What is said of services, and what is said of the critical ones as said of the whole."""
    critical = said.where(F.col("service").isin(*BORDER_CRITICAL))
    return said.unionByName(critical.withColumn("service", F.lit(WHOLE)))


def _by_month(outages: DataFrame, minutes: str, count: str) -> DataFrame:
    """Minutes of outages in each local month that they touch, and how many outages do."""
    begin, end = (F.from_utc_timestamp(n, AGENCY_ZONE) for n in ("began_at_utc", "ended_at_utc"))
    month = F.expr("INTERVAL 1 MONTH")
    months = F.sequence(F.trunc(begin, "month"), F.trunc(end, "month"), month)
    divided = outages.select(
        "service", begin.alias("_begin"), end.alias("_end"), F.explode(months).alias("month_start_date")
    )
    first = F.col("month_start_date").cast("timestamp")
    within = F.unix_seconds(F.least("_end", F.add_months("month_start_date", 1).cast("timestamp"))) - F.unix_seconds(
        F.greatest("_begin", first)
    )
    parts = divided.withColumn("_minutes", within / 60).where("_minutes > 0")
    return parts.groupBy("service", "month_start_date").agg(F.sum("_minutes").alias(minutes), F.count("*").alias(count))


def _with_year(months: DataFrame) -> DataFrame:
    number: SparkColumn = F.year("month_start_date") * 12 + F.month("month_start_date")
    year = Window.partitionBy("service").orderBy(number).rangeBetween(-11, 0)
    used = F.sum("unplanned_down_minutes").over(year)
    return months.withColumns(
        {
            "is_on_target": F.col("availability_ratio") >= F.col("target_ratio"),
            "year_unplanned_down_minutes": used,
            "year_allowance_left_minutes": F.lit(YEAR_ALLOWANCE_MINUTES) - used,
            "covered_months_count": F.count("availability_ratio").over(year),
        }
    )
