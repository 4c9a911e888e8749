"""Overstay rates by port of entry and month."""

from datetime import date, timedelta
from typing import Annotated

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from lakehouse import fields
from lakehouse.declare import Column, DateBetween, Kind, NotNull
from lakehouse.overstay import OverstayMeasures, measured, period_day
from lakehouse.silver.stays import Stays


class OverstayRatePort(OverstayMeasures):
    """Each row tells how many stays begun at one port had to end in a month, and did not.

    The month is that of the expected departure, as in the report of the US
    Department of Homeland Security, not that of the entry: all stays of a month
    come due together, so a month that has passed changes only by departures
    still to come. The port is that of the entry. A port whose share of
    suspected in-country overstays leaps in one month has more often lost its
    departures than its visitors; the clean measures leave recording artefacts
    out. Counted and left out of the rates: stays not yet due, and stays without
    a deadline, which stand in the month of their entry. Ports of fewer than ten
    admissions in a month are put together as 'withheld'.
    """

    owner = "overstay-desk"
    grain = "one row per port of entry and month"
    key = ("border_state", "port_code", "month_start_date")
    fresh_within = timedelta(days=7)
    authority = "US DHS Entry/Exit Overstay Report, methodology"
    indexed = ("month_start_date",)

    border_state = fields.border_state
    port_code = fields.pooled(fields.port_code)
    month_start_date = Column(
        Kind.DATE,
        "First day of the month of the expected departure, or of the entry where there is no deadline.",
        (NotNull(), DateBetween(date(1990, 1, 1), date(2100, 1, 1))),
    )

    @staticmethod
    def build(stays: Annotated[DataFrame, Stays]) -> DataFrame:
        dated = stays.withColumn("month_start_date", F.trunc(period_day(), "month"))
        return measured(dated, "port_code", per=("border_state", "month_start_date"))
