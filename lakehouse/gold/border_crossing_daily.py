"""Crossings by port, direction, nationality and day."""

from datetime import timedelta
from typing import Annotated

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from lakehouse import fields
from lakehouse.declare import Column, Gold, Holds, Kind, NotNull, OneOf
from lakehouse.privacy import pool_thin_cells
from lakehouse.silver.crossings import Crossings
from lakehouse.silver.port_daily_counts import ALL_PORTS, PortDailyCounts

ALL_NATIONALITIES = "all"


class BorderCrossingDaily(Gold):
    """Each row tells how many crossings a port saw on a day, by direction and nationality.

    Two bases stand side by side and must not be added up. 'records' counts
    ``silver.crossings``: each on the day it was inspected; the I-94 records exits
    only of those whose entry is on record, the agency all of them. Nationalities of fewer than ten crossings of a
    port, direction and day are put together as 'withheld', and ``cells_count``
    says how many they are; the count is null where even all together are fewer.
    'published_counts' are the agencies' own daily figures in their current
    version, all travellers, the terminals of a port added up; they are public,
    so none is withheld. Left out: superseded versions, groups of travellers and
    sums over all ports, all of which ``silver.port_daily_counts`` holds.

    The e-Gate share is over the crossings whose lane is recorded.
    """

    owner = "border-analytics"
    grain = "one row per basis, port, direction, nationality and day"
    key = ("border_state", "basis", "port_code", "direction", "nationality", "crossed_on")
    fresh_within = timedelta(days=2)
    authority = (
        "I-94 arrival records; inspections of Taiwan's agency; daily passenger counts as the agencies of Taiwan and "
        "Hong Kong publish them"
    )
    indexed = ("crossed_on", "port_code")
    rules = (
        Holds(
            "(basis = 'published_counts') = (nationality = 'all')",
            "published counts, and only they, are of all nationalities",
        ),
        Holds("lane_recorded_count <= crossings_count", "crossings with a lane are a part of all"),
        Holds("(e_gate_ratio IS NULL) = (coalesce(lane_recorded_count, 0) = 0)", "a share needs recorded lanes"),
    )

    border_state = fields.border_state
    basis = Column(
        Kind.STRING,
        "What is counted: records, or published counts.",
        (NotNull(), OneOf(("records", "published_counts"))),
    )
    port_code = fields.port_code
    direction = fields.direction
    nationality = fields.pooled(fields.nationality, ALL_NATIONALITIES)
    crossed_on = Column(Kind.DATE, "Day of the crossings, local.", (NotNull(),))
    cells_count = fields.cells_count
    crossings_count = fields.counted_unless_thin("Crossings; null where they are fewer than ten records.")
    lane_recorded_count = fields.counted_unless_thin("Those whose lane is recorded.")
    e_gate_ratio = fields.ratio("Crossings through an e-Gate over those whose lane is recorded.")

    @staticmethod
    def build(
        crossings: Annotated[DataFrame, Crossings], published: Annotated[DataFrame, PortDailyCounts]
    ) -> DataFrame:
        return _of_records(crossings).unionByName(_of_publications(published))


def _of_records(crossings: DataFrame) -> DataFrame:
    per = ("border_state", "port_code", "direction", "crossed_on")
    cells = crossings.groupBy(*per, "nationality").agg(
        F.count("*").alias("crossings_count"),
        F.count_if(F.col("lane") != "not_recorded").alias("lane_recorded_count"),
        F.count_if(F.col("lane") == "e_gate").alias("e_gate_count"),
    )
    sums = ["lane_recorded_count", "e_gate_count"]
    shown = pool_thin_cells(cells, "nationality", "crossings_count", sums, per)
    share = F.col("e_gate_count") / F.nullif(F.col("lane_recorded_count"), F.lit(0))
    return shown.withColumns({"e_gate_ratio": share, "basis": F.lit("records")}).drop("e_gate_count")


def _of_publications(published: DataFrame) -> DataFrame:
    of_all = F.col("is_current") & (F.col("traveller_group") == "all") & (F.col("port_source_code") != ALL_PORTS)
    ports = published.where(of_all).groupBy("border_state", "port_code", F.col("count_date").alias("crossed_on"))
    sides = ports.agg(F.sum("entries_count").alias("entry"), F.sum("exits_count").alias("exit"))
    return sides.unpivot(
        ["border_state", "port_code", "crossed_on"], ["entry", "exit"], "direction", "crossings_count"
    ).select(
        "*",
        F.lit(ALL_NATIONALITIES).alias("nationality"),
        F.lit("published_counts").alias("basis"),
        F.lit(1).cast("bigint").alias("cells_count"),
        F.lit(0).cast("bigint").alias("lane_recorded_count"),
        F.lit(None).cast("double").alias("e_gate_ratio"),
    )
