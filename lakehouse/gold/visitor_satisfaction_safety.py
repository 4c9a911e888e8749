"""How content and how safe visitors were, by market and year."""

from datetime import timedelta
from typing import Annotated

from pyspark.sql import Column as SparkColumn
from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from lakehouse import fields
from lakehouse.declare import Between, Column, Gold, Holds, Kind, NotNull, Unit
from lakehouse.intervals import wilson
from lakehouse.privacy import pool_thin_cells, withhold_thin_rows
from lakehouse.silver.survey_responses import SurveyResponses

#: A score from here on is content.
CONTENT_FROM = 4


def _score(meaning: str) -> Column:
    return Column(Kind.DOUBLE, meaning, (Between(1, 5),), Unit.NUMBER)


def _rate(meaning: str) -> Column:
    return Column(Kind.DOUBLE, meaning, (Between(0, 100_000),), Unit.PER_100_000)


class VisitorSatisfactionSafety(Gold):
    """Each row tells how visitors from one market judged their stay in one year, what they spent and what befell them.

    A market is a country of usual residence, not a nationality (UN IRTS 2008).
    Interviews are counted, unweighted: the survey tells of those who answered.
    Each measure rests on those who answered its question, who are counted, and so
    are those who did not. Spending per person and day is all that was spent over
    all persons' days, of interviews that tell spending, party and nights; a day is
    a night, and a same-day visit one day (IRTS 2008, 4.2: fares are left out).
    Incidents are interviewed visitors to whom one happened, per 100,000 who
    answered, with Wilson's 95 % interval: few interviews make it wide.

    Markets of fewer than ten interviews are put together as 'withheld', and a
    measure of fewer than ten answers is not shown.
    """

    owner = "tourism-desk"
    grain = "one row per country of residence and year"
    key = ("residence_country", "year")
    fresh_within = timedelta(days=7)
    authority = "UN International Recommendations for Tourism Statistics 2008; Wilson, JASA 22 (1927)"
    indexed = ("year",)
    rules = (
        Holds("responses_count = satisfaction_answered_count + satisfaction_unanswered_count", "answered, or not"),
        Holds("responses_count = safety_answered_count + safety_unanswered_count", "answered, or not"),
        Holds("responses_count = spend_answered_count + spend_unanswered_count", "answered, or not"),
        Holds("responses_count = incident_answered_count + incident_unanswered_count", "answered, or not"),
        Holds(
            "incidents_per_100_000 BETWEEN incidents_low_per_100_000 - 0.001 AND incidents_high_per_100_000 + 0.001",
            "the rate lies within its interval",
        ),
    )

    residence_country = fields.pooled(fields.residence_country)
    year = Column(Kind.INT, "Year of the interviews.", (NotNull(), Between(2000, 2100)), Unit.YEAR)
    cells_count = fields.cells_count
    responses_count = fields.counted_unless_thin("Interviews; null where they are fewer than ten.")
    satisfaction_mean_number = _score("Mean satisfaction, from 1 to 5.")
    satisfied_ratio = fields.ratio("Share that gave 4 or 5 for satisfaction.")
    satisfaction_answered_count = fields.counted_unless_thin("Interviews with a score of satisfaction.")
    satisfaction_unanswered_count = fields.counted_unless_thin("Left out: without one.")
    safety_mean_number = _score("Mean feeling of safety, from 1 to 5.")
    safe_ratio = fields.ratio("Share that gave 4 or 5 for safety.")
    safety_answered_count = fields.counted_unless_thin("Interviews with a score of safety.")
    safety_unanswered_count = fields.counted_unless_thin("Left out: without one.")
    spend_per_person_day_twd = Column(
        Kind.DOUBLE, "Spent by a person on a day, without fares.", (Between(0, 1e8),), Unit.TWD
    )
    spend_answered_count = fields.counted_unless_thin("Interviews that tell spending, party and nights.")
    spend_unanswered_count = fields.counted_unless_thin("Left out: without one of them.")
    incidents_per_100_000 = _rate("Visitors with an incident per 100,000.")
    incidents_low_per_100_000 = _rate("Lower end of its 95 % interval.")
    incidents_high_per_100_000 = _rate("Upper end of its 95 % interval.")
    incidents_count = fields.counted_unless_thin("Interviewed visitors to whom something happened.")
    incident_answered_count = fields.counted_unless_thin("Interviews that tell whether anything happened.")
    incident_unanswered_count = fields.counted_unless_thin("Left out: those that do not.")

    @staticmethod
    def build(responses: Annotated[DataFrame, SurveyResponses]) -> DataFrame:
        sums = {name: F.coalesce(F.sum(value), F.lit(0)).alias(name) for name, value in _sums().items()}
        cells = responses.groupBy(F.year("interviewed_on").alias("year"), "residence_country").agg(
            F.count("*").alias("responses_count"), *sums.values()
        )
        shown = pool_thin_cells(cells, "residence_country", "responses_count", list(sums), ["year"])
        measured = shown.withColumns(_measures())
        for question, measures in _OF_QUESTION.items():
            measured = withhold_thin_rows(measured, f"{question}_answered_count", measures)
        return measured.select(*VisitorSatisfactionSafety.columns())


#: Measures that rest on the answers to a question.
_OF_QUESTION = {
    "satisfaction": ("satisfaction_mean_number", "satisfied_ratio"),
    "safety": ("safety_mean_number", "safe_ratio"),
    "spend": ("spend_per_person_day_twd",),
    "incident": (
        "incidents_per_100_000",
        "incidents_low_per_100_000",
        "incidents_high_per_100_000",
        "incidents_count",
    ),
}


def _sums() -> dict[str, SparkColumn]:
    """What is summed over the interviews of a cell, by name."""
    days = F.col("party_count") * F.greatest("stay_nights", F.lit(1))
    person_days = F.when(F.col("stay_nights").isNotNull() & F.col("spend_twd").isNotNull(), days)
    incident = F.col("incident")
    return {
        "satisfaction_answered_count": F.col("satisfaction_number").isNotNull().cast("int"),
        "_satisfaction": F.col("satisfaction_number"),
        "_satisfied": (F.col("satisfaction_number") >= CONTENT_FROM).cast("int"),
        "safety_answered_count": F.col("safety_number").isNotNull().cast("int"),
        "_safety": F.col("safety_number"),
        "_safe": (F.col("safety_number") >= CONTENT_FROM).cast("int"),
        "spend_answered_count": person_days.isNotNull().cast("int"),
        "_spend": F.when(person_days.isNotNull(), F.col("spend_twd")),
        "_person_days": person_days,
        "incident_answered_count": incident.isNotNull().cast("int"),
        "incidents_count": (incident != "none").cast("int"),
    }


def _measures() -> dict[str, SparkColumn]:
    low, high = wilson(F.col("incidents_count"), F.col("incident_answered_count"))
    unanswered = {
        f"{question}_unanswered_count": F.col("responses_count") - F.col(f"{question}_answered_count")
        for question in _OF_QUESTION
    }
    return unanswered | {
        "satisfaction_mean_number": F.try_divide("_satisfaction", "satisfaction_answered_count"),
        "satisfied_ratio": F.try_divide("_satisfied", "satisfaction_answered_count"),
        "safety_mean_number": F.try_divide("_safety", "safety_answered_count"),
        "safe_ratio": F.try_divide("_safe", "safety_answered_count"),
        "spend_per_person_day_twd": F.try_divide("_spend", "_person_days"),
        "incidents_per_100_000": 100_000 * F.try_divide("incidents_count", "incident_answered_count"),
        "incidents_low_per_100_000": 100_000 * low,
        "incidents_high_per_100_000": 100_000 * high,
    }
