"""What the border itself has found against a person."""

from datetime import date, timedelta
from typing import Annotated

from pyspark.sql import Column as SparkColumn
from pyspark.sql import DataFrame, Window
from pyspark.sql import functions as F

from lakehouse import fields
from lakehouse.declare import Column, Kind, NotNull, OneOf, Silver
from lakehouse.silver.inspections import Inspections
from lakehouse.silver.journeys import Journeys
from lakehouse.silver.referrals import Referrals

#: Classes whose stay ends with the admission itself; of the others a permit in force tells, not the entry.
ENDING_WITH_ADMISSION = ("visa_exempt", "visitor_visa", "entry_permit", "transit")


KINDS = ("refused", "stopped", "confirmed_case", "overstayed")


class PersonFlags(Silver):
    """Each row tells that a person was flagged at the border, by one kind of finding, and when first.

    Four findings flag: refused at entry; stopped at exit; a case at secondary
    inspection that confirmed its hit (``silver.referrals``), as with a courier
    who is admitted and arrested; overstayed, which is the day after the
    authorised stay where the next crossing is later than it, or has not come by
    the day of judgement. Only classes whose stay ends with the admission can be
    overstayed here. A referral alone is no finding, as most are released and
    some are drawn at random. Inspections without a person key are left out and
    stay countable in ``silver.inspections``. Built whole: a later departure
    changes what an earlier admission means.
    """

    owner = "network-analysis"
    grain = "one row per person and kind of finding"
    key = ("person_key", "kind")
    fresh_within = timedelta(days=1)
    authority = "EU 2016/399 art. 14 (refusal); US DHS Entry/Exit Overstay Report (overstay); platform: exit control"
    indexed = ("flagged_on",)

    person_key = Journeys.person_key
    kind = Column(
        Kind.STRING, "What was found.", (NotNull(), OneOf(("refused", "stopped", "confirmed_case", "overstayed")))
    )
    flagged_on = Column(
        Kind.DATE,
        "Day from which it was known, the first.",
        (NotNull(),),
        examples=(date(2016, 4, 2), date(2016, 7, 9)),
    )
    events_count = fields.counted("How often it was found.")

    @staticmethod
    def build(
        inspections: Annotated[DataFrame, Inspections], referrals: Annotated[DataFrame, Referrals], as_of: date
    ) -> DataFrame:
        known = inspections.where(F.col("person_key").isNotNull())
        found = known.withColumn("overstayed_on", _overstayed_on(as_of)).select("person_key", *_finding())
        confirmed = referrals.where(F.col("label") == "confirmed").select("inspection_id", "referred_on")
        cases = known.join(F.broadcast(confirmed), "inspection_id").select(
            "person_key", F.lit("confirmed_case").alias("kind"), F.col("referred_on").alias("flagged_on")
        )
        return (
            found.unionByName(cases)
            .where(F.col("kind").isNotNull())
            .groupBy("person_key", "kind")
            .agg(F.min("flagged_on").alias("flagged_on"), F.count("*").alias("events_count"))
        )


def _overstayed_on(as_of: date) -> SparkColumn:
    """Day after the authorised stay that an admission began, where the next departure is later or not known."""
    crossing = F.when(F.col("outcome").isin("admitted", "departed"), F.col("inspected_on"))
    later = (
        Window.partitionBy("person_key")
        .orderBy("inspected_at_utc", "inspection_id")
        .rowsBetween(1, Window.unboundedFollowing)
    )
    left_on = F.coalesce(F.first(crossing, ignorenulls=True).over(later), F.lit(as_of))
    ends = (F.col("outcome") == "admitted") & F.col("class_of_admission").isin(*ENDING_WITH_ADMISSION)
    return F.when(ends & (left_on > F.col("authorised_until")), F.date_add("authorised_until", 1))


def _finding() -> list[SparkColumn]:
    kind = F.when(F.col("outcome").isin("refused", "stopped"), F.col("outcome")).when(
        F.col("overstayed_on").isNotNull(), "overstayed"
    )
    return [kind.alias("kind"), F.coalesce("overstayed_on", "inspected_on").alias("flagged_on")]
