"""Which stays are learned from, what counts as an overstay, and which days plainly lost their departures."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import log

from pyspark.sql import Column as SparkColumn
from pyspark.sql import DataFrame, Window
from pyspark.sql import functions as F

#: Visa Waiver Program, tourist and business (8 CFR 217): 90 days that cannot be extended.
VISA_WAIVER = ("WT", "WB")
BORDER_STATE = "USA"
#: Days after the deadline within which a departure is still no overstay: records come late, and so do flights.
GRACE_DAYS = 7
#: Days of staying are told up to here: what comes later than the grace is the outcome itself.
LONGEST_DAYS = 97

FLIGHT = ("carrier_code", "flight_number", "port_code")


@dataclass(frozen=True)
class OutageRule:
    """When so many of a unit's departures are missing on one day that they were lost and not omitted.

    The unit's own rate on its other days is what is usual, drawn towards the
    rate of all by ``prior_rows``; days that look like outages at first sight are
    no part of it at the second. A day is an outage where at least
    ``fewest_overstays`` stand in it, they are ``times_usual`` or more of what is
    usual, and by Chernoff's bound so many come by chance with a probability
    below ``chance``, even where the usual rate is doubled. A flight that always
    brings many overstayers is usual to itself, and no outage.
    """

    unit: tuple[str, ...]
    fewest_overstays: int = 8
    times_usual: float = 5.0
    chance: float = 1e-6
    prior_rows: float = 50.0

    def is_outage(self, overstays: str, rows: str, usual: str) -> SparkColumn:
        """Whether a unit's day is an outage, from its counts and its usual rate."""
        seen, doubled = F.col(overstays) / F.col(rows), F.least(2 * F.col(usual), F.lit(0.99))
        missed = F.when(seen < 1, (1 - seen) * F.log((1 - seen) / (1 - doubled))).otherwise(0.0)
        surprise = F.col(rows) * (seen * F.log(seen / doubled) + missed)
        enough = (F.col(overstays) >= self.fewest_overstays) & (seen >= self.times_usual * F.col(usual))
        return enough & (surprise >= -log(self.chance))


#: Departures are lost by flight, by port (Orlando on 2016-04-19), and by what a carrier brings to a port.
OUTAGE_RULES = (
    OutageRule(FLIGHT),
    OutageRule(("port_code",)),
    OutageRule(("carrier_code", "port_code")),
)


def outcomes(stays: DataFrame, rules: Sequence[OutageRule] = OUTAGE_RULES) -> DataFrame:
    """What became of each stay by the day of judgement, a row an ``admission_id``.

    ``is_overstay`` holds where no departure is known by the deadline and its
    grace; it means something where ``is_matured``: the grace has passed. Clean
    are arrivals by air whose record was loaded within a day. ``stayed_days`` are
    nights up to ``LONGEST_DAYS``, whole where ``is_followed``: the stay began so long ago.
    """
    due = F.date_add("authorised_until", GRACE_DAYS)
    told = stays.select(
        "admission_id",
        "entered_on",
        *FLIGHT,
        (F.col("border_state") == BORDER_STATE).alias("is_ours"),
        F.coalesce(F.col("class_of_admission").isin(*VISA_WAIVER), F.lit(False)).alias("is_visa_waiver"),
        F.coalesce(due < F.col("as_of_date"), F.lit(False)).alias("is_matured"),
        F.coalesce(F.col("exited_on") > due, F.col("exited_on").isNull()).alias("is_overstay"),
        ((F.col("mode") == "air") & F.coalesce(F.col("load_delay_days") <= 1, F.lit(False))).alias("is_clean"),
        (F.datediff("as_of_date", "entered_on") >= LONGEST_DAYS).alias("is_followed"),
        F.least(F.datediff(F.coalesce("exited_on", "as_of_date"), "entered_on"), F.lit(LONGEST_DAYS)).alias(
            "stayed_days"
        ),
    )
    counted = told.where("is_ours").withColumn("is_judged", F.expr("is_visa_waiver AND is_matured AND is_clean"))
    for number, rule in enumerate(rules):
        counted = _with_outage(counted, rule, f"outage_{number}")
    lost = [F.col(f"outage_{number}") for number in range(len(rules))]
    found = F.greatest(*lost) if len(lost) > 1 else lost[0] if lost else F.lit(False)
    return counted.withColumn("is_outage", found).select(*OUTCOMES)


#: Columns of ``outcomes``.
OUTCOMES = (
    *("admission_id", "is_visa_waiver", "is_matured", "is_overstay", "is_clean"),
    *("stayed_days", "is_followed", "is_outage"),
)


def _with_outage(stays: DataFrame, rule: OutageRule, name: str) -> DataFrame:
    """``stays`` with the flag ``name``: of a day on which the rule's unit lost its departures."""
    judged = stays.where("is_judged").where(" AND ".join(f"{column} IS NOT NULL" for column in rule.unit))
    daily = judged.groupBy(*rule.unit, "entered_on").agg(
        F.count("*").alias("rows"), F.count_if("is_overstay").alias("overstays")
    )
    first = daily.withColumn("usual", _usual(rule, F.lit(True)))
    suspect = F.coalesce(rule.is_outage("overstays", "rows", "usual"), F.lit(False))
    second = first.withColumn("is_suspect", suspect).withColumn("usual", _usual(rule, ~F.col("is_suspect")))
    lost = second.where(rule.is_outage("overstays", "rows", "usual"))
    flagged = lost.select(*rule.unit, "entered_on", F.lit(True).alias(name))
    return stays.join(F.broadcast(flagged), [*rule.unit, "entered_on"], "left").fillna(False, [name])


def _usual(rule: OutageRule, counts: SparkColumn) -> SparkColumn:
    """Rate of overstaying on the unit's other days, of those where ``counts`` holds."""
    unit, everything = Window.partitionBy(*rule.unit), Window.partitionBy()
    overall = F.sum("overstays").over(everything) / F.sum("rows").over(everything)
    overstays, rows = (F.when(counts, F.col(name)).otherwise(0) for name in ("overstays", "rows"))
    others, of = F.sum(overstays).over(unit) - overstays, F.sum(rows).over(unit) - rows
    return (others + rule.prior_rows * overall) / (of + rule.prior_rows)
