"""Plan, allotment, spending and income of the programme, as lines."""

from datetime import timedelta
from typing import Annotated

from pyspark.sql import Column as SparkColumn
from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from lakehouse import reading
from lakehouse.bronze.budget_allotment import BudgetAllotment
from lakehouse.bronze.budget_income import BudgetIncome
from lakehouse.bronze.budget_plan import BudgetPlan
from lakehouse.declare import Between, Column, Holds, Kind, NotNull, OneOf, Silver, Unit

#: The Republic's calendar counts 1912 as its first year.
ROC_OFFSET = 1911
KINDS = ("plan", "allotment", "spent", "income")
BASES = ("stated", "summed", "actual", "estimate")


class BudgetLines(Silver):
    """Each row tells one amount of the programme's budget: planned, allotted, spent or taken, for one item and year.

    Amounts stand as their source states them. The plan's items are also summed
    here (basis 'summed'), beside the sum that the plan states itself, and
    neither mends the other; nor does what was allotted, which in 2021 was 1,709
    less than planned. Spending that is not known has no line. Years are those of
    the Republic's calendar and, 1911 more, of the common era.
    """

    owner = "programme-office"
    grain = "one row per kind, item, expenditure, year and basis"
    key = ("kind", "item", "expenditure", "roc_year", "basis")
    fresh_within = timedelta(days=400)
    authority = "The programme's plan and budget, in thousand NT$"
    rules = (
        Holds(f"year = roc_year + {ROC_OFFSET}", "both calendars name the same year"),
        Holds("basis <> 'summed' OR (kind = 'plan' AND item = 'all')", "only the plan's items are summed"),
    )

    kind = Column(Kind.STRING, "What the amount is.", (NotNull(), OneOf(KINDS)))
    item = Column(
        Kind.STRING,
        "Item of the plan, kind of income, or all.",
        (NotNull(),),
        examples=("planning_and_design", "building_the_analytics", "green_cloud_data_centre", "all", "document_fees"),
    )
    expenditure = Column(
        Kind.STRING, "Capital or current; all where it is not told.", (NotNull(), OneOf(("capital", "current", "all")))
    )
    roc_year = Column(
        Kind.INT, "Year of the Republic's calendar.", (NotNull(), Between(80, 189)), Unit.YEAR, examples=(108, 109, 110)
    )
    year = Column(
        Kind.INT, "Year of the common era.", (NotNull(), Between(1991, 2100)), Unit.YEAR, examples=(2019, 2020, 2021)
    )
    basis = Column(
        Kind.STRING,
        "stated: as the source says; summed: of the plan's items; of income, actual or estimate.",
        (NotNull(), OneOf(BASES)),
    )
    amount_thousand_twd = Column(
        Kind.LONG, "Amount in thousand NT$.", (NotNull(), Between(0, 10**9)), Unit.THOUSAND_TWD
    )

    @staticmethod
    def build(
        plan: Annotated[DataFrame, BudgetPlan],
        allotment: Annotated[DataFrame, BudgetAllotment],
        income: Annotated[DataFrame, BudgetIncome],
    ) -> DataFrame:
        stated = _lines(plan, "plan", F.trim("item"), {"capital": "capital", "current": "current"})
        items = stated.where(F.col("item") != "all").groupBy("kind", "expenditure", "roc_year", "roc_year__raw")
        summed = items.agg(F.sum("amount_thousand_twd").alias("amount_thousand_twd")).withColumns(
            {"item": F.lit("all"), "basis": F.lit("summed"), "amount_thousand_twd__raw": F.lit(None).cast("string")}
        )
        voted = _lines(allotment, "allotment", F.lit("all"), {"all": "allotted"})
        spent = _lines(allotment, "spent", F.lit("all"), {"all": "spent"}).where("amount_thousand_twd__raw IS NOT NULL")
        taken = _lines(income, "income", F.trim("kind"), {"all": "amount"}, F.trim("basis"))
        lines = stated.unionByName(summed).unionByName(voted).unionByName(spent).unionByName(taken)
        return lines.withColumn("year", F.col("roc_year") + ROC_OFFSET)


def _lines(
    said: DataFrame, kind: str, item: SparkColumn, amounts: dict[str, str], basis: SparkColumn | None = None
) -> DataFrame:
    """A line for each of ``amounts``: the expenditure, by the column that holds it."""
    each = F.explode(
        F.array(*(F.struct(F.lit(e).alias("expenditure"), F.col(raw).alias("raw")) for e, raw in amounts.items()))
    )
    return said.withColumn("_amount", each).select(
        F.lit(kind).alias("kind"),
        item.alias("item"),
        F.col("_amount.expenditure").alias("expenditure"),
        reading.whole_number(F.col("roc_year")).cast("int").alias("roc_year"),
        F.col("roc_year").alias("roc_year__raw"),
        (F.lit("stated") if basis is None else basis).alias("basis"),
        reading.whole_number(F.col("_amount.raw")).alias("amount_thousand_twd"),
        F.col("_amount.raw").alias("amount_thousand_twd__raw"),
    )
