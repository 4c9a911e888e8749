"""Missing migrant workers (失聯移工), by nationality, sector and month."""

from datetime import date, timedelta
from typing import Annotated

from pyspark.sql import Column as SparkColumn
from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from lakehouse import fields
from lakehouse.declare import Between, Column, DateBetween, Gold, Holds, Kind, NotBefore, NotNull, OneOf, Unit
from lakehouse.privacy import WITHHELD, pool_thin_cells
from lakehouse.silver.absconding import ENDS, Absconding
from lakehouse.silver.permits import SECTORS, Permits

_COUNTS = (
    *("stock_start_count", "new_count", "unreported_ends_count"),
    *(f"{end}_count" for end in ENDS),
    *("stock_end_count", "permits_in_force_count"),
)
_MONTH = ("month_start_date", "counted_until")
_DAYS = DateBetween(date(1990, 1, 1), date(2100, 1, 1))


class MissingMigrantWorker(Gold):
    """Each row tells how many migrant workers of a nationality and sector went missing, were found, or remain missing.

    As the statistics of the National Immigration Agency count 失聯移工: a worker is
    missing from the day of the report under art. 56 of the Employment Service
    Act, and no more once found, surrendered, or the report withdrawn; an end
    before the report came counts on the day of the report. The stock at the end
    is that at the start and the new ones, less all who ended. Ends whose report
    is not on file are counted among the ends, and said apart, as they were never
    in the stock. The newest month is counted until the last day on record.

    New ones stand over 1,000 permits of migrant workers in force on that day, of
    the same nationality and sector; permits of the missing are often cancelled,
    so the two do not overlap. Months before the first permits were landed have
    none: what had ended by then never came. Sectors of a nationality with fewer than ten
    missing in the month are put together as 'withheld'; the counts are null where
    even all together are fewer. A sector in which nobody is missing has no row.
    """

    owner = "overstay-desk"
    grain = "one row per nationality, sector and month"
    key = ("nationality", "sector", "month_start_date")
    fresh_within = timedelta(days=2)
    authority = "失聯移工 statistics, National Immigration Agency; Employment Service Act (就業服務法), art. 56"
    indexed = ("month_start_date",)
    rules = (
        Holds(
            "missing_count = stock_start_count + new_count + unreported_ends_count",
            "who is missing in a month was missing before, is new, or is known by the end alone",
        ),
        Holds(
            f"stock_end_count = missing_count - ({' + '.join(f'{end}_count' for end in ENDS)})",
            "who is missing in a month and has no end in it remains missing",
        ),
    )

    nationality = fields.nationality
    sector = Column(
        Kind.STRING,
        "Sector; 'withheld' where thin cells are put together.",
        (NotNull(), OneOf((*SECTORS, "not_recorded", WITHHELD))),
    )
    month_start_date = Column(Kind.DATE, "First day of the month.", (NotNull(), _DAYS))
    counted_until = Column(
        Kind.DATE,
        "Last day of the month or, in the newest, the last day on record.",
        (NotNull(), _DAYS, NotBefore("month_start_date")),
    )
    cells_count = fields.cells_count
    missing_count = fields.counted_unless_thin("Missing at any time in the month; null where they are fewer than ten.")
    stock_start_count = fields.counted_unless_thin("Missing when the month began.")
    new_count = fields.counted_unless_thin("Newly reported.")
    found_count = fields.counted_unless_thin("Found by the authorities.")
    surrendered_count = fields.counted_unless_thin("Surrendered.")
    withdrawn_count = fields.counted_unless_thin("Reports withdrawn.")
    unreported_ends_count = fields.counted_unless_thin("Of the ends those whose report is not on file.")
    stock_end_count = fields.counted_unless_thin("Still missing on the last day counted.")
    permits_in_force_count = fields.counted_unless_thin(
        "Permits of migrant workers in force on that day; null before the first were landed."
    )
    new_per_thousand = Column(
        Kind.DOUBLE,
        "Newly reported per 1,000 permits in force; null where there are none.",
        (Between(0, 10**7),),
        Unit.PER_THOUSAND,
    )

    @staticmethod
    def build(absences: Annotated[DataFrame, Absconding], permits: Annotated[DataFrame, Permits]) -> DataFrame:
        # An end before its report came counts on the day of the report: before it nobody was in the stock.
        left = F.when(F.col("ended_on").isNotNull(), F.greatest("ended_on", "reported_on"))
        dated = absences.withColumn("_left_on", left)
        months = F.broadcast(_months(dated))
        cell = ("nationality", "sector", *_MONTH)
        since = F.coalesce("reported_on", "_left_on")
        in_month = (since <= F.col("counted_until")) & F.coalesce(
            F.col("_left_on") >= F.col("month_start_date"), F.lit(True)
        )
        missing = dated.join(months, in_month).groupBy(*cell).agg(F.count("*").alias("missing_count"), *_moves())
        in_force = permits.where(F.col("permit_kind") == "migrant_worker").join(months, _is_in_force())
        permitted = in_force.groupBy(*cell).agg(F.count("*").alias("permits_in_force_count"))
        cells = missing.join(permitted, list(cell), "left").crossJoin(F.broadcast(_landed_from(permits)))
        shown = pool_thin_cells(
            cells.withColumn("permits_in_force_count", _known()),
            "sector",
            "missing_count",
            _COUNTS,
            ("nationality", *_MONTH),
        )
        per_permit = F.col("new_count") / F.nullif(F.col("permits_in_force_count"), F.lit(0))
        return shown.withColumn("new_per_thousand", per_permit * 1_000)


def _months(dated: DataFrame) -> DataFrame:
    """Every month from the first report or end on file to the last, with the day until which it is counted."""
    span = dated.agg(
        F.min(F.least("reported_on", "_left_on")).alias("_first"),
        F.max(F.greatest("reported_on", "_left_on")).alias("_last"),
    )
    starts = F.sequence(F.trunc("_first", "month"), F.trunc("_last", "month"), F.expr("INTERVAL 1 MONTH"))
    months = span.select("_last", F.explode(starts).alias("month_start_date"))
    return months.select("month_start_date", F.least(F.last_day("month_start_date"), "_last").alias("counted_until"))


def _moves() -> list[SparkColumn]:
    """What the cell's absences were at the start of the month, became in it, and are at its end."""
    start, until = F.col("month_start_date"), F.col("counted_until")
    reported, left = F.col("reported_on"), F.col("_left_on")
    ends = F.coalesce(left <= until, F.lit(False))
    return [
        F.count_if(reported < start).alias("stock_start_count"),
        F.count_if(reported >= start).alias("new_count"),
        F.count_if(reported.isNull()).alias("unreported_ends_count"),
        *(F.count_if(ends & (F.col("state") == end)).alias(f"{end}_count") for end in ENDS),
        F.count_if(~ends).alias("stock_end_count"),
    ]


def _landed_from(permits: DataFrame) -> DataFrame:
    """The day of the first delivery of permits: those in force before it are known in part only."""
    day = F.try_to_date(F.regexp_extract("source_delivery", r"\d{4}-\d\d-\d\d", 0))
    return permits.agg(F.min(day).alias("_landed_from"))


def _known() -> SparkColumn:
    is_known = F.coalesce(F.col("counted_until") >= F.col("_landed_from"), F.lit(True))
    return F.when(is_known, F.coalesce("permits_in_force_count", F.lit(0)))


def _is_in_force() -> SparkColumn:
    until = F.col("counted_until")
    return (F.col("valid_from") <= until) & F.coalesce(F.col("valid_until") >= until, F.lit(True))
