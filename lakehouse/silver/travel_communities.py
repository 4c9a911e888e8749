"""Which community of travellers a person belongs to, month by month."""

from datetime import date, timedelta
from typing import Annotated

from pyspark.sql import DataFrame, Window
from pyspark.sql import functions as F

from lakehouse.communities import FEWEST_PERSONS, FOUNDED, MEMBERS, detected, founded
from lakehouse.cotravel import pairs
from lakehouse.declare import Between, Column, Holds, Kind, Length, NotNull, Pii, Silver, Unit
from lakehouse.silver.journeys import Journeys
from lakehouse.silver.pair_legs import PairLegs

#: Months, the current one included, for which a journey together counts.
MEMORY_MONTHS = 12
#: Most edges of one month's graph, which one worker holds; those of most legs together are kept.
MOST_EDGES = 1_000_000
_PAIR = ["person_a_key", "person_b_key"]
_MONTHS = tuple(date(2016, month, 1) for month in (6, 7, 8))


class TravelCommunities(Silver):
    """Each row tells that a person belonged to a community of those who travel together in one month.

    The graph of a month joins two persons who are known by then to travel
    together (``lakehouse.cotravel``: a shared booking, or side by side or on one
    leg beyond chance) and did so in the twelve months up to it; months before it was
    known are never filled in later, but what chance expects is measured over
    all records. Communities are found by the Leiden algorithm with a fixed
    seed (``lakehouse.communities``), of three persons and more.

    A community is the same as that of the month before with which it has most
    members in common, where that one has most in common with it too; its
    identity is that of the month in which it was founded. Left out: pairs that
    chance explains (``gold.cotraveller_edge``), and edges over a million a
    month, those of fewest legs, counted as ``left_out_edges_count``. Built
    whole, since identities run on from month to month.
    """

    owner = "network-analysis"
    grain = "one row per person and month"
    key = ("person_key", "month_start_date")
    fresh_within = timedelta(days=31)
    authority = "Traag, Waltman, van Eck 2019, Scientific Reports 9:5233 (Leiden); Greene et al. 2010 (tracking)"
    indexed = ("month_start_date", "community_id")
    rules = (
        Holds("founded_month_date <= month_start_date", "a community is founded before it has members"),
        Holds("edges_count >= persons_count - 1", "a community is connected"),
    )

    person_key = Journeys.person_key
    month_start_date = Column(Kind.DATE, "First day of the month.", (NotNull(),), examples=_MONTHS)
    community_id = Column(
        Kind.STRING,
        "The community, for good: a hash of the month of its founding and its smallest member then.",
        (NotNull(), Length(32)),
        pii=Pii.PSEUDONYM,
        examples=tuple(f"{n:032x}" for n in range(6)),
    )
    founded_month_date = Column(
        Kind.DATE, "First day of the month of its founding.", (NotNull(),), examples=(date(2016, 6, 1),)
    )
    persons_count = Column(
        Kind.LONG, "Persons of the community.", (NotNull(), Between(FEWEST_PERSONS, 10**9)), Unit.COUNT, examples=(3, 4)
    )
    edges_count = Column(
        Kind.LONG,
        "Pairs of the community who travel together.",
        (NotNull(), Between(FEWEST_PERSONS - 1, 10**12)),
        Unit.COUNT,
        examples=(3, 4),
    )
    left_out_edges_count = Column(
        Kind.LONG,
        "Edges of the month over the most that its graph may have.",
        (NotNull(), Between(0, 10**12)),
        Unit.COUNT,
        examples=(0,),
    )

    @staticmethod
    def build(legs: Annotated[DataFrame, PairLegs], journeys: Annotated[DataFrame, Journeys], as_of: date) -> DataFrame:
        by_now = F.col("travelled_on") <= F.lit(as_of)
        monthly = _edges_by_month(legs.where(by_now), journeys, as_of)
        month = Window.partitionBy("month_start_date")
        ranked = monthly.withColumn("rank", F.row_number().over(month.orderBy(F.desc("legs"), *_PAIR)))
        over = ranked.groupBy("month_start_date").agg(
            F.count_if(F.col("rank") > MOST_EDGES).alias("left_out_edges_count")
        )
        graph = ranked.where(F.col("rank") <= MOST_EDGES).select("month_start_date", *_PAIR)
        members = graph.groupBy("month_start_date").applyInArrow(detected, MEMBERS)
        links = _same_as_before(members)
        founders = links.groupBy().applyInArrow(founded, FOUNDED)
        return (
            members.join(founders, ["month_start_date", "label"])
            .join(F.broadcast(over), "month_start_date")
            .withColumn("community_id", F.md5(F.concat_ws("|", "founded_month_date", "founder").cast("binary")))
            .drop("label", "founder")
        )


def _edges_by_month(legs: DataFrame, journeys: DataFrame, as_of: date) -> DataFrame:
    """Edges of each month's graph, with legs together in the months that it remembers."""
    known = pairs(legs, journeys).where(F.col("evidence") != "chance").select(*_PAIR, "known_on")
    travelled = F.trunc("travelled_on", "month").alias("travelled_month")
    by_month = legs.groupBy(*_PAIR, travelled).agg(F.count("*").alias("legs"))
    start = F.greatest("travelled_month", F.trunc("known_on", "month"))
    end = F.least(F.add_months("travelled_month", MEMORY_MONTHS - 1), F.trunc(F.lit(as_of), "month"))
    spans = by_month.join(known, _PAIR).select(*_PAIR, "legs", start.alias("start"), end.alias("end"))
    counted = spans.where("start <= end").select(
        *_PAIR, "legs", F.expr("explode(sequence(start, end, interval 1 month))").alias("month_start_date")
    )
    return counted.groupBy("month_start_date", *_PAIR).agg(F.sum("legs").alias("legs"))


def _same_as_before(members: DataFrame) -> DataFrame:
    """Each community of each month, with its label in the month before where it is the same."""
    person = Window.partitionBy("person_key").orderBy("month_start_date")
    # Windows over one frame, not joins of the frame with itself, which would detect the communities again for each.
    follows = F.lag("month_start_date").over(person) == F.add_months("month_start_date", -1)
    common = (
        members.withColumn("label_before", F.when(follows, F.lag("label").over(person)))
        .groupBy("month_start_date", "label", "label_before")
        .agg(F.count("*").alias("common"))
    )
    known = F.col("label_before").isNotNull()
    of_now = Window.partitionBy("month_start_date", "label").orderBy(F.desc(known), F.desc("common"), "label_before")
    of_before = Window.partitionBy("month_start_date", "label_before").orderBy(F.desc("common"), "label")
    ranked = common.withColumns(
        {"best_before": F.row_number().over(of_now), "best_now": F.row_number().over(of_before)}
    )
    mutual = F.when(F.col("best_now") == 1, F.col("label_before")).alias("label_before")
    return ranked.where("best_before = 1").select("month_start_date", "label", mutual)
