"""Hits of the risk rules that are switched on."""

from datetime import timedelta
from typing import Annotated

from pyspark.sql import Column as SparkColumn
from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from lakehouse import fields
from lakehouse.declare import Between, Column, Kind, NotNull, OneOf, Silver, Unit
from lakehouse.rules.catalogue import RULES, SWITCHED_ON
from lakehouse.rules.declare import RiskRule, Severity
from lakehouse.silver.inspections import Inspections
from lakehouse.silver.screening_facts import ScreeningFacts

_OF_INSPECTION = (
    *("inspection_id", "inspected_on", "inspected_at_utc", "direction", "port_code", "flight_leg_id"),
    "person_key",
)


class RuleHits(Silver):
    """Each row tells that one risk rule hit at one inspection, in which version, and how grave that is.

    Every rule of ``lakehouse/rules`` that is switched on is asked about every
    inspection, with what was known then (``silver.screening_facts``). Rules
    that are off have no rows; ``lakehouse rules dry-run`` says what they would
    hit. A hit is a reason to look, never a decision: what came of it stands in
    ``gold.rule_hit_performance``. A rule that is changed, switched on or
    switched off rebuilds the whole table, so that all of it is of one version.
    """

    owner = "screening-desk"
    grain = "one row per inspection and rule"
    key = ("inspection_id", "rule_code")
    fresh_within = timedelta(days=1)
    authority = "Directive (EU) 2016/681 (PNR), art. 6(2)(a) and 6(4): criteria set beforehand, reviewed regularly"
    indexed = ("inspected_on", "rule_code")

    inspection_id = Inspections.inspection_id
    rule_code = Column(Kind.STRING, "The rule.", (NotNull(), OneOf(tuple(RULES))))
    rule_version_number = Column(Kind.INT, "Its version.", (NotNull(), Between(1, 1000)), Unit.NUMBER)
    severity = Column(Kind.STRING, "What a hit asks for.", (NotNull(), OneOf(tuple(Severity))))
    reason = Column(Kind.STRING, "What an officer reads.", (NotNull(),))
    inspected_on = Inspections.inspected_on
    inspected_at_utc = Inspections.inspected_at_utc
    direction = fields.direction
    port_code = fields.port_code
    flight_leg_id = fields.flight_leg_id
    person_key = fields.person_key

    @staticmethod
    def build(facts: Annotated[DataFrame, ScreeningFacts]) -> DataFrame:
        hits = F.array_compact(F.array(*(F.when(F.expr(rule.hits), _told(rule)) for rule in SWITCHED_ON)))
        return facts.withColumn("hit", F.explode(hits)).select("hit.*", *_OF_INSPECTION)


def _told(rule: RiskRule) -> SparkColumn:
    return F.struct(
        F.lit(rule.code).alias("rule_code"),
        F.lit(rule.version).alias("rule_version_number"),
        F.lit(str(rule.severity)).alias("severity"),
        F.lit(rule.tells).alias("reason"),
    )
