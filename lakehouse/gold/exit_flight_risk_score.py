"""The chance that a restricted person tries to leave within a week, and the flight that is booked."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta
from typing import Annotated, Any

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from lakehouse import fields
from lakehouse.declare import Between, Column, Gold, Holds, Kind, Model, NotNull, Unit
from lakehouse.silver.crossings import AGENCY_STATE
from lakehouse.silver.exit_restrictions import ExitRestrictions
from lakehouse.silver.flight_legs import FlightLegs
from lakehouse.silver.inspections import Inspections
from lakehouse.silver.manifests import Manifests
from lakehouse.silver.person_flags import PersonFlags
from ml.exit_flight_risk.facts import person_days
from ml.exit_flight_risk.features import IN_WORDS, with_features

#: Days that have rows, up to the last one known: what is acted on today, and how it has changed since last week.
SCORED_DAYS = 7


class ExitFlightRiskScore(Gold):
    """Each row tells how likely a restricted person is to try to leave in the week after a day, and what is booked.

    A person has a row for each of the last seven days, up to the last of which the
    agency's inspections tell, on which a restriction held and was known: from
    the day after its order. All in a row is as the records told it when that day
    ended (``ml/exit_flight_risk``; the model card in the registry tells what an
    attempt is, on which data the model was made, and how good it is). An inspection
    counts from when its newest version was written, a booking from the leg's first
    booking message if it was made by then, a finding from the day after. Nationality,
    sex, age, names and birthplaces are in no feature.

    Of several restrictions the strictest is shown, of equal ones the newest; of
    several bookings the earliest leg. A booking is no attempt yet, and whoever
    has none known may still have one: carriers tell of most at departure, which
    ``gold.exit_control_match`` is for. The score orders officers' attention; it
    stops nobody. Restrictions without a person's key, for want of names or birth,
    are left out; ``silver.exit_restrictions`` counts them. All rows are scored anew
    by each new version.
    """

    owner = "exit-control-desk"
    grain = "one row per restricted person and day, of the last seven days"
    key = ("person_key", "scored_on")
    fresh_within = timedelta(days=1)
    authority = (
        "Immigration Act (入出國及移民法), art. 6 and 21: restrictions on exit; as yardstick Directive (EU) 2016/681, "
        "art. 6(2) to 6(6): assessed before departure, reviewed by a person"
    )
    indexed = ("scored_on",)
    rules = (
        Holds("(flight_leg_id IS NULL) = (booking_lead_days IS NULL)", "a booking that is known is of a leg"),
        Holds("stopped_days IS NULL OR stops_count > 0", "who was stopped last was stopped"),
    )

    person_key = replace(fields.person_key, rules=(NotNull(), *fields.person_key.rules))
    scored_on = Column(
        Kind.DATE, "Day at whose end it was known so.", (NotNull(),), examples=(date(2026, 1, 31), date(2026, 1, 25))
    )
    probability = Column(
        Kind.DOUBLE,
        "Chance of an attempt to leave on one of the seven days after.",
        (NotNull(), Between(0, 1)),
        Unit.PROBABILITY,
    )
    flight_leg_id = replace(
        fields.flight_leg_id, meaning="Earliest leg out after the day that is known to be booked; null where none is."
    )
    booking_lead_days = Column(
        Kind.INT,
        "Days from the one scored to the departure of that leg.",
        (Between(1, 400),),
        Unit.DAYS,
        examples=(1, 3, None),
    )
    restriction = ExitRestrictions.restriction
    ordered_by = ExitRestrictions.ordered_by
    reason = ExitRestrictions.reason
    restrictions_count = fields.counted("Restrictions of the person that hold on the day.")
    issued_days = Column(
        Kind.INT,
        "Days since the order; null where its day is not known.",
        (Between(1, 40_000),),
        Unit.DAYS,
        examples=(1, 40, None),
    )
    stops_count = fields.counted("Attempts to leave that inspections had stopped by then.")
    stopped_days = Column(
        Kind.INT, "Days since the last of them.", (Between(0, 40_000),), Unit.DAYS, examples=(0, 12, None)
    )
    is_abroad = Column(Kind.BOOLEAN, "Whether the person had left by the last record.", (NotNull(),))
    reason_codes = Column(
        Kind.STRINGS,
        "What raised the score beyond the usual, the strongest first: "
        + "; ".join(f"'{code}' is {words}" for code, words in IN_WORDS.items())
        + ".",
        (NotNull(),),
        examples=(["booking", "order_is_new"], []),
    )
    model_version_number = fields.model_version_number
    is_approved = fields.is_approved

    @staticmethod
    def build(
        restrictions: Annotated[DataFrame, ExitRestrictions],
        inspections: Annotated[DataFrame, Inspections],
        manifests: Annotated[DataFrame, Manifests],
        legs: Annotated[DataFrame, FlightLegs],
        flags: Annotated[DataFrame, PersonFlags],
        risk: Annotated[Any, Model("exit_flight_risk")],
        known_until: Mapping[str, date],
    ) -> DataFrame:
        from ml.exit_flight_risk.score import scored

        last = known_until.get(AGENCY_STATE, date.min + timedelta(days=SCORED_DAYS))
        first = last - timedelta(days=SCORED_DAYS - 1)
        days = with_features(person_days(restrictions, inspections, manifests, legs, flags, first=first, last=last))
        own = [name for name in ExitFlightRiskScore.columns() if name in days.columns]
        of_version = scored(days, risk, own).withColumns(
            {"model_version_number": F.lit(risk.version), "is_approved": F.lit(risk.is_champion)}
        )
        return of_version.select(*ExitFlightRiskScore.columns())
