"""Refusals of entry, by nationality, port, reason and month."""

from datetime import date, timedelta
from typing import Annotated

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from lakehouse import fields
from lakehouse.declare import Between, Column, DateBetween, Gold, Holds, Kind, NotNull, OneOf, Unit
from lakehouse.privacy import pool_thin_cells
from lakehouse.silver.crossings import AGENCY_STATE
from lakehouse.silver.inspections import REFUSAL_REASONS, Inspections

_PER = ("border_state", "port_code", "refusal_reason", "month_start_date")


class RefusalOfEntry(Gold):
    """Each row tells how many of one nationality a port refused in a month for one reason, and of how many.

    Reasons are the letters of the standard form for refusals in the European
    Union, which makes the counts comparable (A no valid document, B false
    document, C no valid visa or permit, D false visa or permit, E purpose not
    justified, F stayed too long before, G no means, H alert, I threat);
    'not_recorded' where the record has none. Refusals are counted, not persons:
    who tries again is refused again. The rate is over all of the nationality
    whom the port inspected at entry in the month, whatever became of them;
    citizens may not be refused and are left out of both.

    Nationalities refused fewer than ten times for a reason are put together as
    'withheld', with all who were inspected of them; where all together are
    fewer than ten the counts are not shown.
    """

    owner = "border-analytics"
    grain = "one row per port, nationality, reason and month"
    key = ("border_state", "port_code", "nationality", "refusal_reason", "month_start_date")
    fresh_within = timedelta(days=7)
    authority = "Regulation (EU) 2017/2226 (EES), art. 63; reasons: Regulation (EU) 2016/399, Annex V, part B"
    indexed = ("month_start_date",)
    rules = (Holds("refusals_count <= inspected_count", "the refused are among the inspected"),)

    border_state = fields.border_state
    port_code = fields.port_code
    nationality = fields.pooled(fields.nationality)
    refusal_reason = Column(
        Kind.STRING, "Letter of the reason.", (NotNull(), OneOf((*REFUSAL_REASONS, "not_recorded")))
    )
    month_start_date = Column(
        Kind.DATE,
        "First day of the month of the refusal, local.",
        (NotNull(), DateBetween(date(1990, 1, 1), date(2100, 1, 1))),
    )
    cells_count = fields.cells_count
    refusals_count = fields.counted_unless_thin("Refusals; null where they are fewer than ten.")
    inspected_count = fields.counted_unless_thin("Entries inspected of the nationality at the port in the month.")
    refused_per_100_000 = Column(
        Kind.DOUBLE, "Refusals for each 100,000 inspected.", (Between(0, 100_000),), Unit.PER_100_000
    )

    @staticmethod
    def build(inspections: Annotated[DataFrame, Inspections]) -> DataFrame:
        foreign = F.col("class_of_admission") != "citizen"
        entries = inspections.where((F.col("direction") == "entry") & foreign).withColumns(
            {"border_state": F.lit(AGENCY_STATE), "month_start_date": F.trunc("inspected_on", "month")}
        )
        whole = ["border_state", "port_code", "month_start_date", "nationality"]
        inspected = entries.groupBy(*whole).agg(F.count("*").alias("inspected_count"))
        reason = F.coalesce("refusal_reason", F.lit("not_recorded")).alias("refusal_reason")
        refused = entries.where("outcome = 'refused'").groupBy(*whole, reason)
        cells = refused.agg(F.count("*").alias("refusals_count")).join(inspected, whole)
        shown = pool_thin_cells(cells, "nationality", "refusals_count", ["inspected_count"], _PER)
        rate = F.col("refusals_count") * 100_000 / F.col("inspected_count")
        return shown.withColumn("refused_per_100_000", rate)
