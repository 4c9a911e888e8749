"""The programme's budget: what is stated stays as stated, and sums stand beside it."""

from collections.abc import Callable

from pyspark.sql import DataFrame

from lakehouse.bronze.budget_allotment import BudgetAllotment
from lakehouse.bronze.budget_income import BudgetIncome
from lakehouse.bronze.budget_plan import BudgetPlan
from lakehouse.compile.screening import good, screen
from lakehouse.declare import Table
from lakehouse.silver.budget_lines import BudgetLines

Draw = Callable[[type[Table], str], DataFrame]
Same = Callable[[DataFrame, type[Table], str], None]


def test_the_year_in_which_plan_and_allotment_differ(rows: Draw, same: Same) -> None:
    """17,863 + 3,000 planned, stated and summed; 19,154 allotted; 110 of the Republic is 2021."""
    plan = rows(
        BudgetPlan,
        """
        item                    | roc_year | capital | current
        planning_and_design     | 110      | 0       | 0
        building_the_analytics  | 110      | 14030   | 0
        green_cloud_data_centre | 110      | 3833    | 3000
        all                     | 110      | 17863   | 3000
        """,
    )
    allotment = rows(BudgetAllotment, "roc_year | allotted | spent\n110 | 19154 | 18900\n111 | 40,882 | ")
    income = rows(
        BudgetIncome,
        """
        kind          | roc_year | amount  | basis
        document_fees | 108      | 2730000 | actual
        document_fees | 109      | 2730000 | estimate
        """,
    )
    same(
        BudgetLines.build(plan, allotment, income),
        BudgetLines,
        """
        kind      | item                    | expenditure | roc_year | year | basis    | amount_thousand_twd
        plan      | planning_and_design     | capital     | 110      | 2021 | stated   | 0
        plan      | planning_and_design     | current     | 110      | 2021 | stated   | 0
        plan      | building_the_analytics  | capital     | 110      | 2021 | stated   | 14030
        plan      | building_the_analytics  | current     | 110      | 2021 | stated   | 0
        plan      | green_cloud_data_centre | capital     | 110      | 2021 | stated   | 3833
        plan      | green_cloud_data_centre | current     | 110      | 2021 | stated   | 3000
        plan      | all                     | capital     | 110      | 2021 | stated   | 17863
        plan      | all                     | current     | 110      | 2021 | stated   | 3000
        plan      | all                     | capital     | 110      | 2021 | summed   | 17863
        plan      | all                     | current     | 110      | 2021 | summed   | 3000
        allotment | all                     | all         | 110      | 2021 | stated   | 19154
        allotment | all                     | all         | 111      | 2022 | stated   | 40882
        spent     | all                     | all         | 110      | 2021 | stated   | 18900
        income    | document_fees           | all         | 108      | 2019 | actual   | 2730000
        income    | document_fees           | all         | 109      | 2020 | estimate | 2730000
        """,
    )


def test_an_amount_or_a_year_that_cannot_be_read_is_refused(rows: Draw) -> None:
    plan = rows(BudgetPlan, "item | roc_year | capital | current\nall | 110 | 5 | x\nall | 11O | 5 | 5")
    allotment = rows(BudgetAllotment, "roc_year | allotted | spent\n110 | 1 | ?")
    income = rows(BudgetIncome, "kind | roc_year | amount | basis\ndocument_fees | 108 | 7 | guess")
    kept = good(screen(BudgetLines.build(plan, allotment, income), BudgetLines), BudgetLines)
    assert {(r["kind"], r["expenditure"], r["amount_thousand_twd"]) for r in kept.collect()} == {
        ("plan", "capital", 5),
        ("allotment", "all", 1),
    }
