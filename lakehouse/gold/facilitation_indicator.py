"""Agencies, means of payment, telephones and sponsors that flagged travellers have in common."""

from datetime import timedelta
from typing import Annotated

from pyspark.sql import Column as SparkColumn
from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from lakehouse import fields
from lakehouse.declare import Between, Column, Gold, Holds, Kind, NotNull, OneOf, Pii, Unit
from lakehouse.silver.journeys import Journeys
from lakehouse.silver.person_flags import PersonFlags

#: What persons have in common, with the columns of a journey that say so.
KINDS = {
    "agency": ("agency_code",),
    "payment": ("payment_key",),
    "phone": ("booking_phone_key", "card_phone_key"),
    "sponsor": ("sponsor_key",),
}
#: Evidence from which a group is named: flagged parties at least, times the share of its kind, and the score, which
#: chance exceeds once in 30,000 groups.
FEWEST_FLAGGED, LEAST_LIFT, LEAST_SCORE = 3, 2.0, 4.0
#: Stands for all groups of a kind whose evidence is less.
NOT_NAMED = "not_named"
_GROUP = ["group_kind", "group_key"]
_AFTER = "flags that became known after the crossing count as well"


class FacilitationIndicator(Gold):
    """Each row tells that a crossing was made by one of a group in which flagged travellers are too many for chance.

    A group is all who share an agency, a means of payment, a telephone or a
    sponsor. It is counted in parties: a person counts once, with the smallest
    of their bookings in the group, so that a family on one booking and one
    card is one party however often it travels. A party is flagged where one
    of it is (``silver.person_flags``). The flagged parties are compared with
    the share of flagged parties in all groups of the kind by the signed root
    of the binomial log-likelihood ratio (Dunning 1993). Named are groups with
    at least three flagged parties, twice the share of their kind and a score
    of four: an agency of thousands is not named for its size.

    What is below is counted: one row per kind, its group ``not_named`` and
    its crossing ``all``, adds up all other groups, persons and parties once a
    group. Journeys that no inspection matches count in their group and have
    no row. Flags count whenever they became known, so nothing here may feed
    a model of the crossing. Built whole: each flag moves the share that all
    groups are measured by.
    """

    owner = "network-analysis"
    grain = "one row per named group and crossing, and one per kind for all groups not named"
    key = ("group_kind", "group_key", "inspection_id")
    fresh_within = timedelta(days=2)
    authority = "Dunning 1993, Computational Linguistics 19(1): log-likelihood ratio; platform thresholds"
    indexed = ("group_kind", "travelled_on")
    rules = (
        Holds("flagged_parties_count <= parties_count", "flagged parties are among the parties"),
        Holds("parties_count <= persons_count", "a party has at least a person"),
        Holds(
            f"group_key = '{NOT_NAMED}' OR (flagged_parties_count >= {FEWEST_FLAGGED} AND groups_count = 1 "
            f"AND evidence_score >= {LEAST_SCORE} "
            f"AND flagged_parties_count >= {LEAST_LIFT} * base_flagged_ratio * parties_count)",
            "groups of less evidence are not named",
        ),
        Holds(f"(group_key = '{NOT_NAMED}') = (person_key IS NULL)", "groups not named show no person"),
    )

    group_kind = Column(Kind.STRING, "What the group shares.", (NotNull(), OneOf(tuple(KINDS))))
    group_key = Column(
        Kind.STRING,
        "The agency's number, or the keyed hash of what is shared; 'not_named' for all others together.",
        (NotNull(),),
        pii=Pii.PSEUDONYM,
    )
    inspection_id = Column(Kind.STRING, "Inspection of the crossing; 'all' for groups not named.", (NotNull(),))
    person_key = fields.person_key
    travelled_on = Column(Kind.DATE, "Scheduled local day of the leg.")
    direction = Column(Kind.STRING, "Entry or exit.", (OneOf(("entry", "exit")),))
    flight_leg_id = fields.flight_leg_id
    is_flagged_person = Column(Kind.BOOLEAN, "Whether the one who crossed is flagged.", leaks=_AFTER)
    groups_count = fields.counted("Groups that the row stands for: one, or all that are not named.")
    persons_count = fields.counted("Persons in the group.")
    flagged_persons_count = fields.counted("Of them flagged.")
    parties_count = fields.counted("Parties in the group.")
    flagged_parties_count = fields.counted("Parties with a flagged person.")
    flagged_ratio = fields.ratio("Flagged parties over parties.")
    base_flagged_ratio = fields.ratio("The same over all groups of the kind.")
    evidence_score = Column(
        Kind.DOUBLE,
        "Signed root of the log-likelihood ratio; null for groups not named.",
        (Between(LEAST_SCORE, 10**6),),
        Unit.SCORE,
        leaks=_AFTER,
    )

    @staticmethod
    def build(journeys: Annotated[DataFrame, Journeys], flags: Annotated[DataFrame, PersonFlags]) -> DataFrame:
        flagged = flags.select("person_key", F.lit(True).alias("flagged")).distinct()
        is_flagged = F.coalesce("flagged", F.lit(False))
        members = _memberships(journeys).join(flagged, "person_key", "left").withColumn("is_flagged_person", is_flagged)
        groups = _measured(members)
        crossings = members.where(F.col("inspection_id").isNotNull()).dropDuplicates([*_GROUP, "inspection_id"])
        named = crossings.join(F.broadcast(groups.where("is_named")), _GROUP).withColumn("groups_count", F.lit(1))
        rows = named.unionByName(_not_named(groups), allowMissingColumns=True)
        ratio = F.col("flagged_parties_count") / F.col("parties_count")
        return rows.withColumn("flagged_ratio", ratio).select(*FacilitationIndicator.columns())


def _memberships(journeys: DataFrame) -> DataFrame:
    shared = F.array(
        *(
            F.struct(F.lit(kind).alias("group_kind"), F.col(column).alias("group_key"))
            for kind, columns in KINDS.items()
            for column in columns
        )
    )
    party = F.coalesce("booking_key", "person_key").alias("party")
    facts = ("person_key", "inspection_id", "travelled_on", "direction", "flight_leg_id")
    return (
        journeys.select(*facts, party, F.explode(shared).alias("shared"))
        .where("shared.group_key IS NOT NULL")
        .select(*facts, "party", "shared.*")
    )


def _measured(members: DataFrame) -> DataFrame:
    persons = members.groupBy(*_GROUP, "person_key").agg(
        F.min("party").alias("party"), F.max("is_flagged_person").alias("is_flagged")
    )
    parties = persons.groupBy(*_GROUP, "party").agg(
        F.count("*").alias("persons"), F.count_if("is_flagged").alias("flagged_persons")
    )
    groups = parties.groupBy(*_GROUP).agg(
        F.sum("persons").alias("persons_count"),
        F.sum("flagged_persons").alias("flagged_persons_count"),
        F.count("*").alias("parties_count"),
        F.count_if(F.col("flagged_persons") > 0).alias("flagged_parties_count"),
    )
    base = groups.groupBy("group_kind").agg(
        (F.sum("flagged_parties_count") / F.sum("parties_count")).alias("base_flagged_ratio")
    )
    scored = binomial_score("flagged_parties_count", "parties_count", "base_flagged_ratio")
    return (
        groups.join(F.broadcast(base), "group_kind")
        .withColumn("evidence_score", scored)
        .withColumn("is_named", _is_named())
    )


def _not_named(groups: DataFrame) -> DataFrame:
    sums = ("persons_count", "flagged_persons_count", "parties_count", "flagged_parties_count")
    pool = (
        groups.where(~F.col("is_named"))
        .groupBy("group_kind")
        .agg(
            F.count("*").alias("groups_count"),
            F.max("base_flagged_ratio").alias("base_flagged_ratio"),
            *(F.sum(name).alias(name) for name in sums),
        )
    )
    return pool.withColumns({"group_key": F.lit(NOT_NAMED), "inspection_id": F.lit("all")})


def binomial_score(hits: str, trials: str, share: str) -> SparkColumn:
    """Signed root of twice the log-likelihood ratio of ``hits`` in ``trials`` against ``share``."""
    k, n, p = F.col(hits), F.col(trials), F.col(share)
    found = F.when(k > 0, k * F.ln(k / (n * p))).otherwise(0.0)
    missed = F.when(k < n, (n - k) * F.ln((n - k) / (n * (1 - p)))).otherwise(0.0)
    return F.signum(k - n * p) * F.sqrt(2 * F.greatest(found + missed, F.lit(0.0)))


def _is_named() -> SparkColumn:
    return (
        (F.col("flagged_parties_count") >= FEWEST_FLAGGED)
        & (F.col("flagged_parties_count") >= LEAST_LIFT * F.col("base_flagged_ratio") * F.col("parties_count"))
        & (F.col("evidence_score") >= LEAST_SCORE)
    )
