"""Cases at secondary inspection: why they were referred, what was found, and whether the hit was confirmed."""

from datetime import UTC, date, datetime, timedelta
from typing import Annotated

from pyspark.sql import Column as SparkColumn
from pyspark.sql import DataFrame, Window
from pyspark.sql import functions as F

from lakehouse import fields, reading
from lakehouse.bronze.referral_outcomes import ReferralOutcomes
from lakehouse.conforming import conformed
from lakehouse.declare import Between, Column, DateBetween, Holds, Kind, NotBefore, NotNull, OneOf, Pii, Silver, Unit
from lakehouse.identity import with_document_key
from lakehouse.silver.source_codes import SourceCodes

HIT_KINDS = ("watchlist", "rule", "model", "network", "officer", "random")
#: What was done, each with whether it is a measure against the traveller.
DISPOSITIONS = {
    "released": False,
    "admitted_with_conditions": False,
    "refused": True,
    "arrested": True,
    "handed_over": True,
    "document_seized": True,
}
#: What was found, each with whether it confirms the hit whatever was done.
FINDINGS = {
    "none": False,
    "false_document": True,
    "altered_document": True,
    "impostor": True,
    "fraudulently_obtained": True,
    "wanted": True,
    "overstay_history": True,
    "undeclared_work": True,
    "smuggling": True,
    "trafficking": True,
    "other": False,
}
DETECTION_POINTS = ("e_gate", "primary", "secondary", "exit")
_OUTCOME = "known only when the case is closed"
_MONTH_MINUTES = 31 * 24 * 60


class Referrals(Silver):
    """Each row tells of one case at secondary inspection: what hit, what was found and done, and after how long.

    A hit is confirmed where the officer found what referrals are made for, or
    took a measure against the traveller: refused, arrested, handed over or the
    document seized. Findings and dispositions that confirm are declared in this
    module; 'other' confirms only with a measure. All else is not confirmed,
    admission with conditions too. This is the sense in which passenger units
    report hits as confirmed after review by a person (Directive (EU) 2016/681,
    art. 6(5)). A case sent again replaces the one before it.
    """

    owner = "screening-desk"
    grain = "one row per case"
    key = ("referral_id",)
    fresh_within = timedelta(days=2)
    authority = "Directive (EU) 2016/681 (PNR), art. 6(5) and 20: hits reviewed by a person; labels declared here"
    indexed = ("referred_on",)
    ignored = {"officer_id": "no dataset judges officers"}
    rules = (
        Holds(
            "(label = 'confirmed') OR finding IN ('none', 'other')",
            "what was found confirms the hit",
        ),
    )

    referral_id = Column(Kind.STRING, "Number of the case.", (NotNull(),))
    inspection_id = Column(
        Kind.STRING,
        "Inspection from which it was referred.",
        (NotNull(),),
        examples=tuple(f"inspection_id-{n}" for n in range(200)),
    )
    referred_at_utc = Column(
        Kind.TIMESTAMP, "When the traveller was referred.", (NotNull(),), examples=(datetime(2025, 12, 1, tzinfo=UTC),)
    )
    referred_on = Column(
        Kind.DATE,
        "Local day of that.",
        (NotNull(), DateBetween(date(1990, 1, 1), date(2100, 1, 1))),
        examples=(date(2025, 12, 1), date(2025, 12, 2)),
    )
    decided_at_utc = Column(
        Kind.TIMESTAMP,
        "When the case was closed.",
        (NotBefore("referred_at_utc"),),
        lenient=True,
        leaks=_OUTCOME,
        examples=(datetime(2025, 12, 1, 1, tzinfo=UTC),),
    )
    decision_minutes = Column(
        Kind.DOUBLE,
        "From referral to decision; null where a time cannot be, such as a decision before its referral.",
        (Between(0, _MONTH_MINUTES),),
        Unit.MINUTES,
        lenient=True,
        leaks=_OUTCOME,
        examples=(20.0, 45.5, 390.0),
    )
    hit_kind = Column(Kind.STRING, "What made the referral.", (NotNull(), OneOf(HIT_KINDS)))
    hit_code = Column(
        Kind.STRING,
        "Rule, model, group or entry of a list that hit; an entry stands for a person.",
        pii=Pii.PSEUDONYM,
        examples=("rule-07", "model-1", None),
    )
    port_code = fields.port_code
    direction = fields.direction
    disposition = Column(Kind.STRING, "What was done.", (NotNull(), OneOf(tuple(DISPOSITIONS))), leaks=_OUTCOME)
    finding = Column(Kind.STRING, "What was found.", (NotNull(), OneOf(tuple(FINDINGS))), leaks=_OUTCOME)
    label = Column(
        Kind.STRING,
        "Whether the hit was confirmed, by finding and disposition.",
        (NotNull(), OneOf(("confirmed", "not_confirmed"))),
        leaks=_OUTCOME,
    )
    detection_point = Column(
        Kind.STRING, "Where it was found.", (OneOf(DETECTION_POINTS),), lenient=True, leaks=_OUTCOME
    )
    document_type = Column(
        Kind.STRING,
        "P passport, V visa, I identity or travel card, C crew certificate.",
        (OneOf(("P", "V", "I", "C")),),
        lenient=True,
    )
    claimed_nationality = Column(
        Kind.STRING, "Nationality that the traveller claims, coded as nationality is.", fields.nationality.rules,
        examples=fields.nationality.examples,
    )  # fmt: skip
    issuing_state = Column(
        Kind.STRING, "State that issued the document, by what it says of itself.", examples=("TWN", "VNM", None)
    )
    document_key = fields.document_key
    source_delivery = fields.source_delivery
    source_line = fields.source_line

    @staticmethod
    def build(
        outcomes: Annotated[DataFrame, ReferralOutcomes], codes: Annotated[DataFrame, SourceCodes], keyring: DataFrame
    ) -> DataFrame:
        cases = conformed(_newest(outcomes), codes, "port", "nia_port", "port_code")
        issuer = reading.state(F.col("issuing_state"))
        seconds = F.unix_timestamp("decided_at_utc") - F.unix_timestamp("referred_at_utc")
        return with_document_key(cases, keyring, issuer, F.col("document_number")).select(
            *("referral_id", F.col("record_id").alias("inspection_id"), "referred_at_utc", "decided_at_utc"),
            *(F.col(name).alias(f"{name}_utc__raw") for name in ("referred_at", "decided_at")),
            reading.local_day(F.col("referred_at_utc")).alias("referred_on"),
            *((seconds / 60).alias("decision_minutes"), _label().alias("label")),
            *("hit_kind", "hit_code", "port_code", "direction", "disposition", "finding"),
            *("detection_point", "document_type", issuer.alias("issuing_state"), "document_key"),
            F.coalesce(reading.state(F.col("claimed_nationality")), F.lit("unknown")).alias("claimed_nationality"),
            *("source_delivery", "source_line"),
        )


def _newest(outcomes: DataFrame) -> DataFrame:
    """The last word on each case; cases without a number stay, to be refused."""
    timed = outcomes.withColumns({f"{n}_utc": reading.moment(F.col(n)) for n in ("referred_at", "decided_at")})
    latest = ("decided_at_utc", "ingested_at_utc", "source_sha256", "source_line")
    of_case = Window.partitionBy("referral_id").orderBy(*(F.desc(n) for n in latest))
    return timed.withColumn("_place", F.row_number().over(of_case)).where("_place = 1 OR referral_id IS NULL")


def _label() -> SparkColumn:
    found = F.col("finding").isin(*(name for name, confirms in FINDINGS.items() if confirms))
    measure = F.col("disposition").isin(*(name for name, is_measure in DISPOSITIONS.items() if is_measure))
    return F.when(found | measure, "confirmed").otherwise("not_confirmed")
