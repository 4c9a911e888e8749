"""Weeks in which a nationality arrives on a route more or less than it used to."""

from datetime import date, timedelta
from typing import Annotated

from pyspark.sql import Column as SparkColumn
from pyspark.sql import DataFrame, Window
from pyspark.sql import functions as F

from lakehouse import fields
from lakehouse.declare import Between, Column, Gold, Holds, Kind, NotNull, OneOf, Unit
from lakehouse.privacy import THIN_BELOW, pool_thin_cells
from lakehouse.silver.inspections import Inspections

#: Weeks before that the expectation is made of, and fewest of them.
HISTORY_WEEKS, FEWEST_WEEKS = 12, 6
#: Score from which a week is a rise or a fall (three sigma, ISO 7870-2).
SIGMA = 3.0
_ROUTE, _CELL = ["foreign_port", "port_code"], ["foreign_port", "port_code", "nationality"]
_SUMS = ("entries_count", "expected_count", "variance", "rises", "falls")


class RouteAnomaly(Gold):
    """Each row tells how many of a nationality arrived on a route in a week, and how many were to be expected.

    Arrivals are inspections at entry, admitted or refused, without crew. The
    expectation is the median share of the cell in all arrivals of each of the
    twelve weeks before, times all arrivals of this week: seasons and short
    weeks move all routes alike and drop out. Weeks without arrivals of the
    cell count as nought, also before the first. The score is the distance in
    standard deviations, its variance that of a Poisson count (at least one)
    plus the squared robust spread, 1.4826 times the median absolute deviation.
    With fewer than six weeks before there is no score, and the row says so.

    From three sigma on a week is a rise or a fall; where a nationality rises
    on one route and falls on another in the same week, each names the other,
    the furthest one, as its displacement. Nationalities of fewer than ten
    arrivals on a route in a week are put together as 'withheld', with the
    score of their sums; how many of them rose or fell is counted.
    Built whole, as each week is measured by twelve others; the weeks are few.
    """

    owner = "network-analysis"
    grain = "one row per foreign port, port of entry, nationality and week"
    key = ("foreign_port", "port_code", "nationality", "week_start_date")
    fresh_within = timedelta(days=8)
    authority = "Rousseeuw and Croux 1993 (MAD); ISO 7870-2 (three-sigma limits)"
    indexed = ("week_start_date", "anomaly")
    rules = (
        Holds("(z_score IS NULL) = (reason <> 'none')", "where there is no score the reason is told"),
        Holds("nationality <> 'withheld' OR displaced_to_or_from IS NULL", "a pool of cells has no displacement"),
    )

    foreign_port = Column(
        Kind.STRING,
        "Where the arrivals come from: IATA, or UN/LOCODE; else 'unknown'.",
        (NotNull(),),
        examples=("NRT",),
    )
    port_code = fields.port_code
    nationality = fields.pooled(fields.nationality)
    week_start_date = Column(Kind.DATE, "Monday of the week.", (NotNull(),), examples=(date(2025, 12, 1),))
    cells_count = fields.cells_count
    entries_count = fields.counted_unless_thin("Arrivals; null where persons are fewer than ten.")
    persons_count = fields.counted_unless_thin("Persons among them; null where fewer than ten.")
    expected_count = Column(
        Kind.DOUBLE, "Arrivals to be expected; null likewise, or without a history.", (Between(0, 10**9),), Unit.COUNT
    )
    z_score = Column(Kind.DOUBLE, "Standard deviations from it.", (Between(-(10**6), 10**6),), Unit.SCORE)
    reason = Column(
        Kind.STRING, "Why there is no score.", (NotNull(), OneOf(("none", "short_history", "fewer_than_ten")))
    )
    history_weeks_count = fields.counted("Weeks of records before that the expectation is made of.")
    anomaly = Column(Kind.STRING, "What the week is.", (NotNull(), OneOf(("none", "rise", "fall"))))
    rises_count = fields.counted_unless_thin("Cells of the row that rose.")
    falls_count = fields.counted_unless_thin("Cells of the row that fell.")
    displaced_to_or_from = Column(
        Kind.STRING,
        "Route on which the same nationality does the contrary in the same week: from and to.",
        examples=("HKG-TWKHH", None),
    )

    @staticmethod
    def build(inspections: Annotated[DataFrame, Inspections]) -> DataFrame:
        scored = _displaced(_scored(_weekly(inspections)))
        per = (*_ROUTE, "week_start_date")
        of_cell = scored.select(*_CELL, "week_start_date", "displaced_to_or_from")
        weeks = scored.select("week_start_date", "history_weeks_count").distinct()
        pooled = pool_thin_cells(scored, "nationality", "persons_count", _SUMS, per)
        return (
            pooled.join(F.broadcast(weeks), "week_start_date")
            .join(of_cell, [*_CELL, "week_start_date"], "left")
            .withColumns({"z_score": _score(), "rises_count": F.col("rises"), "falls_count": F.col("falls")})
            .withColumns({"anomaly": _anomaly(), "reason": _reason()})
            .select(*RouteAnomaly.columns())
        )


def _weekly(inspections: DataFrame) -> DataFrame:
    """Arrivals of every cell in every week from the first of all on, noughts included; ``share`` of all arrivals."""
    arrivals = inspections.where((F.col("direction") == "entry") & (F.col("lane") != "crew"))
    week = F.to_date(F.date_trunc("week", "inspected_on"))
    person = F.coalesce("person_key", "inspection_id")
    found = arrivals.groupBy(
        F.coalesce("foreign_port", F.lit("unknown")).alias("foreign_port"),
        *("port_code", "nationality", week.alias("week_start_date")),
    ).agg(F.count("*").alias("entries_count"), F.count_distinct(person).alias("persons_count"))
    totals = found.groupBy("week_start_date").agg(F.sum("entries_count").alias("all_entries"))
    reach = F.broadcast(found.agg(F.min("week_start_date").alias("from"), F.max("week_start_date").alias("until")))
    every_week = F.expr("explode(sequence(from, until, interval 7 days))").alias("week_start_date")
    cells = found.groupBy(*_CELL).agg(F.min("week_start_date").alias("first_week")).crossJoin(reach)
    return (
        cells.select(*_CELL, "first_week", every_week)
        .join(found, [*_CELL, "week_start_date"], "left")
        .join(F.broadcast(totals), "week_start_date")
        .na.fill(0, ["entries_count", "persons_count"])
        .withColumn("share", F.col("entries_count") / F.col("all_entries"))
    )


def _scored(weekly: DataFrame) -> DataFrame:
    before = Window.partitionBy(*_CELL).orderBy("week_start_date").rowsBetween(-HISTORY_WEEKS, -1)
    shares = weekly.withColumn("shares", F.collect_list("share").over(before))
    middle = shares.withColumn("middle", _median("shares")).withColumn("history_weeks_count", F.size("shares"))
    spread = F.transform("shares", lambda share: F.abs(share - F.col("middle")))
    known = F.col("history_weeks_count") >= FEWEST_WEEKS
    expected = F.when(known, F.col("middle") * F.col("all_entries"))
    robust = 1.4826 * _median("deviations") * F.col("all_entries")
    scored = (
        middle.withColumn("deviations", spread)
        .withColumn("expected_count", expected)
        .withColumn("variance", F.greatest(expected, F.lit(1.0)) + F.when(known, robust * robust))
        .withColumn("z", _score())
    )
    rises, falls = F.col("z") >= SIGMA, F.col("z") <= -SIGMA
    noted = scored.withColumns({"rises": rises.cast("bigint"), "falls": falls.cast("bigint")})
    return noted.where(F.col("week_start_date") >= F.col("first_week")).drop("shares", "deviations")


def _displaced(scored: DataFrame) -> DataFrame:
    same = Window.partitionBy("nationality", "week_start_date")
    route = F.concat_ws("-", *_ROUTE)
    # Ties by the route's name, so that runs agree.
    scored_route = F.when(F.col("z").isNotNull(), F.struct("z", route.alias("route")))
    lowest, highest = F.min(scored_route).over(same), F.max(scored_route).over(same)
    contrary = F.when((F.col("rises") == 1) & (lowest["z"] <= -SIGMA), lowest["route"]).when(
        (F.col("falls") == 1) & (highest["z"] >= SIGMA), highest["route"]
    )
    return scored.withColumn("displaced_to_or_from", contrary)


def _median(name: str) -> SparkColumn:
    values = F.array_sort(name)
    low, high = F.floor((F.size(name) + 1) / 2).cast("int"), F.floor(F.size(name) / 2 + 1).cast("int")
    return F.when(F.size(name) > 0, (F.try_element_at(values, low) + F.try_element_at(values, high)) / 2)


def _score() -> SparkColumn:
    return (F.col("entries_count") - F.col("expected_count")) / F.sqrt("variance")


def _anomaly() -> SparkColumn:
    return F.when(F.col("z_score") >= SIGMA, "rise").when(F.col("z_score") <= -SIGMA, "fall").otherwise("none")


def _reason() -> SparkColumn:
    too_short = F.col("history_weeks_count") < FEWEST_WEEKS
    shown = F.coalesce(F.col("persons_count") >= THIN_BELOW, F.lit(False))
    return F.when(~shown, "fewer_than_ten").when(too_short, "short_history").otherwise("none")
