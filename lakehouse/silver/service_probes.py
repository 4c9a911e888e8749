"""Probes of the agency's services, typed."""

from datetime import UTC, datetime, timedelta
from typing import Annotated

from pyspark.sql import DataFrame, Window
from pyspark.sql import functions as F

from lakehouse import reading
from lakehouse.bronze.facility_probes import FacilityProbes
from lakehouse.declare import Between, Column, Kind, NotNull, OneOf, Silver, Unit
from lakehouse.services import SERVICES


class ServiceProbes(Silver):
    """Each row tells how one service answered one probe.

    Services are probed every five minutes. A degraded service answers, but
    late or in part: it is not down. A probe that was not made has no row, and is
    neither up nor down. Sent again, it counts as it came last.
    """

    owner = "data-centre"
    grain = "one row per service and probe"
    key = ("service", "probed_at_utc")
    fresh_within = timedelta(days=2)
    authority = "platform: docs/feeds.md, facility_incidents"
    indexed = ("probed_at_utc",)

    service = Column(Kind.STRING, "Service probed.", (NotNull(), OneOf(SERVICES)))
    probed_at_utc = Column(
        Kind.TIMESTAMP,
        "When it was probed.",
        (NotNull(),),
        examples=tuple(datetime(2025, 11, 30, 18, tzinfo=UTC) + timedelta(minutes=5 * n) for n in range(300)),
    )
    status = Column(Kind.STRING, "How it answered.", (NotNull(), OneOf(("up", "down", "degraded"))))
    response_seconds = Column(
        Kind.DOUBLE, "How long the answer took.", (Between(0, 600),), Unit.SECONDS, lenient=True, examples=(0.04, None)
    )
    source_delivery = Column(Kind.STRING, "Delivery that it came in.", (NotNull(),))
    source_line = Column(Kind.LONG, "Its line in the file.", (NotNull(),))

    @staticmethod
    def build(probes: Annotated[DataFrame, FacilityProbes]) -> DataFrame:
        typed = probes.select(
            F.trim("service").alias("service"),
            reading.moment(F.col("probed_at")).alias("probed_at_utc"),
            F.col("probed_at").alias("probed_at_utc__raw"),
            F.trim("status").alias("status"),
            (reading.decimal(F.col("response_ms")) / 1000).alias("response_seconds"),
            F.col("response_ms").alias("response_seconds__raw"),
            *("source_delivery", "source_line"),
        )
        again = Window.partitionBy("service", F.coalesce("probed_at_utc__raw", F.lit("")))
        latest = again.orderBy(F.desc("source_delivery"), F.desc("source_line"))
        return typed.withColumn("_place", F.row_number().over(latest)).where("_place = 1").drop("_place")
