"""The chance that a crossing is worth a second look, by the model on histories."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Annotated, Any

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from lakehouse import fields
from lakehouse.declare import Between, Column, Gold, Holds, Kind, Model, NotNull, Unit
from lakehouse.silver.crossings import AGENCY_STATE
from lakehouse.silver.inspections import Inspections
from lakehouse.silver.journeys import Journeys
from lakehouse.silver.person_flags import PersonFlags
from lakehouse.silver.screening_facts import ScreeningFacts
from ml.high_risk_histories.features import crossings
from ml.high_risk_histories.reason_codes import IN_WORDS

#: Crossings of so many days, up to the last, have a row: what officers act on, and a whole month to judge by.
SCORED_DAYS = 62


class TravellerRiskScore(Gold):
    """Each row tells how likely one crossing is worth a second look, as it was known when it began, and why.

    Looked for are crossings within 30 days before the first refusal, stop or
    confirmed case of the traveller (``ml/high_risk_histories``; the model card
    in the registry tells on which data and how well). Known are the traveller's
    last sixteen crossings and the company kept until then; nationality, sex, age,
    names and birthplaces are not. The score orders officers' attention: it is
    no finding, and by itself refuses nobody. ``is_referred`` where it reaches the
    probability that one in a hundred crossings reached before the version was
    made; these have reasons.

    Left out: crossings more than 62 days before the last, crew, and inspections
    without a person's key. All rows are scored anew by each new version.
    """

    owner = "screening-desk"
    grain = "one row per inspection of a person, which on a flight is one per person and leg"
    key = ("inspection_id",)
    fresh_within = timedelta(days=1)
    authority = (
        "Directive (EU) 2016/681 (PNR), art. 6(2) to 6(6), as yardstick: assessed before arrival, reviewed by a person"
    )
    indexed = ("inspected_on",)
    rules = (Holds("is_referred OR size(reason_codes) = 0", "reasons are given of who would be referred"),)

    inspection_id = Column(Kind.STRING, "Inspection.", (NotNull(),))
    person_key = fields.person_key
    flight_leg_id = fields.flight_leg_id
    inspected_on = Column(
        Kind.DATE,
        "Day of the inspection; nothing known later is in the score.",
        (NotNull(),),
        examples=(date(2025, 12, 20),),
    )
    direction = fields.direction
    probability = Column(
        Kind.DOUBLE,
        "Chance that the crossing is one of those looked for.",
        (NotNull(), Between(0, 1)),
        Unit.PROBABILITY,
    )
    is_referred = Column(Kind.BOOLEAN, "Whether one in a hundred scores as high, as before the version.", (NotNull(),))
    reason_codes = Column(
        Kind.STRINGS,
        "What raised the score, the strongest first: "
        + "; ".join(f"'{code}' is {words}" for code, words in IN_WORDS.items())
        + ".",
        examples=(["document", "links_to_flagged"], []),
    )
    model_version_number = fields.model_version_number
    is_approved = fields.is_approved

    @staticmethod
    def build(
        inspections: Annotated[DataFrame, Inspections],
        facts: Annotated[DataFrame, ScreeningFacts],
        journeys: Annotated[DataFrame, Journeys],
        flags: Annotated[DataFrame, PersonFlags],
        risk: Annotated[Any, Model("traveller_risk")],
        known_until: Mapping[str, date],
    ) -> DataFrame:
        from ml.high_risk_histories.score import crossings_scored

        last = known_until.get(AGENCY_STATE, date.min + timedelta(days=SCORED_DAYS))
        since = last - timedelta(days=SCORED_DAYS - 1)
        scores = crossings_scored(crossings(inspections, facts, journeys, flags), risk, since)
        of_version = scores.withColumns(
            {"model_version_number": F.lit(risk.version), "is_approved": F.lit(risk.is_champion)}
        )
        ways = inspections.select("inspection_id", "direction")
        return of_version.join(ways, "inspection_id").select(*TravellerRiskScore.columns())
