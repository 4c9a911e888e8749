"""Persons resolved from several identities."""

from datetime import date, timedelta
from typing import Annotated

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from lakehouse import fields
from lakehouse.alias_clusters import MEMBERS, clustered
from lakehouse.comparisons import COMPARISONS
from lakehouse.declare import Between, Column, Gold, Holds, Kind, Length, NotBefore, NotNull, OneOf, Pii, Unit
from lakehouse.identity import letters
from lakehouse.silver.identity_pairs import IdentityPairs
from lakehouse.silver.inspections import Inspections
from lakehouse.silver.persons import Persons
from lakehouse.whereabouts import breaks, moves

#: Probability from which on a pair links two identities. What that finds, and wrongly: docs/detection.md.
LINKED_FROM = 0.7
STATES = ("coherent", "chained", "contradicted")
_DAYS = (date(2025, 12, 1), date(2025, 12, 20))


class IdentityAliasCluster(Gold):
    """Each row tells of one person resolved from several identities: which they are, how sure that is, and why.

    Identities are the keys of ``silver.persons``. Two are linked where the pair
    is one person's with a probability of 0.7 or more (``silver.identity_pairs``),
    and a cluster is what links connect. It is a suggestion to reviewers and
    merges nothing: every other table goes on with person keys.

    A cluster is ``coherent`` where each of its identities is linked with each
    other, ``chained`` where some are connected through others alone, and
    ``contradicted`` where its inspections put into one find somebody on the
    wrong side of the border oftener than those of each identity do: then it
    holds two persons or more, or the record of a crossing was lost. ``confidence_ratio`` is the lowest
    probability among the links that hold it together. Of pairs compared,
    those below the threshold stand in silver, with their probabilities.
    A row is one person under pseudonyms, so nothing is pooled. Built whole.
    """

    owner = "document-desk"
    grain = "one row per resolved person with two identities or more"
    key = ("cluster_key",)
    fresh_within = timedelta(days=2)
    authority = "Fellegi and Sunter 1969, JASA 64(328), pairs; connected components over a threshold"
    indexed = ("confidence_ratio", "last_seen_on")
    rules = (
        Holds("identities_count = size(person_keys)", "each identity has a key"),
        Holds("links_count >= identities_count - 1", "a cluster is connected"),
        Holds("(state = 'contradicted') = (contradictions_count > 0)", "what is contradicted says how often"),
        Holds(
            "(state = 'coherent') <= (links_count * 2 = identities_count * (identities_count - 1))", "all are linked"
        ),
    )

    cluster_key = Column(
        Kind.STRING,
        "The smallest of its person keys.",
        (NotNull(), Length(32)),
        pii=Pii.PSEUDONYM,
        examples=fields.person_key.examples,
    )
    person_keys = Column(
        Kind.STRINGS,
        "Its identities, as silver.persons keys them.",
        (NotNull(),),
        pii=Pii.PSEUDONYM,
        examples=([f"{1:032x}", f"{2:032x}"],),
    )
    state = Column(Kind.STRING, "Whether its identities can be one person's.", (NotNull(), OneOf(STATES)))
    confidence_ratio = Column(
        Kind.DOUBLE,
        "Lowest probability among the links that hold it together.",
        (NotNull(), Between(LINKED_FROM, 1)),
        Unit.RATIO,
    )
    identities_count = fields.counted("Identities.")
    links_count = fields.counted("Pairs of them that are linked.")
    contradictions_count = fields.counted(
        "Inspections that find one of them on the wrong side of the border, beyond those that one's own records do."
    )
    documents_count = fields.counted("Documents presented by all.")
    names_count = fields.counted("Names in Latin letters; blanks and hyphens make no other name.")
    births_count = fields.counted("Days of birth.")
    nationalities_count = fields.counted("Nationalities.")
    refusals_count = fields.counted("Refusals of entry and stops at exit of all.")
    differs_in = Column(
        Kind.STRINGS,
        "What differs among them: names, birth, sex, nationality.",
        (NotNull(),),
        examples=(["birth", "names"], ["names"]),
    )
    evidence = Column(
        Kind.STRINGS,
        "What links them, as comparison and level: 'birth same', 'shared own_contact'.",
        (NotNull(),),
        examples=(["names alike", "shared own_contact"],),
    )
    first_seen_on = Column(Kind.DATE, "Day of the first inspection of any.", (NotNull(),), examples=_DAYS)
    last_seen_on = Column(Kind.DATE, "Day of the last.", (NotNull(), NotBefore("first_seen_on")), examples=_DAYS)

    @staticmethod
    def build(
        pairs: Annotated[DataFrame, IdentityPairs],
        persons: Annotated[DataFrame, Persons],
        inspections: Annotated[DataFrame, Inspections],
    ) -> DataFrame:
        links = pairs.where(F.col("match_ratio") >= LINKED_FROM)
        ends = links.select("person_a_key", "person_b_key", "match_ratio")
        members = ends.groupBy().applyInArrow(clustered, MEMBERS)
        known = members.join(persons, "person_key").join(_seen(inspections, members), "person_key")
        return _told(known).join(_why(links, members), "cluster_key").select(*IdentityAliasCluster.columns())


def _seen(inspections: DataFrame, members: DataFrame) -> DataFrame:
    """Where the members were, and with which documents."""
    theirs = inspections.join(F.broadcast(members.select("person_key")), "person_key", "left_semi")
    return theirs.groupBy("person_key").agg(moves().alias("moves"), F.collect_set("document_key").alias("documents"))


def _told(known: DataFrame) -> DataFrame:
    """A row per cluster: its members counted, what differs among them, and whether they contradict each other."""
    spelt = F.transform(
        "names", lambda n: F.concat_ws("|", *(letters(F.coalesce(n[part], F.lit("")), 100) for part in _PARTS))
    )
    counted = (
        known.withColumn("spelt", spelt)
        .groupBy("cluster_key")
        .agg(
            F.array_sort(F.collect_list("person_key")).alias("person_keys"),
            F.collect_list("moves").alias("moves"),
            F.count("*").alias("identities_count"),
            *(F.max(n).alias(n) for n in ("confidence_ratio", "links_count")),
            *(F.size(F.array_distinct(F.flatten(F.collect_list(n)))).alias(m) for n, m in _COUNTED.items()),
            *(F.count_distinct(n).alias(m) for n, m in _DIFFERENT.items()),
            F.sum(F.col("refusals_count") + F.col("stops_count")).alias("refusals_count"),
            *(F.min("first_seen_on").alias("first_seen_on"), F.max("last_seen_on").alias("last_seen_on")),
        )
    )
    merged = F.array_sort(F.flatten("moves"))
    alone = F.aggregate("moves", F.lit(0), lambda total, of: total + breaks(of))
    contradictions = F.greatest(breaks(merged) - alone, F.lit(0))
    all_linked = F.col("links_count") * 2 == F.col("identities_count") * (F.col("identities_count") - 1)
    differs = {"names": "names_count", **{n.split("_")[-1]: m for n, m in _DIFFERENT.items()}}
    return counted.withColumns(
        {
            "contradictions_count": contradictions,
            "state": F.when(contradictions > 0, "contradicted").when(all_linked, "coherent").otherwise("chained"),
            "differs_in": F.array_compact(F.array(*(F.when(F.col(m) > 1, n) for n, m in differs.items()))),
        }
    )


_PARTS = ("primary_identifier", "secondary_identifier")
_COUNTED = {"documents": "documents_count", "spelt": "names_count"}
_DIFFERENT = {"date_of_birth": "births_count", "sex": "sexes_count", "nationality": "nationalities_count"}


def _why(links: DataFrame, members: DataFrame) -> DataFrame:
    """By cluster, the levels that speak for any of its links."""
    speaks = [
        F.when(F.col(f"{name}_score") > 0, F.concat_ws(" ", F.lit(name), f"{name}_evidence")) for name in COMPARISONS
    ]
    told = links.withColumn("evidence", F.array_compact(F.array(*speaks)))
    return (
        told.join(members, F.col("person_a_key") == F.col("person_key"))
        .groupBy("cluster_key")
        .agg(F.array_sort(F.array_distinct(F.flatten(F.collect_list("evidence")))).alias("evidence"))
    )
