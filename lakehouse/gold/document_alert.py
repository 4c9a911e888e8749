"""Alerts on the documents that travellers presented."""

from dataclasses import replace
from datetime import timedelta
from typing import Annotated

from pyspark.sql import DataFrame, Window
from pyspark.sql import functions as F

from lakehouse import fields
from lakehouse.declare import Column, Gold, Holds, Kind, NotNull, OneOf, Pii, Unit
from lakehouse.silver.document_reports import REPORT_KINDS
from lakehouse.silver.documents import Documents
from lakehouse.silver.inspections import Inspections

ALERTS = ("reported_before", "reported_after", "expired", "check_digit_wrong", "two_persons", "both_sides")
#: No journey abroad and back is shorter: Kinmen to Xiamen takes half an hour each way, with a control at each end.
SHORTEST_JOURNEY_HOURS = 2
_PRESENTED = (
    *("inspection_id", "inspected_on", "inspected_at_utc", "direction", "outcome", "port_code", "document_key"),
    *("person_key", "nationality", "document_type", "issuing_state", "wrong_check_digits", "referral_id"),
)


class DocumentAlert(Gold):
    """Each row tells of one thing that is wrong with a document at one inspection.

    ``reported_before``: a report on it was in force when it was presented.
    ``reported_after``: it was lost or stolen on or before the day, and only
    later reported; a withdrawn report raises none. ``expired``: its last day had
    passed. ``check_digit_wrong``: its machine-readable zone contradicts itself,
    be it forged or misread. ``two_persons``: the inspection of it before this
    one was of another person. ``both_sides``: it crossed twice in one direction,
    with no crossing back between and sooner than any journey abroad and back
    takes, so that two of it are about.

    A mistyped name makes another person: ``is_read_from_zone`` tells whether
    both persons were read from a zone without a wrong check digit, which no
    typing can explain. Left out: inspections without a document's number. All
    inspections count, also of those refused.
    """

    owner = "document-desk"
    grain = "one row per inspection and kind of alert"
    key = ("inspection_id", "alert_kind")
    fresh_within = timedelta(days=1)
    authority = "ICAO Doc 9303-2 and 9303-3; Immigration Act (入出國及移民法), art. 18: documents not to be accepted"
    indexed = ("inspected_on", "alert_kind")
    rules = (
        Holds(
            "(report_kind IS NULL OR alert_kind IN ('reported_before', 'reported_after'))",
            "a report belongs to an alert of reports",
        ),
        Holds("(alert_kind = 'expired') = (expired_days IS NOT NULL)", "what has expired did so days ago"),
        Holds(
            "(alert_kind IN ('two_persons', 'both_sides')) = (other_inspection_id IS NOT NULL)",
            "what two inspections contradict each other in names both",
        ),
    )

    inspection_id = Inspections.inspection_id
    alert_kind = Column(Kind.STRING, "What is wrong.", (NotNull(), OneOf(ALERTS)))
    inspected_on = Inspections.inspected_on
    inspected_at_utc = Inspections.inspected_at_utc
    direction = fields.direction
    outcome = Inspections.outcome
    port_code = fields.port_code
    document_key = Documents.document_key
    person_key = fields.person_key
    nationality = fields.nationality
    document_type = Inspections.document_type
    issuing_state = Inspections.issuing_state
    wrong_check_digits = Inspections.wrong_check_digits
    referral_id = Inspections.referral_id
    report_kind = Column(Kind.STRING, "What was reported first.", (OneOf(REPORT_KINDS),))
    report_delay_hours = Column(
        Kind.DOUBLE,
        "Hours from the inspection to the report: negative where it was known before.",
        (),
        Unit.HOURS,
        examples=(-20.5, 3.0, None),
    )
    expired_days = Column(Kind.INT, "Days since its last day.", (), Unit.DAYS, examples=(12, None))
    other_inspection_id = Column(
        Kind.STRING, "Inspection of it before, which this one contradicts.", examples=("INS-7", None)
    )
    other_person_key = replace(fields.person_key, meaning="Person of that inspection.", pii=Pii.PSEUDONYM)
    is_read_from_zone = Column(
        Kind.BOOLEAN, "Zones without a wrong check digit tell both apart; null for other alerts."
    )

    @staticmethod
    def build(inspections: Annotated[DataFrame, Inspections], documents: Annotated[DataFrame, Documents]) -> DataFrame:
        presented = inspections.where("document_key IS NOT NULL")
        expired = F.datediff("inspected_on", "expiry_date")
        alone = {"expired": expired > 0, "check_digit_wrong": F.size("wrong_check_digits") > 0}
        found = [presented.where(wrong).withColumn("alert_kind", F.lit(kind)) for kind, wrong in alone.items()]
        alerts = found[0].withColumn("expired_days", expired)
        for more in (found[1], _reported(presented, documents), _of_two(presented)):
            alerts = alerts.unionByName(more, allowMissingColumns=True)
        return alerts.select(*DocumentAlert.columns())


def _reported(presented: DataFrame, documents: DataFrame) -> DataFrame:
    """The first report on a document that an inspection comes after, or that tells of a loss before it."""
    reports = documents.where("size(reports) > 0").select("document_key", F.explode("reports").alias("report"))
    written, withdrawn = F.col("report.reported_at_utc"), F.col("report.withdrawn_on")
    before = (written <= F.col("inspected_at_utc")) & F.coalesce(withdrawn > F.col("inspected_on"), F.lit(True))
    lost = (F.col("report.lost_on") <= F.col("inspected_on")) & withdrawn.isNull()
    kind = F.when(before, "reported_before").when((written > F.col("inspected_at_utc")) & lost, "reported_after")
    alerts = presented.join(reports, "document_key").withColumn("alert_kind", kind).where("alert_kind IS NOT NULL")
    first = Window.partitionBy("inspection_id", "alert_kind").orderBy("report")
    delay = (F.unix_timestamp(written) - F.unix_timestamp("inspected_at_utc")) / 3600
    return (
        alerts.withColumn("_place", F.row_number().over(first))
        .where("_place = 1")
        .select(*_PRESENTED, "alert_kind", "report.report_kind", delay.alias("report_delay_hours"))
    )


def _of_two(presented: DataFrame) -> DataFrame:
    """What an inspection of a document contradicts in the one before, and in the crossing before."""
    of_document = Window.partitionBy("document_key").orderBy("inspected_at_utc", "inspection_id")
    crossed = F.col("outcome").isin("admitted", "departed")
    read = F.col("zone_format").isNotNull() & (F.size("wrong_check_digits") == 0)
    seen = F.struct("inspection_id", "person_key", "direction", "inspected_at_utc", read.alias("is_read"))
    placed = presented.withColumns(
        {
            "_before": F.lag(seen).over(of_document),
            "_crossing": F.last(F.when(crossed, seen), ignorenulls=True).over(
                of_document.rowsBetween(Window.unboundedPreceding, -1)
            ),
        }
    )
    hours = (F.unix_timestamp("inspected_at_utc") - F.unix_timestamp("_crossing.inspected_at_utc")) / 3600
    same_way = F.col("_crossing.direction") == F.col("direction")
    both_sides = crossed & same_way & (hours < SHORTEST_JOURNEY_HOURS)
    kinds = {"two_persons": ("_before", F.col("_before.person_key") != F.col("person_key"))}
    kinds["both_sides"] = ("_crossing", both_sides)
    told = [
        F.when(wrong, F.struct(F.lit(kind).alias("alert_kind"), F.col(other).alias("other")))
        for kind, (other, wrong) in kinds.items()
    ]
    alerts = placed.withColumn("_alert", F.explode(F.array_compact(F.array(*told))))
    return alerts.select(
        *_PRESENTED,
        F.col("_alert.alert_kind").alias("alert_kind"),
        F.col("_alert.other.inspection_id").alias("other_inspection_id"),
        F.col("_alert.other.person_key").alias("other_person_key"),
        (read & F.col("_alert.other.is_read")).alias("is_read_from_zone"),
    )
