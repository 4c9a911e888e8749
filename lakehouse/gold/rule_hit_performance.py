"""How well each risk rule does, day by day."""

from datetime import timedelta
from typing import Annotated

from pyspark.sql import Column as SparkColumn
from pyspark.sql import DataFrame, Window
from pyspark.sql import functions as F

from lakehouse import fields
from lakehouse.declare import Between, Column, Gold, Holds, Kind, NotNull, Unit
from lakehouse.intervals import wilson
from lakehouse.rules.catalogue import SWITCHED_ON
from lakehouse.rules.performance import by_rule_and_day, outcomes
from lakehouse.silver.inspections import Inspections
from lakehouse.silver.referrals import Referrals
from lakehouse.silver.rule_hits import RuleHits

_COUNTS = ("hits_count", "examined_count", "confirmed_count")
_REVIEW = "known only once the cases are closed"


class RuleHitPerformance(Gold):
    """Each row tells of one risk rule on one day: how often it hit, and how many of the hits were confirmed.

    Every rule that is switched on has a row for every day with inspections in
    its directions, so that one that falls silent is seen. A hit is examined
    where the traveller was referred, refused or stopped, whatever led to it, and
    confirmed where the case was confirmed (``silver.referrals``: found what
    referrals are made for, or a measure taken) or the traveller was refused or
    stopped. Precision is the confirmed among the examined; hits that nobody
    examined are counted and say nothing either way. False alerts are the
    examined hits that were not confirmed, per 1,000 travellers inspected in the
    rule's directions, as passenger units report them. Precision over the last
    28 days, as one day has too few hits to tell, has Wilson's 95 % interval. Who
    is examined is not drawn at random:
    precision here is of those whom officers chose to look at, and recall
    cannot be told from it; the random arm in ``gold.referral_outcome`` can.

    No cell is withheld: neither rule nor day describes a group of persons, and
    each case has a row of its own in ``gold.referral_outcome``.
    """

    owner = "screening-desk"
    grain = "one row per rule and day"
    key = ("rule_code", "inspected_on")
    fresh_within = timedelta(days=2)
    authority = "Directive (EU) 2016/681 (PNR), art. 20(2): statistics on hits after review by a person; Wilson 1927"
    indexed = ("inspected_on", "rule_code")
    rules = (
        Holds("confirmed_count <= examined_count", "the confirmed are among the examined"),
        Holds("examined_count <= hits_count", "the examined are among the hits"),
        Holds("hits_count <= travellers_count", "a rule hits an inspection once"),
        Holds(
            "false_alerts_count = examined_count - confirmed_count", "what is examined is confirmed or a false alert"
        ),
        Holds("(precision_ratio IS NULL) = (examined_count = 0)", "without examined hits there is no precision"),
        Holds("hits_count <= hits_28_days_count", "the day is in its window"),
    )

    rule_code = RuleHits.rule_code
    rule_version_number = RuleHits.rule_version_number
    severity = RuleHits.severity
    inspected_on = Inspections.inspected_on
    travellers_count = fields.counted("Inspections that day in the rule's directions.")
    hits_count = fields.counted("Of them hit by the rule.")
    examined_count = fields.counted("Hits that were referred, refused or stopped.")
    confirmed_count = Column(
        Kind.LONG, "Examined hits that were confirmed.", (NotNull(), Between(0, 10**12)), Unit.COUNT, leaks=_REVIEW
    )
    precision_ratio = fields.ratio("Confirmed over examined hits; null where none was examined.")
    false_alerts_count = fields.counted("Examined hits that were not confirmed.")
    false_alerts_per_thousand = Column(
        Kind.DOUBLE, "False alerts per 1,000 travellers.", (NotNull(), Between(0, 1000)), Unit.PER_THOUSAND
    )
    hits_28_days_count = fields.counted("Hits of the 28 days until and with the day.")
    examined_28_days_count = fields.counted("Of them examined.")
    confirmed_28_days_count = fields.counted("Of them confirmed.")
    precision_28_days_ratio = fields.ratio("Confirmed over examined hits of the 28 days.")
    precision_28_days_low_ratio = fields.ratio("Lower end of its 95 % interval.")
    precision_28_days_high_ratio = fields.ratio("Upper end of its 95 % interval.")

    @staticmethod
    def build(
        hits: Annotated[DataFrame, RuleHits],
        inspections: Annotated[DataFrame, Inspections],
        referrals: Annotated[DataFrame, Referrals],
    ) -> DataFrame:
        looked_at = outcomes(inspections, referrals)
        days = by_rule_and_day(hits.select("inspection_id", "rule_code"), looked_at, SWITCHED_ON)
        return days.withColumns(_of_window()).withColumns(_measures()).select(*RuleHitPerformance.columns())


def _of_window() -> dict[str, SparkColumn]:
    window = Window.partitionBy("rule_code").orderBy(F.unix_date("inspected_on")).rangeBetween(-27, 0)
    return {name.replace("_count", "_28_days_count"): F.sum(name).over(window) for name in _COUNTS}


def _measures() -> dict[str, SparkColumn]:
    examined, confirmed = F.col("examined_count"), F.col("confirmed_count")
    false_alerts = examined - confirmed
    of_window = (F.col("confirmed_28_days_count"), F.col("examined_28_days_count"))
    low, high = wilson(*of_window)
    return {
        "precision_ratio": F.try_divide(confirmed, examined),
        "false_alerts_count": false_alerts,
        "false_alerts_per_thousand": 1000 * false_alerts / F.col("travellers_count"),
        "precision_28_days_ratio": F.try_divide(*of_window),
        "precision_28_days_low_ratio": low,
        "precision_28_days_high_ratio": high,
    }
