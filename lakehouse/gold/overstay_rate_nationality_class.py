"""Overstay rates by nationality, class of admission and fiscal year."""

from datetime import timedelta
from typing import Annotated

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from lakehouse import fields
from lakehouse.declare import Between, Column, Kind, NotNull, Unit
from lakehouse.overstay import OverstayMeasures, measured, period_day
from lakehouse.silver.stays import Stays


class OverstayRateNationalityClass(OverstayMeasures):
    """Each row tells how many stays of one nationality and class had to end in a fiscal year, and did not.

    A stay belongs to the fiscal year of its expected departure, as in the
    report of the US Department of Homeland Security (8 USC 1376 asks for it by
    fiscal year): October to September for the United States, named after the
    year it ends in (31 USC 1102), the calendar year elsewhere. Each rate stands
    beside the same rate without recording artefacts; loading late goes with
    losing the departure, so read the two as bounds. Counted and left out of
    the rates: stays not yet due, and stays without a deadline, which stand in
    the year of their entry (the report takes those from the student register,
    which is not here). Unlike the report, land entries are in; the clean
    measures leave them out. Nationalities of fewer than ten admissions in a
    class and year are put together as 'withheld'.
    """

    owner = "overstay-desk"
    grain = "one row per border state, nationality, class of admission and fiscal year"
    key = ("border_state", "nationality", "class_of_admission", "fiscal_year")
    fresh_within = timedelta(days=7)
    authority = "US DHS Entry/Exit Overstay Report; 8 USC 1376"
    indexed = ("fiscal_year",)

    border_state = fields.border_state
    nationality = fields.pooled(fields.nationality)
    class_of_admission = Column(Kind.STRING, fields.class_of_admission.meaning, (NotNull(),))
    fiscal_year = Column(
        Kind.INT,
        "Fiscal year of the expected departure, or of the entry where there is no deadline.",
        (NotNull(), Between(1990, 2101)),
        Unit.YEAR,
    )

    @staticmethod
    def build(stays: Annotated[DataFrame, Stays]) -> DataFrame:
        from_october = F.year(F.add_months(period_day(), 3))
        fiscal_year = F.when(F.col("border_state") == "USA", from_october).otherwise(F.year(period_day()))
        known_class = F.coalesce("class_of_admission", F.lit("not_recorded"))
        dated = stays.withColumns({"fiscal_year": fiscal_year, "class_of_admission": known_class})
        return measured(dated, "nationality", per=("border_state", "class_of_admission", "fiscal_year"))
