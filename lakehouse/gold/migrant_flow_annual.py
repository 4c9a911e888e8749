"""International migrants by year: who came to stay and who left to stay away."""

from datetime import date, timedelta
from typing import Annotated

from pyspark.sql import Column as SparkColumn
from pyspark.sql import DataFrame, Window
from pyspark.sql import functions as F

from lakehouse import fields
from lakehouse.declare import Between, Column, Gold, Holds, Kind, NotNull, OneOf, Unit
from lakehouse.privacy import pool_thin_cells, withhold_thin_rows
from lakehouse.silver.inspections import Inspections

#: Usual residence: twelve months of sixteen, in days.
RESIDENT_DAYS, WINDOW_DAYS = 365, 487
#: Nationality of the agency's own citizens.
CITIZENS = "TWN"
AGE_GROUPS = ("0_14", "15_24", "25_44", "45_64", "65_and_over", "not_recorded")
_MEASURES = ("immigrants_count", "emigrants_count", "undecided_immigrants_count", "undecided_emigrants_count")
_CELL = ("sex", "age_group", "year")


class MigrantFlowAnnual(Gold):
    """Each row tells how many of a citizenship, sex and age came to live in the country in a year, and left it.

    A long-term migrant changes the country of usual residence for at least a
    year (UN 1998, par. 37). Measured as Australia does: usual residence is
    presence on 365 of 487 days (twelve months of sixteen), so that short
    journeys do not break it. An entry makes an immigrant where the person was
    abroad on at least 365 of the 487 days before, and is present on at least
    365 of the 487 after; an exit makes an emigrant with both turned round.
    Of several such crossings the first counts. Own citizens abroad and
    foreigners here follow one rule. Before a person's first record: a citizen
    whose first is an exit was present, a foreigner whose first is an entry was
    abroad; of others nothing is known before the records begin.

    Known by the day of judgement is what can no longer change. What still can
    is undecided: too few days observed after, or unknown ones before. Those
    who crossed later than that day are undecided too. Two crossings of one
    direction in a row count the time between as the first says. Left out:
    crew, refused and stopped, and crossings without a person key, all
    countable in ``silver.inspections``. Citizenships of fewer than ten
    possible migrants are put together as 'withheld'; a count below ten is
    null. Built whole: a crossing bears on the sixteen months before it.
    """

    owner = "migration-statistics"
    grain = "one row per citizenship, sex, age group and year"
    key = ("citizenship", "sex", "age_group", "year")
    fresh_within = timedelta(days=31)
    authority = (
        "UN Recommendations on Statistics of International Migration, rev. 1 (1998), par. 37; ABS 12/16-month rule"
    )
    indexed = ("year",)
    rules = (
        Holds("immigrants_count >= 10 OR immigrants_count IS NULL", "fewer than ten persons are not shown"),
        Holds("emigrants_count >= 10 OR emigrants_count IS NULL", "fewer than ten persons are not shown"),
        Holds(
            f"estimate = 'provisional' OR as_of_date >= date_add(make_date(year, 12, 31), {WINDOW_DAYS})",
            "a year is final once its last day lies sixteen months back",
        ),
    )

    citizenship = fields.pooled(fields.nationality)
    sex = fields.sex
    age_group = Column(Kind.STRING, "Age in years at the crossing.", (NotNull(), OneOf(AGE_GROUPS)))
    year = Column(Kind.INT, "Calendar year of the crossing.", (NotNull(), Between(1990, 2100)), Unit.YEAR)
    as_of_date = Column(Kind.DATE, "Day of judgement.", (NotNull(),), examples=(date(2026, 1, 1),))
    estimate = Column(
        Kind.STRING,
        "Final where sixteen months have passed after the year, else provisional.",
        (NotNull(), OneOf(("final", "provisional"))),
    )
    cells_count = fields.cells_count
    immigrants_count = fields.counted_unless_thin("Immigrants known; null where fewer than ten.")
    emigrants_count = fields.counted_unless_thin("Emigrants known; null where fewer than ten.")
    undecided_immigrants_count = fields.counted_unless_thin(
        "Left out: entries that may yet turn out an immigrant's; null where fewer than ten."
    )
    undecided_emigrants_count = fields.counted_unless_thin(
        "Left out: exits that may yet turn out an emigrant's; null where fewer than ten."
    )

    @staticmethod
    def build(inspections: Annotated[DataFrame, Inspections], as_of: date) -> DataFrame:
        judged = _judged(_with_days_present(_crossings(inspections), as_of))
        cells = judged.groupBy("citizenship", *_CELL).agg(
            F.count("*").alias("migrants"),
            *(F.count_if(F.col("standing") == name.removesuffix("s_count")).alias(name) for name in _MEASURES),
        )
        shown = pool_thin_cells(cells, "citizenship", "migrants", _MEASURES, _CELL).drop("migrants")
        for name in _MEASURES:
            shown = withhold_thin_rows(shown, name, [name])
        final = F.lit(as_of) >= F.date_add(F.make_date("year", F.lit(12), F.lit(31)), WINDOW_DAYS)
        estimate = F.when(final, "final").otherwise("provisional")
        return shown.withColumns({"as_of_date": F.lit(as_of), "estimate": estimate})


def _crossings(inspections: DataFrame) -> DataFrame:
    """Crossings of travellers, with the day from which the records tell."""
    crossed = inspections.where(
        F.col("outcome").isin("admitted", "departed") & (F.col("lane") != "crew") & F.col("person_key").isNotNull()
    )
    begin = F.broadcast(inspections.agg(F.unix_date(F.min("inspected_on")).alias("records_begin")))
    return crossed.crossJoin(begin).select(
        *("person_key", "inspection_id", "inspected_at_utc", "sex", "records_begin"),
        F.col("nationality").alias("citizenship"),
        F.year("inspected_on").alias("year"),
        _age_group().alias("age_group"),
        F.unix_date("inspected_on").alias("day"),
        (F.col("direction") == "entry").cast("int").alias("state"),
    )


def _with_days_present(crossings: DataFrame, as_of: date) -> DataFrame:
    """Days present and days known, ``before`` and ``after`` each crossing, within its window.

    ``state`` is 1 from an entry on and 0 from an exit on; ``spent`` adds up the
    days present since the person's first record, so that what lies between
    two days is a difference of two of its values.
    """
    person = Window.partitionBy("person_key")
    order = person.orderBy("day", "inspected_at_utc", "inspection_id")
    days = F.lag("state").over(order) * (F.col("day") - F.lag("day").over(order))
    summed = (
        crossings.withColumn("days", F.coalesce(days, F.lit(0)))
        .withColumn("spent", F.sum("days").over(order))
        .withColumn("place", F.row_number().over(order))
    )
    today = F.unix_date(F.lit(as_of))
    point = F.struct("day", "place", "spent", "state")
    by_day = person.orderBy("day")
    points = summed.withColumns(
        {
            "first": F.min(F.struct("place", "day", "state")).over(person),
            "earlier": F.max(point).over(by_day.rangeBetween(Window.unboundedPreceding, -WINDOW_DAYS)),
            "later": F.max(F.when(F.col("day") <= today, point)).over(by_day.rangeBetween(0, WINDOW_DAYS)),
            "until": F.least(F.col("day") + WINDOW_DAYS, today),
        }
    )
    return points.select("*", *_before(), *_after())


def _before() -> list[SparkColumn]:
    start = F.col("day") - WINDOW_DAYS
    was_here = F.col("first.state") == 0
    told = was_here == (F.col("citizenship") == CITIZENS)
    known_from = F.when(F.col("earlier").isNotNull() | told, start).otherwise(F.greatest(start, F.col("records_begin")))
    since_earlier = F.col("spent") - F.col("earlier.spent") - F.col("earlier.state") * (start - F.col("earlier.day"))
    since_unseen = F.col("spent") + F.when(was_here, F.col("first.day") - known_from).otherwise(0)
    return [
        F.coalesce(since_earlier, since_unseen).alias("present_before"),
        (F.col("day") - known_from).alias("known_before"),
    ]


def _after() -> list[SparkColumn]:
    present = F.col("later.spent") + F.col("later.state") * (F.col("until") - F.col("later.day")) - F.col("spent")
    known = F.greatest(F.col("until") - F.col("day"), F.lit(0))
    return [F.coalesce(present, F.lit(0)).alias("present_after"), known.alias("known_after")]


def _judged(crossings: DataFrame) -> DataFrame:
    """Crossings that make a migrant or may, the first of each window, with their ``standing``."""
    is_entry = F.col("state") == 1
    absent_before = F.col("known_before") - F.col("present_before")
    absent_after = F.col("known_after") - F.col("present_after")
    there_before = F.when(is_entry, absent_before).otherwise(F.col("present_before"))
    here_after = F.when(is_entry, F.col("present_after")).otherwise(absent_after)
    other_before, other_after = F.col("known_before") - there_before, F.col("known_after") - here_after
    shortest_away = WINDOW_DAYS - RESIDENT_DAYS
    ruled_out = (other_before > shortest_away) | (other_after > shortest_away)
    sure = (there_before >= RESIDENT_DAYS) & (here_after >= RESIDENT_DAYS)
    kind = F.when(is_entry, "immigrant").otherwise("emigrant")
    standing = F.when(sure, kind).otherwise(F.concat(F.lit("undecided_"), kind))
    same = Window.partitionBy("person_key", "state").orderBy("day", "place")
    return (
        crossings.where(~ruled_out)
        .withColumn("standing", standing)
        .withColumn("since_last", F.col("day") - F.lag("day").over(same))
        .where(F.col("since_last").isNull() | (F.col("since_last") > WINDOW_DAYS))
    )


def _age_group() -> SparkColumn:
    age = F.col("age_years")
    return (
        F.when(age.isNull(), "not_recorded")
        .when(age < 15, "0_14")
        .when(age < 25, "15_24")
        .when(age < 45, "25_44")
        .when(age < 65, "45_64")
        .otherwise("65_and_over")
    )
