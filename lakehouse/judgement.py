"""The day until which a border's records tell: what came after it is not known yet."""

from collections.abc import Mapping
from datetime import date

from pyspark.sql import Column
from pyspark.sql import functions as F


def known_until_of(border_state: str, known_until: Mapping[str, date]) -> Column:
    """Day of judgement for the state named in the column ``border_state``; null where no record of it is known."""
    day = F.lit(None).cast("date")
    for state, until in sorted(known_until.items()):
        day = F.when(F.col(border_state) == state, F.lit(until)).otherwise(day)
    return day
