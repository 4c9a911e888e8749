"""Inbound visitors by country of residence, purpose and month."""

from datetime import date, timedelta
from typing import Annotated

from pyspark.sql import Column as SparkColumn
from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from lakehouse import fields
from lakehouse.declare import Between, Column, DateBetween, Gold, Holds, Kind, NotNull, Unit
from lakehouse.privacy import THIN_BELOW, pool_thin_cells
from lakehouse.silver.stays import Stays

#: Treaty traders and investors, admitted to work for an enterprise of the border state (8 CFR 214.2(e));
#: workers whom Taiwan admits under the Employment Service Act, art. 46; crews, who are in their usual environment.
EMPLOYED_CLASSES = ("E1", "E2", "migrant_worker", "professional", "crew")
#: Class of those who live in the border state, whatever residence they declare.
RESIDENT_CLASS = "resident"

#: Stands for all who are no visitors; pooled apart, so that they lend no cover to thin countries.
NOT_VISITORS = "not_visitors"
_PER = ("border_state", "purpose", "month_start_date", "as_of_date", "is_visit")


class InboundVisitorProfile(Gold):
    """Each row tells how many visitors from one country came in a month for one purpose, and for how long.

    A visitor comes from outside for less than a year and for any purpose but to
    be employed by a resident entity (UN IRTS 2008, 2.9), and is counted by
    country of residence, not nationality (Compilation Guide, 2.102). Visits are
    counted, not persons. The length is that of the stay where it has ended, else
    that which is authorised, or already reached; a student who has left within
    the year is a visitor too. All others stand in one row, 'not_visitors', for
    each purpose and month: residents of the border state, the employed, long
    stays, and open stays whose length nothing tells.

    Nights are those of stays that have ended; the open ones are counted beside
    them, and as they are the longer ones the mean is too low until all have
    ended. Countries of fewer than ten visitors are put together as 'withheld',
    and nights of fewer than ten ended stays are not shown.
    """

    owner = "tourism-desk"
    grain = "one row per border state, country of residence, purpose and month of arrival"
    key = ("border_state", "residence_country", "purpose", "month_start_date")
    fresh_within = timedelta(days=7)
    authority = "UN International Recommendations for Tourism Statistics 2008"
    indexed = ("month_start_date",)
    rules = (
        Holds(
            "admissions_count = visitors_count + residents_count + employed_count"
            " + long_stays_count + length_unknown_count",
            "an admission is a visitor's or left out for one reason",
        ),
        Holds("visitors_count = completed_stays_count + open_stays_count", "a visit has ended or is open"),
        Holds("same_day_visits_count <= completed_stays_count", "a visit of a day has ended"),
    )

    border_state = fields.border_state
    residence_country = fields.pooled(fields.residence_country, NOT_VISITORS)
    purpose = fields.purpose
    month_start_date = Column(
        Kind.DATE,
        "First day of the month of arrival.",
        (NotNull(), DateBetween(date(1990, 1, 1), date(2100, 1, 1))),
    )
    as_of_date = Stays.as_of_date
    cells_count = fields.cells_count
    admissions_count = fields.counted_unless_thin("All admissions of the row; null where they are fewer than ten.")
    visitors_count = fields.counted_unless_thin("Visits: admissions of visitors.")
    completed_stays_count = fields.counted_unless_thin("Visits that have ended.")
    open_stays_count = fields.counted_unless_thin("Visits without a recorded end.")
    same_day_visits_count = fields.counted_unless_thin("Visits that ended without a night (IRTS 2.13).")
    total_nights = Column(Kind.LONG, "Nights of the visits that have ended.", (Between(0, 10**12),), Unit.NIGHTS)
    mean_nights = Column(Kind.DOUBLE, "Nights for each visit that has ended.", (Between(0, 366),), Unit.NIGHTS)
    residents_count = fields.counted_unless_thin("Left out: residents of the border state.")
    employed_count = fields.counted_unless_thin("Left out: admitted to work for a resident entity, and crews.")
    long_stays_count = fields.counted_unless_thin("Left out: stays of a year or more, had or authorised.")
    length_unknown_count = fields.counted_unless_thin("Left out: open stays without a deadline.")

    @staticmethod
    def build(stays: Annotated[DataFrame, Stays]) -> DataFrame:
        judged = stays.withColumn("left_out", _left_out())
        is_visit, nights = F.col("left_out").isNull(), F.datediff("exited_on", "entered_on")
        country = F.when(is_visit, F.col("residence_country")).otherwise(NOT_VISITORS)
        cells = judged.groupBy(
            *("border_state", "purpose", "as_of_date"),
            F.trunc("entered_on", "month").alias("month_start_date"),
            is_visit.alias("is_visit"),
            country.alias("residence_country"),
        ).agg(
            F.count("*").alias("admissions_count"),
            *(F.count_if(where).alias(name) for name, where in _counts(is_visit, nights).items()),
            F.coalesce(F.sum(F.when(is_visit, nights)), F.lit(0)).alias("nights"),
        )
        sums = [*_counts(is_visit, nights), "nights"]
        shown = pool_thin_cells(cells, "residence_country", "admissions_count", sums, _PER)
        enough = F.col("completed_stays_count") >= THIN_BELOW
        named = F.when(F.col("is_visit"), F.col("residence_country")).otherwise(NOT_VISITORS)
        return shown.withColumns(
            {
                "residence_country": named,
                "total_nights": F.when(enough, F.col("nights")),
                "mean_nights": F.when(enough, F.try_divide("nights", "completed_stays_count")),
            }
        ).drop("nights", "is_visit")


def _counts(is_visit: SparkColumn, nights: SparkColumn) -> dict[str, SparkColumn]:
    reasons = ("residents", "employed", "long_stays", "length_unknown")
    return {
        "visitors_count": is_visit,
        "completed_stays_count": is_visit & nights.isNotNull(),
        "open_stays_count": is_visit & nights.isNull(),
        "same_day_visits_count": is_visit & (nights == 0),
        **{f"{reason}_count": F.col("left_out") == reason for reason in reasons},
    }


def _left_out() -> SparkColumn:
    """Why an admission is no visitor's; null where it is one."""
    end = F.coalesce("exited_on", F.greatest("as_of_date", "authorised_until"))
    return (
        F.when(F.col("residence_country") == F.col("border_state"), "residents")
        .when(F.col("class_of_admission") == RESIDENT_CLASS, "residents")
        .when(F.col("class_of_admission").isin(*EMPLOYED_CLASSES), "employed")
        .when(end >= F.add_months("entered_on", 12), "long_stays")
        .when(F.col("exited_on").isNull() & F.col("authorised_until").isNull(), "length_unknown")
    )
