"""Satisfaction and safety by market: hand-worked means and intervals, thin markets put together."""

from collections.abc import Callable

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from lakehouse.declare import Table
from lakehouse.gold.visitor_satisfaction_safety import VisitorSatisfactionSafety
from lakehouse.silver.survey_responses import SurveyResponses

Draw = Callable[[type[Table], str], DataFrame]
Same = Callable[[DataFrame, type[Table], str], None]

HEADER = (
    "residence_country | interviewed_on | stay_nights | party_count | satisfaction_number | safety_number"
    " | spend_twd | incident"
)


def test_measures_rest_on_those_who_answered_and_the_others_are_counted(rows: Draw, same: Same) -> None:
    """Satisfaction (6 x 5 + 4 x 3 + 2 x 4) / 12 = 50/12; spending (12 x 24,000) / (12 x 2 x 4) = 3,000."""
    built = VisitorSatisfactionSafety.build(
        rows(
            SurveyResponses,
            f"""
            {HEADER}
            JPN | 2025-12-01 | 4 | 2 | 5 | 5 | 24000 | none  | x6
            JPN | 2025-12-01 | 4 | 2 | 3 | 4 | 24000 | none  | x4
            JPN | 2025-12-01 | 4 | 2 | 4 | 2 | 24000 | theft | x2
            JPN | 2025-12-01 | 4 | 2 |   | 2 |       |       | x3
            """,
        )
    )
    rounded = built.withColumn("satisfaction_mean_number", F.round("satisfaction_mean_number", 4))
    same(
        rounded.withColumn("satisfied_ratio", F.round("satisfied_ratio", 4)),
        VisitorSatisfactionSafety,
        """
        residence_country | year | cells_count | responses_count | satisfaction_mean_number | satisfied_ratio | satisfaction_answered_count | satisfaction_unanswered_count | safety_mean_number | safety_answered_count | spend_per_person_day_twd | spend_answered_count | spend_unanswered_count | incidents_count | incident_answered_count | incident_unanswered_count
        JPN               | 2025 | 1           | 15              | 4.1667                   | 0.6667          | 12                          | 3                             | 3.7333333333333334 | 15                    | 3000                     | 12                   | 3                      | 2               | 12                      | 3
        """,  # noqa: E501
    )


def test_a_same_day_visit_is_one_day_of_spending(rows: Draw, same: Same) -> None:
    """Five of 1,000 on no night and five of 3,000 in one: 20,000 over ten persons' days."""
    built = VisitorSatisfactionSafety.build(
        rows(
            SurveyResponses,
            f"""
            {HEADER}
            HKG | 2025-12-01 | 0 | 1 | 4 | 4 | 1000 | none | x5
            HKG | 2025-12-01 | 1 | 1 | 4 | 4 | 3000 | none | x5
            """,
        )
    )
    same(built, VisitorSatisfactionSafety, "spend_per_person_day_twd\n2000")


def test_incidents_have_wilsons_interval(rows: Draw) -> None:
    """1 of 100: 0.0018 to 0.0545 (Wilson, 95 %); none of 100: 0 to 0.0370."""
    built = VisitorSatisfactionSafety.build(
        rows(
            SurveyResponses,
            f"""
            {HEADER}
            JPN | 2025-12-01 | 4 | 2 | 4 | 4 | 24000 | none  | x99
            JPN | 2025-12-01 | 4 | 2 | 4 | 4 | 24000 | fraud
            KOR | 2025-12-01 | 4 | 2 | 4 | 4 | 24000 | none  | x100
            """,
        )
    )
    japan, korea = built.orderBy("residence_country").collect()
    rates = ("incidents_per_100_000", "incidents_low_per_100_000", "incidents_high_per_100_000")
    assert [round(japan[rate]) for rate in rates] == [1000, 177, 5449]
    assert [round(korea[rate]) for rate in rates] == [0, 0, 3699]


def test_thin_markets_are_put_together_and_measures_of_few_answers_not_shown(rows: Draw, same: Same) -> None:
    built = VisitorSatisfactionSafety.build(
        rows(
            SurveyResponses,
            f"""
            {HEADER}
            JPN | 2025-12-01 | 4 | 2 | 4 | 4 | 24000 | none | x9
            JPN | 2025-12-01 | 4 | 2 |   | 4 | 24000 | none | x11
            FJI | 2025-12-01 | 4 | 2 | 4 | 4 | 24000 | none | x6
            FRA | 2025-12-01 | 4 | 2 | 5 | 4 | 24000 | none | x6
            FRA | 2024-12-01 | 4 | 2 | 5 | 4 | 24000 | none | x6
            """,
        )
    )
    same(
        built,
        VisitorSatisfactionSafety,
        """
        residence_country | year | cells_count | responses_count | satisfaction_mean_number | satisfaction_answered_count
        JPN               | 2025 | 1           | 20              |                          | 9
        withheld          | 2025 | 2           | 12              | 4.5                      | 12
        withheld          | 2024 | 1           |                 |                          |
        """,  # noqa: E501
    )
