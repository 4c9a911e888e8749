"""Outages of the agency's services, from incident records and from probes."""

from datetime import UTC, datetime, timedelta
from typing import Annotated

from pyspark.sql import Column as SparkColumn
from pyspark.sql import DataFrame, Window
from pyspark.sql import functions as F

from lakehouse import fields, reading
from lakehouse.bronze.facility_incidents import FacilityIncidents
from lakehouse.declare import Between, Column, Holds, Kind, NotNull, OneOf, Silver, Unit
from lakehouse.services import PROBE_MINUTES, SERVICES, merged, minutes_between
from lakehouse.silver.service_probes import ServiceProbes

EVIDENCE = ("both", "incident_only", "probe_only")
SEVERITIES = ("minor", "major", "critical")
CAUSES = ("power", "cooling", "hardware", "software", "network", "human", "maintenance")


class ServiceIncidents(Silver):
    """Each row tells of one outage of one service: when, whether planned, and whether record and probes agree.

    An incident's record says when it began and ended. Probes say it as well:
    each that fails stands for the five minutes to the next.
    An incident is 'both' where a probe failed in its time, or within one probe's
    distance of it; else 'incident_only', and ``probes_count`` tells whether
    probes contradict or were silent. Failed probes near no incident make a row
    of their own, 'probe_only', whose kind nobody recorded; such an outage is not
    planned, as planned work is announced.

    ``is_down``: the service counts as down. It does where probes failed, and where
    an incident is major or critical; a minor one during which no probe failed is
    a degradation. An incident that comes again counts as it came last.
    """

    owner = "data-centre"
    grain = "one row per service and outage"
    key = ("outage_id",)
    fresh_within = timedelta(days=2)
    authority = "ISO/IEC 20000-1:2018, 8.7.1: availability of services is monitored, recorded and compared with targets"
    indexed = ("began_at_utc",)
    rules = (
        Holds("ended_at_utc >= began_at_utc", "an outage does not end before it begins"),
        Holds("(evidence = 'probe_only') = (severity IS NULL)", "incidents have a severity, probes do not"),
        Holds("(evidence = 'incident_only') = (probes_down_minutes = 0)", "probes that failed are evidence"),
        Holds("probes_degraded_count <= probes_count", "degraded answers are among all"),
    )

    outage_id = Column(
        Kind.STRING,
        "The incident; of an outage that only probes saw 'probe:', service and the time of the first that failed.",
        (NotNull(),),
    )
    service = Column(Kind.STRING, "Service that was hit.", (NotNull(), OneOf(SERVICES)))
    evidence = Column(Kind.STRING, "Who says so.", (NotNull(), OneOf(EVIDENCE)))
    began_at_utc = Column(
        Kind.TIMESTAMP,
        "When it began.",
        (NotNull(),),
        examples=tuple(datetime(2025, 12, 1, n, tzinfo=UTC) for n in range(10)),
    )
    ended_at_utc = Column(
        Kind.TIMESTAMP,
        "When it ended.",
        (NotNull(),),
        examples=tuple(datetime(2025, 12, 1, n, 30, tzinfo=UTC) for n in range(10)),
    )
    outage_minutes = Column(Kind.DOUBLE, "How long it lasted.", (NotNull(), Between(0, 1e7)), Unit.MINUTES)
    is_planned = Column(Kind.BOOLEAN, "Announced work.", (NotNull(),))
    is_down = Column(Kind.BOOLEAN, "The service counts as down, not as degraded.", (NotNull(),))
    severity = Column(Kind.STRING, "As recorded.", (OneOf(SEVERITIES),))
    cause = Column(Kind.STRING, "As recorded; null where nobody did.", (OneOf(CAUSES),), lenient=True)
    probes_count = fields.counted("Probes made in its time, and within one probe's distance of it.")
    probes_degraded_count = fields.counted("Probes among them that a degraded service answered.")
    probes_down_minutes = Column(
        Kind.DOUBLE,
        "Length of the runs of failed probes that meet it; a run may meet several.",
        (NotNull(), Between(0, 1e7)),
        Unit.MINUTES,
        examples=(0.0, 0.0, 15.0),
    )
    source_delivery = Column(Kind.STRING, "Delivery of the incident's record; null where there is none.")
    source_line = Column(Kind.LONG, "Its line in the file.")

    @staticmethod
    def build(
        incidents: Annotated[DataFrame, FacilityIncidents], probes: Annotated[DataFrame, ServiceProbes]
    ) -> DataFrame:
        recorded, failed = _recorded(incidents), _failed(probes)
        alone = failed.alias("f").join(recorded.alias("i"), _meets(), "left_anti")
        unrecorded = alone.select(
            F.concat_ws(":", F.lit("probe"), "service", F.date_format("began_at_utc", "yyyyMMdd'T'HHmmss'Z'")).alias(
                "outage_id"
            ),
            *("service", "began_at_utc", "ended_at_utc"),
            F.lit(False).alias("is_planned"),
        )
        outages = recorded.unionByName(unrecorded, allowMissingColumns=True)
        said = outages.join(_failures(outages, failed), "outage_id", "left").join(
            _answers(outages, probes), "outage_id", "left"
        )
        down = F.coalesce("probes_down_minutes", F.lit(0.0))
        found = {
            "outage_minutes": minutes_between(F.col("began_at_utc"), F.col("ended_at_utc")),
            "evidence": F.when(F.col("source_delivery").isNull(), "probe_only")
            .when(down > 0, "both")
            .otherwise("incident_only"),
            "is_down": (down > 0) | F.coalesce(F.col("severity").isin("major", "critical"), F.lit(False)),
            "probes_down_minutes": down,
            **{name: F.coalesce(name, F.lit(0)) for name in ("probes_count", "probes_degraded_count")},
        }
        raw = [f"{name}__raw" for name in _TIMES]
        return said.withColumns(found).select(*ServiceIncidents.columns(), *raw)


_TIMES = {"began_at_utc": "began_at", "ended_at_utc": "ended_at"}


def _recorded(incidents: DataFrame) -> DataFrame:
    """Incidents, typed, each as it came last."""
    planned = F.trim("planned")
    typed = incidents.select(
        F.col("incident_id").alias("outage_id"),
        F.trim("service").alias("service"),
        *(reading.moment(F.col(raw)).alias(name) for name, raw in _TIMES.items()),
        *(F.col(raw).alias(f"{name}__raw") for name, raw in _TIMES.items()),
        F.when(planned.isin("yes", "no"), planned == "yes").alias("is_planned"),
        *(F.trim(name).alias(name) for name in ("severity", "cause")),
        *("source_delivery", "source_line"),
    )
    latest = Window.partitionBy("outage_id").orderBy(F.desc("source_delivery"), F.desc("source_line"))
    return typed.withColumn("_place", F.row_number().over(latest)).where("_place = 1").drop("_place")


def _distance() -> SparkColumn:
    """Record and probes are compared no more closely than probes are apart."""
    return F.expr(f"INTERVAL {PROBE_MINUTES} MINUTES")


def _failed(probes: DataFrame) -> DataFrame:
    """Runs of failed probes: each probe stands for the minutes to the next."""
    down = probes.where("status = 'down'").select(
        "service",
        F.col("probed_at_utc").alias("began_at_utc"),
        (F.col("probed_at_utc") + _distance()).alias("ended_at_utc"),
    )
    return merged(down, "service")


def _meets() -> SparkColumn:
    """A run of failed probes ``f`` lies in the time of ``i``, or next to it."""
    return (
        (F.col("f.service") == F.col("i.service"))
        & (F.col("f.began_at_utc") <= F.col("i.ended_at_utc") + _distance())
        & (F.col("f.ended_at_utc") >= F.col("i.began_at_utc") - _distance())
    )


def _failures(outages: DataFrame, failed: DataFrame) -> DataFrame:
    minutes = minutes_between(F.col("f.began_at_utc"), F.col("f.ended_at_utc"))
    met = failed.alias("f").join(outages.alias("i"), _meets())
    return met.groupBy("outage_id").agg(F.sum(minutes).alias("probes_down_minutes"))


def _answers(outages: DataFrame, probes: DataFrame) -> DataFrame:
    at = F.col("probed_at_utc")
    is_within = at.between(F.col("began_at_utc") - _distance(), F.col("ended_at_utc") + _distance())
    asked = probes.select("service", "probed_at_utc", "status").join(outages, "service").where(is_within)
    return asked.groupBy("outage_id").agg(
        F.count("*").alias("probes_count"), F.count_if(F.col("status") == "degraded").alias("probes_degraded_count")
    )
