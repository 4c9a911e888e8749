"""What the programme costs, aim by aim and year by year, and what came of it."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Annotated

from pyspark.sql import Column as SparkColumn
from pyspark.sql import DataFrame, Window
from pyspark.sql import functions as F

from lakehouse import fields
from lakehouse.declare import Between, Column, Gold, Holds, Kind, NotNull, OneOf, Unit
from lakehouse.privacy import withhold_thin_rows
from lakehouse.silver.budget_lines import ROC_OFFSET, BudgetLines
from lakehouse.silver.inspections import Inspections

#: Aim that each item of the plan serves. The plan does not divide its analytics among refusing suspects at
#: the border, stopping wanted persons at exit and tracking those admitted, so neither does this.
AIMS = {
    "building_the_analytics": "screening_and_tracking",
    "green_cloud_data_centre": "uninterrupted_green_platform",
    "planning_and_design": "planning",
    "all": "all",
}
#: Aims that benefits are counted for.
_BENEFITING = ("screening_and_tracking", "all")
#: Benefits that silver.inspections tells, each with the condition on an inspection.
INSPECTED = {
    "entries_refused_count": "direction = 'entry' AND outcome = 'refused'",
    "exits_stopped_count": "direction = 'exit' AND outcome = 'stopped'",
}


def _amount(meaning: str) -> Column:
    return Column(Kind.LONG, meaning, (Between(-(10**9), 10**9),), Unit.THOUSAND_TWD)


class ProgrammeCostBenefit(Gold):
    """Each row tells what one aim of the programme was planned to cost in one year, and what is counted as its benefit.

    Amounts are in thousand NT$ and stand as plan and budget state them. Only the
    programme as a whole ('all') was allotted money, spends and takes income. Its
    plan and its allotment differ by 1,709 in 2021, cut at review: the difference
    is a column, and neither is mended by the other; nor is the plan's stated sum
    by that of its items. Spending is null where it is not known. The alternative
    is to go on within the existing budget, which costs nothing more, so that all
    that is allotted is the price of the programme. Fees for documents are the
    agency's income beside it: taken where a year is over, else estimated, and
    estimated over all years together.

    A benefit is counted from the other datasets, in years of which they tell: a
    year without data has null, never nought. ``inspection_days_count`` says of how
    many days inspections tell. Benefits are events, not money: nobody states a
    price for a fugitive stopped. Fewer than ten events of a year are withheld.
    """

    owner = "programme-office"
    grain = "one row per aim and year"
    key = ("aim", "year")
    fresh_within = timedelta(days=2)
    authority = "The programme's plan and budget; US OMB Circular A-94: costs and benefits beside an alternative"
    rules = (
        Holds(f"year = roc_year + {ROC_OFFSET}", "both calendars name the same year"),
        Holds(
            "plan_less_allotment_thousand_twd = planned_thousand_twd - allotted_thousand_twd",
            "the difference is that of what is shown",
        ),
        Holds("aim = 'all' OR allotted_thousand_twd IS NULL", "money is allotted to the whole"),
    )

    aim = Column(Kind.STRING, "Aim, or all.", (NotNull(), OneOf(tuple(AIMS.values()))))
    year = Column(Kind.INT, "Year of the common era.", (NotNull(), Between(1991, 2100)), Unit.YEAR)
    roc_year = Column(Kind.INT, "Year of the Republic's calendar.", (NotNull(), Between(80, 189)), Unit.YEAR)
    planned_thousand_twd = _amount("Planned, capital and current, as the plan states it.")
    planned_items_thousand_twd = _amount("Sum of the plan's items; of all alone.")
    allotted_thousand_twd = _amount("Allotted by the budget.")
    plan_less_allotment_thousand_twd = _amount("Planned less allotted.")
    spent_thousand_twd = _amount("Spent; null where not known.")
    alternative_thousand_twd = _amount("What going on within the existing budget costs on top: nothing.")
    allotment_over_alternative_thousand_twd = _amount("Allotted less what the alternative costs.")
    fee_income_thousand_twd = _amount("Fees taken for documents.")
    fee_estimate_thousand_twd = _amount("Fees estimated for the year.")
    fee_estimate_of_all_years_thousand_twd = _amount("Fees estimated for all years together.")
    inspection_days_count = fields.counted_unless_thin("Days of the year that inspections tell of.")
    entries_refused_count = fields.counted_unless_thin("Entries refused at the border.")
    exits_stopped_count = fields.counted_unless_thin("Departures stopped at exit.")

    @staticmethod
    def build(lines: Annotated[DataFrame, BudgetLines], inspections: Annotated[DataFrame, Inspections]) -> DataFrame:
        rows = _costs(lines)
        for benefit in (_by_year(inspections, "inspected_on", INSPECTED, "inspection_days_count"),):
            rows = rows.join(benefit, ["aim", "year"], "full")
        difference = F.col("planned_thousand_twd") - F.col("allotted_thousand_twd")
        alternative = F.when(F.col("planned_thousand_twd").isNotNull() & (F.col("aim") == "all"), 0)
        told = rows.withColumns(
            {
                "roc_year": F.col("year") - ROC_OFFSET,
                "plan_less_allotment_thousand_twd": difference,
                "alternative_thousand_twd": alternative,
                "allotment_over_alternative_thousand_twd": F.col("allotted_thousand_twd") - alternative,
            }
        )
        for count in INSPECTED:
            told = withhold_thin_rows(told, count, [count])
        return told


def _costs(lines: DataFrame) -> DataFrame:
    """Amounts by aim and year, each kind in a column; null where there is no line."""
    aim = F.lit("all")
    for item, found in AIMS.items():
        aim = F.when(F.col("item") == item, found).otherwise(aim)
    kinds = {
        "planned_thousand_twd": "kind = 'plan' AND basis = 'stated'",
        "planned_items_thousand_twd": "kind = 'plan' AND basis = 'summed'",
        "allotted_thousand_twd": "kind = 'allotment'",
        "spent_thousand_twd": "kind = 'spent'",
        "fee_income_thousand_twd": "kind = 'income' AND basis = 'actual'",
        "fee_estimate_thousand_twd": "kind = 'income' AND basis = 'estimate'",
    }
    known = lines.where(F.col("item").isin(*AIMS) | (F.col("kind") == "income"))
    sums = (F.sum(_where(condition)).alias(name) for name, condition in kinds.items())
    costs = known.groupBy(aim.alias("aim"), "year").agg(*sums)
    together = F.sum("fee_estimate_thousand_twd").over(Window.partitionBy("aim"))
    is_estimated = F.col("fee_estimate_thousand_twd").isNotNull()
    return costs.withColumn("fee_estimate_of_all_years_thousand_twd", F.when(is_estimated, together))


def _where(condition: str) -> SparkColumn:
    return F.when(F.expr(condition), F.col("amount_thousand_twd"))


def _by_year(records: DataFrame, day: str, benefits: Mapping[str, str], days: str) -> DataFrame:
    """How many ``records`` meet each condition, by the year of ``day``, for the aims that benefit."""
    counts = (F.count_if(F.expr(condition)).alias(name) for name, condition in benefits.items())
    years = records.groupBy(F.year(day).alias("year")).agg(F.count_distinct(day).alias(days), *counts)
    return years.withColumn("aim", F.explode(F.array(*map(F.lit, _BENEFITING))))
