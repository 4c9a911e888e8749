"""What rules would have hit in a span of days, beside what they did hit, without publishing anything."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from pyspark.errors import AnalysisException
from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from lakehouse.errors import DeclarationError
from lakehouse.rules.declare import RiskRule, digest_of
from lakehouse.rules.performance import by_rule_and_day, outcomes


def tried(rule: RiskRule, condition: str) -> RiskRule:
    """``rule`` with another condition, as a next version that nobody has released."""
    digest = digest_of(rule.code, condition, rule.severity, rule.directions)
    return replace(rule, condition=condition, digests=(*rule.digests, digest))


def dry_run(
    rules: Sequence[RiskRule],
    facts: DataFrame,
    published: DataFrame,
    inspections: DataFrame,
    referrals: DataFrame,
    since: date,
    until: date,
) -> DataFrame:
    """One row per rule over the days ``since`` to ``until``.

    ``hits_count`` are what it would hit now, ``published_count`` the hits that
    stand in ``silver.rule_hits``, of which ``gone_count`` would be no more;
    ``new_count`` are those that do not stand there; ``alone_count`` hits at
    inspections where no other rule that is published hits. The rest is as in
    ``gold.rule_hit_performance``. Raises ``DeclarationError`` where Spark cannot read a condition.
    """
    span = F.col("inspected_on").between(since, until)
    asked = facts.where(span)
    now = _hits(rules, asked)
    codes = [rule.code for rule in rules]
    then = published.where(span).select("inspection_id", "rule_code")
    others = then.groupBy("inspection_id").agg(F.collect_set("rule_code").alias("others"))
    compared = (
        now.withColumn("is_now", F.lit(True))
        .join(
            then.where(F.col("rule_code").isin(codes)).withColumn("is_then", F.lit(True)),
            ["inspection_id", "rule_code"],
            "full",
        )
        .join(others, "inspection_id", "left")
    )
    is_now, is_then = (F.coalesce(name, F.lit(False)) for name in ("is_now", "is_then"))
    alone = F.size(F.array_remove(F.coalesce("others", F.array().cast("array<string>")), F.col("rule_code"))) == 0
    changes = compared.groupBy("rule_code").agg(
        F.count_if(is_then).alias("published_count"),
        F.count_if(is_now & ~is_then).alias("new_count"),
        F.count_if(is_then & ~is_now).alias("gone_count"),
        F.count_if(is_now & alone).alias("alone_count"),
    )
    days = by_rule_and_day(now, outcomes(inspections.where(span), referrals), rules)
    counts = ("travellers_count", "hits_count", "examined_count", "confirmed_count")
    summed = days.groupBy("rule_code", "rule_version_number").agg(*(F.sum(name).alias(name) for name in counts))
    false_alerts = F.col("examined_count") - F.col("confirmed_count")
    measures = {
        "precision_ratio": F.try_divide("confirmed_count", "examined_count"),
        "false_alerts_per_thousand": 1000 * false_alerts / F.col("travellers_count"),
    }
    found = summed.join(changes, "rule_code", "left").withColumns(measures)
    return found.fillna(0, ["published_count", "new_count", "gone_count", "alone_count"]).orderBy("rule_code")


def _hits(rules: Sequence[RiskRule], facts: DataFrame) -> DataFrame:
    hits = F.array_compact(F.array(*(F.when(F.expr(rule.hits), F.lit(rule.code)) for rule in rules)))
    try:
        return facts.select("inspection_id", F.explode(hits).alias("rule_code"))
    except AnalysisException as fault:
        raise DeclarationError(
            f"The condition cannot be read ({fault.getCondition()}). It is Spark SQL over the columns of "
            "silver.screening_facts: `lakehouse show silver.screening_facts --rows 0` lists them."
        ) from None
