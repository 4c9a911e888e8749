"""Who passed where and when, from three kinds of records, as one long table of counts."""

from __future__ import annotations

from functools import reduce

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from lakehouse.silver.crossings import AGENCY_STATE
from lakehouse.silver.port_daily_counts import ALL_PORTS

#: Daily counts that an agency publishes; passengers who landed, by hour; the agency's own inspections.
PUBLISHED, LANDED, INSPECTED = "published_counts", "landed_passengers", "inspections"
BASES = (PUBLISHED, LANDED, INSPECTED)
DAY, HOUR = "day", "hour"
SPANS = (DAY, HOUR)

#: What names a series, and what a row of it says.
SERIES = ("basis", "border_state", "span", "port_code", "port_source_code", "direction")
FLOW = (*SERIES, "starts_local", "passed_count")


def flow(counts: DataFrame, waits: DataFrame, inspections: DataFrame) -> DataFrame:
    """``FLOW``: a row a port (as the agency names it), direction and local day or hour in which somebody passed.

    Published counts are of all travellers in their current version, single ports
    only. CBP's hours of landing count entries, terminals added up; they are
    hours alone, as their days are the same passengers. Inspections count whoever
    was inspected, admitted or not: that is the work to be staffed.
    """
    return reduce(DataFrame.unionByName, [_published(counts), _landed(waits), *_inspected(inspections)])


def _published(counts: DataFrame) -> DataFrame:
    of_all = F.col("is_current") & (F.col("traveller_group") == "all") & (F.col("port_source_code") != ALL_PORTS)
    named = ("border_state", "port_code", "port_source_code", "count_date")
    sides = counts.where(of_all).select(
        *named, F.col("entries_count").alias("entry"), F.col("exits_count").alias("exit")
    )
    return sides.unpivot(named, ("entry", "exit"), "direction", "passed_count").select(
        *(F.lit(PUBLISHED).alias("basis"), "border_state", F.lit(DAY).alias("span"), "port_code", "port_source_code"),
        *("direction", F.col("count_date").cast("timestamp").alias("starts_local"), "passed_count"),
    )


def _landed(waits: DataFrame) -> DataFrame:
    hours = waits.groupBy(
        "border_state", "port_code", "port_source_code", F.col("hour_start_local").alias("starts_local")
    )
    said = {"basis": LANDED, "span": HOUR, "direction": "entry"}
    found = hours.agg(F.sum("passengers_count").alias("passed_count"))
    return found.withColumns({name: F.lit(value) for name, value in said.items()}).select(*FLOW)


def _inspected(inspections: DataFrame) -> list[DataFrame]:
    """The agency's hours, and its days by the day that the record names."""
    starts = {HOUR: F.col("hour_start_local"), DAY: F.col("inspected_on").cast("timestamp")}
    found = []
    for span, start in starts.items():
        passed = inspections.groupBy("port_code", "port_source_code", "direction", start.alias("starts_local"))
        said = {"basis": INSPECTED, "border_state": AGENCY_STATE, "span": span}
        counted = passed.agg(F.count("*").alias("passed_count"))
        found.append(counted.withColumns({name: F.lit(value) for name, value in said.items()}).select(*FLOW))
    return found
