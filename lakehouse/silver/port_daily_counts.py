"""Daily counts of travellers as border agencies publish and revise them."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Annotated

from pyspark.sql import Column as SparkColumn
from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from lakehouse import fields, reading
from lakehouse.bronze.hk_daily_traffic import HkDailyTraffic
from lakehouse.bronze.nia_port_daily import NiaPortDaily
from lakehouse.conforming import conformed
from lakehouse.declare import Column, DateBetween, Holds, Kind, NotBefore, NotNull, OneOf, Silver, Unit
from lakehouse.revisions import revisions
from lakehouse.silver.source_codes import SourceCodes

#: Stands for all ports of a state together.
ALL_PORTS = "all"

TRAVELLER_GROUPS = ("all", "residents", "mainland_visitors", "other_visitors")

_DAY = DateBetween(date(2000, 1, 1), date(2100, 1, 1))
_RECORD = ("border_state", "port_source_code", "traveller_group", "_day", "_is_good")
_COUNTS = ("entries_count", "exits_count", "total_count")
_WORKING = ("ingested_at_utc", "_day", "_is_good")
_PROVENANCE = ("source_delivery", "release_number", "source_line", "ingested_at_utc")


class PortDailyCounts(Silver):
    """Each row tells how many travellers an agency says crossed at a port on a day, and when it said so.

    Releases repeat all earlier days. A release that repeats what the one before
    it said adds nothing; one that says otherwise takes its place from
    ``published_on`` on, and both rows stay (a type 2 dimension). It does not
    matter in which order releases come in. A release is dated by the eight
    digits in its delivery's name, as Taiwan's are, else by the day it was read,
    as for Hong Kong. A day that a later release no longer holds stays current. In
    Taiwan's nine releases at hand no count was ever changed.

    Taiwan counts per port and for all ports (``all``), Hong Kong per control
    point and also by group of travellers. Hong Kong's lines of arrivals and
    departures are put side by side, and their sum is the total. Left out: 桃園一_二期,
    which repeats the sum of 桃園一期 and 桃園二期 (on all 3,351 lines at hand).
    Days and counts that cannot be read, or whose total is wrong, are refused
    and supersede nothing.
    """

    owner = "border-operations"
    grain = "one row per port, day, group of travellers and version of the counts"
    key = (
        "border_state",
        "port_source_code",
        "count_date",
        "traveller_group",
        "published_on",
        "release_number",
    )
    fresh_within = timedelta(days=70)
    authority = (
        "各機場、港口入出境人數統計資料, National Immigration Agency, Taiwan; "
        "Daily passenger traffic, Immigration Department, Hong Kong"
    )
    indexed = ("count_date", "border_state")
    rules = (
        Holds("entries_count + exits_count = total_count", "entries and exits add up to the total"),
        Holds("is_current = (superseded_on IS NULL)", "what nothing took the place of is current"),
    )

    border_state = fields.border_state
    port_code = fields.port_code
    port_source_code = Column(
        Kind.STRING,
        "Port as the agency names it; 'all' for all ports of the state together.",
        (NotNull(),),
        examples=("桃園一期", "高雄機場", "Airport", "all"),
    )
    count_date = Column(
        Kind.DATE,
        "Day that is counted, local.",
        (NotNull(), _DAY),
        examples=tuple(date(2020, 1, 1 + n) for n in range(28)),
    )
    traveller_group = Column(
        Kind.STRING,
        "Whom the counts speak of: all, or as Hong Kong divides them.",
        (NotNull(), OneOf(TRAVELLER_GROUPS)),
    )
    entries_count = replace(fields.counted("Entries."), examples=(0, 1_200))
    exits_count = replace(fields.counted("Exits."), examples=(0, 800))
    total_count = replace(fields.counted("Entries and exits."), examples=(0, 1_200, 800, 2_000))
    published_on = Column(
        Kind.DATE, "Day of the first release that says so.", (NotNull(),), examples=(date(2020, 5, 24),)
    )
    release_number = Column(
        Kind.INT, "Which content of that delivery says so first.", (NotNull(),), Unit.NUMBER, examples=(1,)
    )
    superseded_on = Column(
        Kind.DATE,
        "Day of the release that first says otherwise; null while none does.",
        (NotBefore("published_on"),),
        examples=(None, None, date(2020, 8, 5)),
    )
    is_current = Column(Kind.BOOLEAN, "No later release says otherwise.", (NotNull(),))
    source_delivery = fields.source_delivery
    source_line = fields.source_line

    @staticmethod
    def build(
        taiwan: Annotated[DataFrame, NiaPortDaily],
        hong_kong: Annotated[DataFrame, HkDailyTraffic],
        codes: Annotated[DataFrame, SourceCodes],
    ) -> DataFrame:
        of_taiwan = conformed(_taiwan(taiwan), codes, "port_source_code", "nia_port", "port_code")
        of_hong_kong = conformed(_hong_kong(hong_kong), codes, "port_source_code", "hk_control_point", "port_code")
        stated = _typed(of_taiwan.unionByName(of_hong_kong))
        said = F.struct(*(F.coalesce(F.col(n).cast("string"), F.col(f"{n}__raw")) for n in _COUNTS))
        changed = revisions(
            stated, _RECORD, ("published_on", "release_number"), said, ("source_delivery", "source_line")
        )
        return changed.withColumn("is_current", F.col("superseded_on").isNull()).drop(*_WORKING)


def _taiwan(taiwan: DataFrame) -> DataFrame:
    """A statement per line and port, and one for all ports."""
    counted = F.filter(F.map_keys("counts"), lambda key: ~key.endswith("/合計"))
    ports = F.array_distinct(F.transform(counted, lambda key: F.regexp_replace(key, "/[^/]*$", "")))
    named = taiwan.withColumn("port_source_code", F.explode(F.array_append(ports, F.lit(ALL_PORTS))))

    def stated(of_all: str, label: str) -> SparkColumn:
        of_port = F.try_element_at("counts", F.concat("port_source_code", F.lit(f"/{label}")))
        return F.when(F.col("port_source_code") == ALL_PORTS, F.col(of_all)).otherwise(of_port)

    return named.select(
        *(F.lit("TWN").alias("border_state"), "port_source_code", F.lit("all").alias("traveller_group")),
        F.col("day").alias("count_date__raw"),
        reading.day(F.col("day"), "yyyyMMdd").alias("count_date"),
        stated("entries_total", "入境查驗").alias("entries_count__raw"),
        stated("exits_total", "出境查驗").alias("exits_count__raw"),
        stated("total", "小計").alias("total_count__raw"),
        *_PROVENANCE,
    )


def _hong_kong(hong_kong: DataFrame) -> DataFrame:
    """A statement per day, control point and group: its arrivals beside its departures.

    A line of any other direction becomes a statement of its own, which cannot be read.
    """
    columns = ("total", "hong_kong_residents", "mainland_visitors", "other_visitors")
    groups = [
        F.struct(F.lit(group).alias("traveller_group"), F.col(column).alias("count"))
        for group, column in zip(TRAVELLER_GROUPS, columns, strict=True)
    ]
    direction = F.coalesce(F.trim("arrival_departure"), F.lit("no direction"))
    lines = hong_kong.select("*", F.inline(F.array(*groups))).select(
        *(F.lit("HKG").alias("border_state"), F.col("control_point").alias("port_source_code")),
        *("traveller_group", "count", "source_line", F.col("date").alias("count_date__raw")),
        *("source_delivery", "release_number", "ingested_at_utc", direction.alias("direction")),
        F.when(direction.isin("Arrival", "Departure"), None).otherwise(direction).alias("unknown"),
    )

    def last(way: str) -> SparkColumn:
        return F.max_by("count", F.when(F.col("direction") == way, F.col("source_line")))

    # One line a direction; were there more, the last would count.
    by = [n for n in lines.columns if n not in ("count", "source_line", "direction")]
    sides = lines.groupBy(*by).agg(
        last("Arrival").alias("arrivals"),
        last("Departure").alias("departures"),
        F.max("source_line").alias("source_line"),
    )
    total = reading.whole_number(F.col("arrivals")) + reading.whole_number(F.col("departures"))
    return sides.select(
        *("border_state", "port_source_code", "traveller_group", "count_date__raw"),
        reading.day(F.col("count_date__raw"), "dd-MM-yyyy").alias("count_date"),
        F.coalesce("arrivals", "unknown").alias("entries_count__raw"),
        F.coalesce("departures", "unknown").alias("exits_count__raw"),
        total.cast("string").alias("total_count__raw"),
        *_PROVENANCE,
    )


def _typed(stated: DataFrame) -> DataFrame:
    """Counts as numbers, the release's day, and whether the statement can be read and adds up."""
    numbers = {name: reading.whole_number(F.col(f"{name}__raw")) for name in _COUNTS}
    said_in_name = reading.day(F.regexp_extract("source_delivery", r"(?<!\d)(\d{8})(?!\d)", 1), "yyyyMMdd")
    released = F.coalesce(said_in_name, F.to_date("ingested_at_utc"))
    adds_up = F.col("entries_count") + F.col("exits_count") == F.col("total_count")
    day = F.coalesce(F.col("count_date").cast("string"), F.col("count_date__raw"))
    return stated.withColumns({**numbers, "published_on": released, "_day": day}).withColumn(
        "_is_good", F.coalesce(adds_up, F.lit(False)) & F.col("count_date").isNotNull()
    )
