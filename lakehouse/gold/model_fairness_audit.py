"""Whether a model's referrals and false alerts fall on some groups of travellers more than on others."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Annotated

from pyspark.sql import Column as SparkColumn
from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from lakehouse import fields
from lakehouse.declare import Column, DateBetween, Gold, Holds, Kind, NotNull, OneOf
from lakehouse.gold.traveller_risk_score import TravellerRiskScore
from lakehouse.intervals import wilson
from lakehouse.privacy import pool_thin_cells
from lakehouse.silver.crossings import AGENCY_STATE
from lakehouse.silver.inspections import Inspections
from lakehouse.silver.person_flags import PersonFlags
from lakehouse.silver.referrals import Referrals

#: First ages of the bands, each up to the next.
AGES = (0, 18, 30, 45, 60)
BANDS = ("0-17", "18-29", "30-44", "45-59", "60+")
_PER = ("model", "model_version_number", "month_start_date", "attribute")
_SUMS = ("crossings_count", "referred_count", "harmless_count", "false_alerts_count", "found_count", "hits_count")
#: Shares that are told, each of which count over which.
_SHARES = {
    "referral": ("referred_count", "crossings_count"),
    "false_positive": ("false_alerts_count", "harmless_count"),
    "precision": ("hits_count", "judged_referrals_count"),
}


class ModelFairnessAudit(Gold):
    """Each row tells how often a model would refer a group of travellers in a month, and how often wrongly.

    Crossings are those scored in ``gold.traveller_risk_score``, referred where
    that table says so; groups are by nationality, sex and age at the crossing.
    None of these is a feature of the model; they are looked at here to see on
    whom its errors fall. Found is what the agency knows by the last day: a
    refusal, stop or confirmed case at the crossing or within 30 days after it.
    Crossings of travellers found at another time are neither found nor
    harmless, and count in the referral rate alone. Shares have Wilson's 95 %
    interval over crossings; who crosses often weighs more, so that the true one
    is somewhat wider.

    The agency finds few of those whom the model looks for, and looks at some
    groups more than at others: a false alert here is one that nobody has
    confirmed. Only the random arm (``gold.referral_outcome``) is free of that.

    Groups of fewer than ten persons in a month are put together as 'withheld'.
    """

    owner = "model-review"
    grain = "one row per model version, month, attribute and group"
    key = ("model", "model_version_number", "month_start_date", "attribute", "group_name")
    fresh_within = timedelta(days=2)
    authority = (
        "Regulation (EU) 2024/1689 (AI Act), art. 10 and 15, Annex III, 7, as yardstick; error rates by group: "
        "Chouldechova 2017; Wilson 1927"
    )
    indexed = ("month_start_date",)
    rules = (
        Holds("referred_count <= crossings_count", "the referred are among the crossings"),
        Holds("harmless_count + found_count <= crossings_count", "no crossing is both found and harmless"),
        Holds("false_alerts_count <= harmless_count", "false alerts are harmless crossings"),
        Holds("hits_count <= found_count", "hits were found"),
        Holds("hits_count + false_alerts_count <= referred_count", "hits and false alerts were referred"),
    )

    model = Column(Kind.STRING, "Model, as the registry names it.", (NotNull(), OneOf(("traveller_risk",))))
    model_version_number = fields.model_version_number
    is_approved = fields.is_approved
    month_start_date = Column(
        Kind.DATE,
        "First day of the month of the crossings; the first and last month scored may be told in part.",
        (NotNull(), DateBetween(date(1990, 1, 1), date(2100, 1, 1))),
    )
    attribute = Column(Kind.STRING, "What the groups are by.", (NotNull(), OneOf(("nationality", "sex", "age"))))
    group_name = Column(
        Kind.STRING,
        "Group: a nationality, a sex or a band of ages; 'withheld' where thin cells are put together.",
        (NotNull(),),
        examples=("VNM", "F", "18-29", "withheld"),
    )
    cells_count = fields.cells_count
    persons_count = fields.counted_unless_thin("Persons, each counted once in a group and month.")
    crossings_count = fields.counted_unless_thin("Their crossings that were scored.")
    referred_count = fields.counted_unless_thin("Crossings that the version would refer.")
    referral_ratio = fields.ratio("Referred over all crossings.")
    referral_low_ratio = fields.ratio("Lower end of its 95 % interval.")
    referral_high_ratio = fields.ratio("Upper end of its 95 % interval.")
    harmless_count = fields.counted_unless_thin("Crossings of travellers against whom nothing was found.")
    false_alerts_count = fields.counted_unless_thin("Harmless crossings that the version would refer.")
    false_positive_ratio = fields.ratio("False alerts over harmless crossings.")
    false_positive_low_ratio = fields.ratio("Lower end of its 95 % interval.")
    false_positive_high_ratio = fields.ratio("Upper end of its 95 % interval.")
    found_count = fields.counted_unless_thin("Crossings at which, or within 30 days after which, something was found.")
    hits_count = fields.counted_unless_thin("Found crossings that the version would refer.")
    precision_ratio = fields.ratio("Hits over hits and false alerts; null where there are neither.")
    precision_low_ratio = fields.ratio("Lower end of its 95 % interval.")
    precision_high_ratio = fields.ratio("Upper end of its 95 % interval.")

    @staticmethod
    def build(
        scores: Annotated[DataFrame, TravellerRiskScore],
        inspections: Annotated[DataFrame, Inspections],
        flags: Annotated[DataFrame, PersonFlags],
        referrals: Annotated[DataFrame, Referrals],
        known_until: Mapping[str, date],
    ) -> DataFrame:
        from ml.high_risk_histories.marks import found_by_agency

        last = known_until.get(AGENCY_STATE, date.min)
        found = found_by_agency(inspections, flags, referrals, last).select("inspection_id", "is_positive", "is_unsure")
        groups = inspections.select("inspection_id", F.explode(_groups()).alias("attribute", "group_name"))
        known = scores.join(groups, "inspection_id").join(found, "inspection_id", "left").na.fill(False)
        of_version = known.withColumns(
            {"model": F.lit("traveller_risk"), "month_start_date": F.trunc("inspected_on", "month")}
        )
        cells = of_version.groupBy(*_PER, "group_name").agg(
            F.count_distinct("person_key").alias("persons_count"), *_counts()
        )
        shown = pool_thin_cells(cells, "group_name", "persons_count", _SUMS, _PER)
        versions = scores.groupBy("model_version_number").agg(F.bool_and("is_approved").alias("is_approved"))
        judged = F.col("hits_count") + F.col("false_alerts_count")
        shares = (share for name in _SHARES for share in _share(name))
        told = shown.join(F.broadcast(versions), "model_version_number").withColumn("judged_referrals_count", judged)
        return told.select("*", *shares).select(*ModelFairnessAudit.columns())


def _groups() -> SparkColumn:
    """Attributes of a traveller with the group of each."""
    age = F.year("inspected_on") - F.col("birth_year")
    band = F.lit("not_recorded")
    for first, name in zip(AGES, BANDS, strict=True):
        band = F.when(age >= first, name).otherwise(band)
    told = {"nationality": F.col("nationality"), "sex": F.col("sex"), "age": band}
    return F.create_map(*(entry for name, group in told.items() for entry in (F.lit(name), group)))


def _counts() -> list[SparkColumn]:
    referred, found = F.col("is_referred"), F.col("is_positive")
    harmless = ~found & ~F.col("is_unsure")
    conditions = (F.lit(True), referred, harmless, harmless & referred, found, found & referred)
    return [F.count_if(condition).alias(name) for name, condition in zip(_SUMS, conditions, strict=True)]


def _share(name: str) -> list[SparkColumn]:
    hits, of = map(F.col, _SHARES[name])
    low, high = wilson(hits, of)
    return [
        F.try_divide(hits, of).alias(f"{name}_ratio"),
        low.alias(f"{name}_low_ratio"),
        high.alias(f"{name}_high_ratio"),
    ]
