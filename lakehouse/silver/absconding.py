"""Absences of migrant workers who went missing (失聯移工), each from its report to its end."""

from datetime import date, timedelta
from typing import Annotated

from pyspark.sql import Column as SparkColumn
from pyspark.sql import DataFrame, Window
from pyspark.sql import functions as F

from lakehouse import fields, reading
from lakehouse.bronze.absconding_reports import AbscondingReports
from lakehouse.declare import Column, DateBetween, Holds, Kind, NotBefore, NotNull, OneOf, Silver
from lakehouse.identity import with_document_key, with_party_key, with_permit_key
from lakehouse.silver.permits import SECTORS, party_key, sector_of

ENDS = ("found", "surrendered", "withdrawn")
#: What the agency says of the worker in every event.
_WORKER = (
    *("permit_number", "nationality", "sex", "sector", "employer_id"),
    *("county", "issuing_state", "document_number"),
)
_DAYS = DateBetween(date(1990, 1, 1), date(2100, 1, 1))


class Absconding(Silver):
    """Each row tells of one absence: which worker, reported when, missing since when, and how it ended.

    An employer reports a worker who is absent without leave for three days
    running and cannot be reached (Employment Service Act, art. 56). The events
    of a report are put together: the earliest end counts, ``ends_count`` says
    how many there are. Where the day of an event cannot be read, the local day
    on which the agency learnt of it stands for it. An end whose report is not on
    file keeps its row, without ``reported_on``. Events of unknown kind are left
    out and counted. What is said of the worker is taken from the first event.
    """

    owner = "overstay-desk"
    grain = "one row per absence"
    key = ("report_id",)
    fresh_within = timedelta(days=2)
    authority = "Employment Service Act (就業服務法), art. 56; 失聯移工 statistics, National Immigration Agency"
    indexed = ("reported_on", "ended_on")
    rules = (
        Holds("(state = 'open') = (ended_on IS NULL)", "an absence is open or has a day on which it ended"),
        Holds("(reported_on IS NULL) = (absconded_on IS NULL)", "a report says since when the worker is missing"),
        Holds("reported_on IS NOT NULL OR ended_on IS NOT NULL", "an absence has a report or an end that can be read"),
        Holds("(state = 'open') = (ends_count = 0)", "an absence without an end is open"),
    )

    report_id = Column(Kind.STRING, "Number of the report.", (NotNull(),))
    permit_key = fields.permit_key
    document_key = fields.document_key
    nationality = fields.nationality
    sex = fields.sex
    sector = Column(Kind.STRING, "Sector of the work.", (NotNull(), OneOf((*SECTORS, "not_recorded"))))
    employer_key = party_key("Keyed hash of the employer.")
    county = fields.county
    absconded_on = Column(
        Kind.DATE, "First day of the absence.", (_DAYS,), examples=(date(2025, 9, 3), date(2025, 11, 20))
    )
    reported_on = Column(
        Kind.DATE, "Local day of the report.", (_DAYS,), examples=(date(2025, 9, 6), date(2025, 11, 24))
    )
    ended_on = Column(
        Kind.DATE,
        "Day on which it ended; null while it is open.",
        (_DAYS, NotBefore("absconded_on")),
        leaks="the outcome itself",
        examples=(date(2025, 12, 1), date(2026, 1, 9), None),
    )
    state = Column(
        Kind.STRING,
        "How it stands: open, found by the authorities, surrendered, or the report withdrawn.",
        (NotNull(), OneOf(("open", *ENDS))),
        leaks="the outcome itself",
    )
    ends_count = fields.counted("Ends on file; more than one contradict each other.")
    unread_events_count = fields.counted("Left out: events of unknown kind, or without any day.")

    @staticmethod
    def build(events: Annotated[DataFrame, AbscondingReports], keyring: DataFrame) -> DataFrame:
        is_report, is_end = F.col("event") == "reported", F.col("event").isin(*ENDS)
        known = F.col("_day").isNotNull()
        in_order = F.struct(F.when(is_report, 0).otherwise(1), "_learnt_at", "event_id")
        absences = (
            _once(events)
            .groupBy("report_id")
            .agg(
                F.min_by(F.struct(*_WORKER), in_order).alias("_worker"),
                F.min(F.when(is_report, F.col("_day"))).alias("absconded_on"),
                F.min(F.when(is_report & known, F.col("_learnt_on"))).alias("reported_on"),
                F.min(F.when(is_end & known, F.struct("_day", "_learnt_at", "event"))).alias("_end"),
                F.count_if(is_end & known).alias("ends_count"),
                F.count_if(~F.coalesce((is_report | is_end) & known, F.lit(False))).alias("unread_events_count"),
            )
        )
        return _keyed(absences.select("*", "_worker.*"), keyring).select(
            *("report_id", "permit_key", "document_key", "employer_key", "county"),
            *(
                _nationality(),
                F.coalesce(reading.one_of(F.col("sex"), "F", "M", "X"), F.lit("not_recorded")).alias("sex"),
            ),
            sector_of("sector").alias("sector"),
            *("absconded_on", F.coalesce("reported_on", "absconded_on").alias("reported_on")),
            F.col("_end._day").alias("ended_on"),
            F.coalesce("_end.event", F.lit("open")).alias("state"),
            *("ends_count", "unread_events_count"),
        )


def _nationality() -> SparkColumn:
    return F.coalesce(reading.state(F.col("nationality")), F.lit("unknown")).alias("nationality")


def _once(events: DataFrame) -> DataFrame:
    """Each event once, as landed last, with its day and when the agency learnt of it."""
    of_event = Window.partitionBy(
        "event_id", F.when(F.col("event_id").isNull(), F.struct("source_sha256", "source_line"))
    )
    latest = of_event.orderBy(*(F.desc(n) for n in ("ingested_at_utc", "source_sha256", "source_line")))
    learnt = reading.moment(F.col("reported_at"))
    once = events.withColumns({"_place": F.row_number().over(latest), "_learnt_at": learnt}).where("_place = 1")
    dated = once.withColumn("_learnt_on", reading.local_day(F.col("_learnt_at")))
    return dated.withColumn("_day", F.coalesce(reading.iso_day("happened_on"), "_learnt_on"))


def _keyed(absences: DataFrame, keyring: DataFrame) -> DataFrame:
    permitted = with_permit_key(absences, keyring, F.col("permit_number"))
    employed = with_party_key(permitted, keyring, F.col("employer_id"), "employer")
    return with_document_key(employed, keyring, reading.state(F.col("issuing_state")), F.col("document_number"))
