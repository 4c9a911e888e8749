"""Communities of travellers, month by month."""

from datetime import date, timedelta
from typing import Annotated

from pyspark.sql import DataFrame, Window
from pyspark.sql import functions as F

from lakehouse import fields
from lakehouse.declare import Column, Gold, Holds, Kind, NotNull
from lakehouse.silver.person_flags import PersonFlags
from lakehouse.silver.travel_communities import TravelCommunities

_CELL = ["community_id", "month_start_date"]


class TravelNetworkCommunity(Gold):
    """Each row tells how large a community of travellers was in a month, how many are flagged, who came and left.

    Communities and their identities are those of ``silver.travel_communities``.
    Flagged are persons refused at entry, stopped at exit or overstayed by the
    last day of the month (``silver.person_flags``): what became known later
    does not count. New members were not in the community in the month before,
    left ones were; both may have been in another. A community that broke up
    or merged into another closes with a row of no persons. Most communities
    are families and friends: the share of flagged members in all communities
    of the month stands beside each. A row is one community under a
    pseudonym, as a case is, so small ones are shown. Edges left out of the
    month's graph are counted.
    """

    owner = "network-analysis"
    grain = "one row per community and month"
    key = ("community_id", "month_start_date")
    fresh_within = timedelta(days=31)
    authority = "Traag, Waltman, van Eck 2019, Scientific Reports 9:5233 (Leiden); Greene et al. 2010 (tracking)"
    indexed = ("month_start_date",)
    rules = (
        Holds("persons_count = new_members_count + stayed_members_count", "a member is new or was there before"),
        Holds("flagged_persons_count <= persons_count", "flagged persons are members"),
        Holds("persons_count > 0 OR left_members_count > 0", "a closing row has those who left"),
    )

    community_id = TravelCommunities.community_id
    month_start_date = TravelCommunities.month_start_date
    founded_month_date = TravelCommunities.founded_month_date
    age_months_count = fields.counted("Months since its founding.")
    persons_count = fields.counted("Persons of the community; none in its closing row.")
    edges_count = fields.counted("Pairs of it who travel together.")
    density_ratio = fields.ratio("Such pairs over all pairs of its persons.")
    flagged_persons_count = fields.counted("Members flagged by the end of the month.")
    flagged_ratio = fields.ratio("Flagged members over members.")
    base_flagged_ratio = fields.ratio("The same over the members of all communities of the month.")
    new_members_count = fields.counted("Members who were not in it the month before.")
    stayed_members_count = fields.counted("Members who were.")
    left_members_count = fields.counted("Members of the month before who are not in it any more.")
    continuity_ratio = fields.ratio(
        "Members of both months over those of either (Jaccard); null in the month of founding."
    )
    is_closed = Column(Kind.BOOLEAN, "Whether the community is no more.", (NotNull(),))
    left_out_edges_count = fields.counted("Edges of the month that its graph had no room for.")

    @staticmethod
    def build(
        communities: Annotated[DataFrame, TravelCommunities], flags: Annotated[DataFrame, PersonFlags], as_of: date
    ) -> DataFrame:
        counted = _counted(_both_months(communities, as_of), flags)
        facts = communities.groupBy(*_CELL).agg(
            F.max("edges_count").alias("edges_count"), F.max("left_out_edges_count").alias("left_out_edges_count")
        )
        month = Window.partitionBy("month_start_date")
        persons, stayed, flagged = F.col("persons_count"), F.col("stayed_members_count"), "flagged_persons_count"
        either = persons + F.col("left_members_count")
        pairs = F.nullif(persons * (persons - 1) / 2, F.lit(0.0))
        full = counted.join(facts, _CELL, "left").withColumns(
            {
                "edges_count": F.coalesce("edges_count", F.lit(0)),
                "left_out_edges_count": F.coalesce(F.max("left_out_edges_count").over(month), F.lit(0)),
                "age_months_count": F.months_between("month_start_date", "founded_month_date"),
                "flagged_ratio": F.col(flagged) / F.nullif(persons, F.lit(0)),
                "base_flagged_ratio": F.sum(flagged).over(month) / F.nullif(F.sum(persons).over(month), F.lit(0)),
                "continuity_ratio": F.when(F.col("month_start_date") > F.col("founded_month_date"), stayed / either),
                "is_closed": persons == 0,
            }
        )
        return full.withColumn("density_ratio", F.col("edges_count") / pairs)


def _both_months(communities: DataFrame, as_of: date) -> DataFrame:
    """Persons by community and month, whether they are in it and whether they were the month before."""
    members = communities.select(*_CELL, "person_key", "founded_month_date")
    following = F.add_months("month_start_date", 1)
    before = members.withColumn("month_start_date", following).where(F.col("month_start_date") <= F.lit(as_of))
    both = members.withColumn("is_now", F.lit(1)).unionByName(before.withColumn("was_before", F.lit(1)), True)
    return both.groupBy(*_CELL, "person_key").agg(
        F.min("founded_month_date").alias("founded_month_date"),
        F.max("is_now").isNotNull().alias("is_now"),
        F.max("was_before").isNotNull().alias("was_before"),
    )


def _counted(members: DataFrame, flags: DataFrame) -> DataFrame:
    first = flags.groupBy("person_key").agg(F.min("flagged_on").alias("flagged_on"))
    now, before = F.col("is_now"), F.col("was_before")
    flagged = now & (F.col("flagged_on") <= F.last_day("month_start_date"))
    return (
        members.join(first, "person_key", "left")
        .groupBy(*_CELL)
        .agg(
            F.min("founded_month_date").alias("founded_month_date"),
            F.count_if(now).alias("persons_count"),
            F.count_if(flagged).alias("flagged_persons_count"),
            F.count_if(now & ~before).alias("new_members_count"),
            F.count_if(now & before).alias("stayed_members_count"),
            F.count_if(before & ~now).alias("left_members_count"),
        )
    )
