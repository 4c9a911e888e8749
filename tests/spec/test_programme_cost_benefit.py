"""Cost and benefit of the programme, with the plan's own figures."""

from collections.abc import Callable

from pyspark.sql import DataFrame

from lakehouse.declare import Table
from lakehouse.gold.programme_cost_benefit import ProgrammeCostBenefit
from lakehouse.silver.budget_lines import BudgetLines
from lakehouse.silver.inspections import Inspections

Draw = Callable[[type[Table], str], DataFrame]
Same = Callable[[DataFrame, type[Table], str], None]

LINES = """
    kind      | item                    | expenditure | roc_year | year | basis    | amount_thousand_twd
    plan      | planning_and_design     | current     | 109      | 2020 | stated   | 4000
    plan      | building_the_analytics  | capital     | 109      | 2020 | stated   | 7500
    plan      | green_cloud_data_centre | capital     | 109      | 2020 | stated   | 6250
    plan      | all                     | capital     | 109      | 2020 | stated   | 13750
    plan      | all                     | current     | 109      | 2020 | stated   | 4000
    plan      | all                     | capital     | 109      | 2020 | summed   | 13750
    plan      | all                     | current     | 109      | 2020 | summed   | 4000
    allotment | all                     | all         | 109      | 2020 | stated   | 17750
    spent     | all                     | all         | 109      | 2020 | stated   | 17200
    plan      | building_the_analytics  | capital     | 110      | 2021 | stated   | 14030
    plan      | green_cloud_data_centre | capital     | 110      | 2021 | stated   | 3833
    plan      | green_cloud_data_centre | current     | 110      | 2021 | stated   | 3000
    plan      | all                     | capital     | 110      | 2021 | stated   | 17863
    plan      | all                     | current     | 110      | 2021 | stated   | 3000
    plan      | all                     | capital     | 110      | 2021 | summed   | 17863
    plan      | all                     | current     | 110      | 2021 | summed   | 3000
    allotment | all                     | all         | 110      | 2021 | stated   | 19154
    income    | document_fees           | all         | 108      | 2019 | actual   | 2730000
    income    | document_fees           | all         | 109      | 2020 | estimate | 2730000
    income    | document_fees           | all         | 110      | 2021 | estimate | 2730000
    income    | document_fees           | all         | 111      | 2022 | estimate | 2730000
    income    | document_fees           | all         | 112      | 2023 | estimate | 2730000
"""
HEADER = "inspected_on | direction | outcome"


def test_planned_and_allotted_stand_beside_each_other_and_neither_is_mended(rows: Draw, same: Same) -> None:
    """20,863 planned in 2021, 19,154 allotted: 1,709 apart. Four years of fees are 10,920,000."""
    built = ProgrammeCostBenefit.build(rows(BudgetLines, LINES), rows(Inspections, HEADER))
    same(
        built,
        ProgrammeCostBenefit,
        """
        aim                          | year | roc_year | planned_thousand_twd | planned_items_thousand_twd | allotted_thousand_twd | plan_less_allotment_thousand_twd | spent_thousand_twd | alternative_thousand_twd | allotment_over_alternative_thousand_twd | fee_income_thousand_twd | fee_estimate_thousand_twd | fee_estimate_of_all_years_thousand_twd
        all                          | 2019 | 108      |                      |                            |                       |                                  |                    |                          |                                         | 2730000                 |                           |
        all                          | 2020 | 109      | 17750                | 17750                      | 17750                 | 0                                | 17200              | 0                        | 17750                                   |                         | 2730000                   | 10920000
        planning                     | 2020 | 109      | 4000                 |                            |                       |                                  |                    |                          |                                         |                         |                           |
        screening_and_tracking       | 2020 | 109      | 7500                 |                            |                       |                                  |                    |                          |                                         |                         |                           |
        uninterrupted_green_platform | 2020 | 109      | 6250                 |                            |                       |                                  |                    |                          |                                         |                         |                           |
        all                          | 2021 | 110      | 20863                | 20863                      | 19154                 | 1709                             |                    | 0                        | 19154                                   |                         | 2730000                   | 10920000
        screening_and_tracking       | 2021 | 110      | 14030                |                            |                       |                                  |                    |                          |                                         |                         |                           |
        uninterrupted_green_platform | 2021 | 110      | 6833                 |                            |                       |                                  |                    |                          |                                         |                         |                           |
        all                          | 2022 | 111      |                      |                            |                       |                                  |                    |                          |                                         |                         | 2730000                   | 10920000
        all                          | 2023 | 112      |                      |                            |                       |                                  |                    |                          |                                         |                         | 2730000                   | 10920000
        """,  # noqa: E501
    )


def test_benefits_are_counted_in_years_that_inspections_tell_of_and_null_in_all_others(rows: Draw, same: Same) -> None:
    """Eleven refused and ten stopped in 2020; 2021 has no inspection; nine refused in 2025 are withheld."""
    inspections = rows(
        Inspections,
        f"""
        {HEADER}
        2020-03-01 | entry | refused  | x11
        2020-03-02 | exit  | stopped  | x10
        2020-03-02 | exit  | departed | x50
        2025-12-01 | entry | refused  | x9
        2025-12-01 | entry | admitted | x90
        """,
    )
    built = ProgrammeCostBenefit.build(rows(BudgetLines, LINES), inspections)
    same(
        built.where("aim IN ('all', 'screening_and_tracking') AND year IN (2020, 2021, 2025)"),
        ProgrammeCostBenefit,
        """
        aim                    | year | roc_year | planned_thousand_twd | inspection_days_count | entries_refused_count | exits_stopped_count
        all                    | 2020 | 109      | 17750                | 2                     | 11                    | 10
        screening_and_tracking | 2020 | 109      | 7500                 | 2                     | 11                    | 10
        all                    | 2021 | 110      | 20863                |                       |                       |
        screening_and_tracking | 2021 | 110      | 14030                |                       |                       |
        all                    | 2025 | 114      |                      | 1                     |                       |
        screening_and_tracking | 2025 | 114      |                      | 1                     |                       |
        """,  # noqa: E501
    )
