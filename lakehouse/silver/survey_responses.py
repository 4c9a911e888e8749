"""What visitors answered when interviewed at departure."""

from datetime import date, timedelta
from typing import Annotated

from pyspark.sql import DataFrame, Window
from pyspark.sql import functions as F

from lakehouse import fields, reading
from lakehouse.bronze.visitor_survey import VisitorSurvey
from lakehouse.conforming import conformed
from lakehouse.declare import Between, Column, DateBetween, Kind, NotNull, OneOf, Silver, Unit
from lakehouse.silver.source_codes import SourceCodes

INCIDENTS = ("none", "theft", "fraud", "accident", "harassment", "other")
AGE_GROUPS = ("under_25", "25_34", "35_44", "45_54", "55_64", "65_and_over")
PURPOSES = ("business", "pleasure", "visiting", "student", "employment", "transit", "crew", "other", "not_recorded")
#: Answers that are numbers, read as whole ones.
_NUMBERS = {
    "stay_nights": "nights",
    "party_count": "party_size",
    "satisfaction_number": "satisfaction_score",
    "safety_number": "safety_score",
    "spend_twd": "spend_twd",
}
_WORDS = ("sex", "age_group", "purpose", "incident", "would_return")


def _score(meaning: str) -> Column:
    return Column(Kind.INT, meaning, (Between(1, 5),), Unit.NUMBER, lenient=True, examples=(5, 4, 5, 3, 2, None))


class SurveyResponses(Silver):
    """Each row tells what one visitor answered at departure.

    Answers that were not given are null. One that cannot be is blanked and told
    to quarantine, and the other answers of the interview stay: a score that is
    not 1 to 5, a party of none, a stay longer than a year. An interview without
    a day or a country of residence is refused. Sent again, it counts as it came last.
    """

    owner = "tourism-desk"
    grain = "one row per interview"
    key = ("response_id",)
    fresh_within = timedelta(days=7)
    authority = "UN International Recommendations for Tourism Statistics 2008, 3.14 and 4.2; platform: docs/feeds.md"
    indexed = ("interviewed_on",)

    response_id = Column(Kind.STRING, "Interview.", (NotNull(),))
    interviewed_on = Column(
        Kind.DATE,
        "Day of the interview, and of the departure.",
        (NotNull(), DateBetween(date(2000, 1, 1), date(2100, 1, 1))),
        examples=(date(2025, 12, 1), date(2026, 1, 5)),
    )
    port_code = fields.port_code
    port_source_code = Column(
        Kind.STRING, "Port as the agency names it.", (NotNull(),), examples=("桃園一期", "高雄機場")
    )
    nationality = fields.nationality
    residence_country = fields.residence_country
    sex = Column(Kind.STRING, "As answered.", (OneOf(("F", "M", "X")),), lenient=True)
    age_group = Column(Kind.STRING, "Age group.", (OneOf(AGE_GROUPS),), lenient=True)
    purpose = Column(Kind.STRING, "Main purpose (UN IRTS 2008, 3.14).", (OneOf(PURPOSES),), lenient=True)
    stay_nights = Column(
        Kind.LONG, "Nights in the country; 0 on a same-day visit.", (Between(0, 365),), Unit.NIGHTS, lenient=True
    )
    party_count = Column(
        Kind.LONG, "Persons who travelled and spent together.", (Between(1, 100),), Unit.COUNT, lenient=True
    )
    satisfaction_number = _score("Satisfaction, from 1 to 5.")
    safety_number = _score("How safe the visitor felt, from 1 to 5.")
    spend_twd = Column(
        Kind.LONG,
        "Spent by the party in the whole stay, without fares.",
        (Between(0, 50_000_000),),
        Unit.TWD,
        lenient=True,
        examples=(48_200, 2_400, None),
    )
    incident = Column(Kind.STRING, "What happened to the visitor; null: not answered.", (OneOf(INCIDENTS),),
        lenient=True)  # fmt: skip
    would_return = Column(
        Kind.STRING, "Whether they would come again.", (OneOf(("yes", "no", "undecided")),), lenient=True
    )
    source_delivery = fields.source_delivery
    source_line = fields.source_line

    @staticmethod
    def build(answers: Annotated[DataFrame, VisitorSurvey], codes: Annotated[DataFrame, SourceCodes]) -> DataFrame:
        latest = Window.partitionBy("response_id").orderBy(F.desc("source_delivery"), F.desc("source_line"))
        once = answers.withColumn("_place", F.row_number().over(latest)).where("_place = 1")
        coded = conformed(once, codes, "port", "nia_port", "port_code")
        return coded.select(
            *("response_id", "port_code"),
            reading.day(F.col("interviewed_on"), "yyyy-MM-dd").alias("interviewed_on"),
            F.col("interviewed_on").alias("interviewed_on__raw"),
            F.trim("port").alias("port_source_code"),
            *(F.trim(name).alias(name) for name in ("nationality", "residence_country")),
            *(F.trim(name).alias(name) for name in _WORDS),
            *(reading.whole_number(F.col(raw)).alias(name) for name, raw in _NUMBERS.items()),
            *(F.col(raw).alias(f"{name}__raw") for name, raw in _NUMBERS.items()),
            *("source_delivery", "source_line"),
        )
