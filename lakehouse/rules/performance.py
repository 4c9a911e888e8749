"""What became of hits: by rule and day, alike for hits that were published and for a dry run."""

from __future__ import annotations

from collections.abc import Iterable

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from lakehouse.rules.declare import RiskRule


def outcomes(inspections: DataFrame, referrals: DataFrame) -> DataFrame:
    """By inspection: whether anybody looked further, and whether that confirmed a suspicion.

    Looked at is who was referred, refused or stopped; confirmed whose case was
    confirmed (``silver.referrals``), or who was refused or stopped.
    """
    cases = referrals.groupBy("inspection_id").agg(F.max(F.col("label") == "confirmed").alias("case_is_confirmed"))
    measure = F.col("outcome").isin("refused", "stopped")
    return inspections.join(cases, "inspection_id", "left").select(
        *("inspection_id", "inspected_on", "direction"),
        (measure | F.col("case_is_confirmed").isNotNull()).alias("is_examined"),
        (measure | F.coalesce("case_is_confirmed", F.lit(False))).alias("is_confirmed"),
    )


def by_rule_and_day(hits: DataFrame, looked_at: DataFrame, rules: Iterable[RiskRule]) -> DataFrame:
    """Counts by rule and day, of days without a hit as well; travellers are those the rule was asked about.

    ``hits`` has ``inspection_id`` and ``rule_code``; ``looked_at`` is as ``outcomes`` gives it.
    """
    asked = F.array(
        *(
            F.struct(
                F.lit(rule.code).alias("rule_code"),
                F.lit(rule.version).alias("rule_version_number"),
                F.lit(str(rule.severity)).alias("severity"),
                F.array(*map(F.lit, rule.directions)).alias("directions"),
            )
            for rule in rules
        )
    )
    days = looked_at.groupBy("inspected_on", "direction").agg(F.count("*").alias("travellers"))
    of_rule = days.select("*", F.explode(asked).alias("rule")).where(
        F.array_contains("rule.directions", F.col("direction"))
    )
    travellers = of_rule.groupBy("rule.rule_code", "rule.rule_version_number", "rule.severity", "inspected_on").agg(
        F.sum("travellers").alias("travellers_count")
    )
    found = (
        hits.join(looked_at, "inspection_id")
        .groupBy("rule_code", "inspected_on")
        .agg(
            F.count("*").alias("hits_count"),
            F.count_if("is_examined").alias("examined_count"),
            F.count_if("is_confirmed").alias("confirmed_count"),
        )
    )
    counts = ("hits_count", "examined_count", "confirmed_count")
    return travellers.join(found, ["rule_code", "inspected_on"], "left").fillna(0, counts)
