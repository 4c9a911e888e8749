"""The measures of overstaying that the tables of rates share.

They follow the Entry/Exit Overstay Report of the US Department of Homeland
Security. It counts a stay in the period in which its deadline falls (the
expected departure). An overstay is out of the country where the departure is
recorded after the deadline, and suspected in the country where none is
recorded. The rate is overstays over expected departures. A departure that must
have been but whose day no record tells is expected and no overstay; it is
counted beside, so that the rate can be read with and without it.
"""

from collections.abc import Sequence

from pyspark.sql import Column as SparkColumn
from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from lakehouse import fields
from lakehouse.declare import Gold, Holds
from lakehouse.privacy import pool_thin_cells
from lakehouse.silver.stays import Stays

#: Rates with their numerator and denominator.
_RATIOS = {
    "overstay_ratio": ("overstays_count", "expected_departures_count"),
    "out_of_country_overstay_ratio": ("out_of_country_overstays_count", "expected_departures_count"),
    "suspected_in_country_overstay_ratio": (
        "suspected_in_country_overstays_count",
        "expected_departures_count",
    ),
    "clean_overstay_ratio": ("clean_overstays_count", "clean_expected_departures_count"),
}


class OverstayMeasures(Gold, abstract=True):
    """How many of a cell's stays had to end, how many did not end in time, and what is left out."""

    rules = (
        Holds(
            "admissions_count = expected_departures_count + not_yet_due_count + no_deadline_count",
            "every admission is expected to have ended, not yet due, or without a deadline",
        ),
        Holds(
            "overstays_count = out_of_country_overstays_count + suspected_in_country_overstays_count",
            "an overstay is out of the country or suspected in it",
        ),
        Holds(
            "overstays_count + unclear_departures_count <= expected_departures_count",
            "overstays and unclear departures are among the expected departures",
        ),
        Holds(
            "clean_expected_departures_count <= expected_departures_count",
            "expected departures without an artefact are a part of all",
        ),
        Holds(
            "clean_overstays_count <= least(overstays_count, clean_expected_departures_count)",
            "overstays without an artefact are a part of all, and of what is expected",
        ),
    )

    as_of_date = Stays.as_of_date
    cells_count = fields.cells_count
    admissions_count = fields.counted_unless_thin("All admissions of the cell; null where they are fewer than ten.")
    expected_departures_count = fields.counted_unless_thin("Stays whose deadline lies before the day of judgement.")
    out_of_country_overstays_count = fields.counted_unless_thin("Expected departures recorded after the deadline.")
    suspected_in_country_overstays_count = fields.counted_unless_thin("Expected departures that no record shows.")
    unclear_departures_count = fields.counted_unless_thin(
        "Expected departures that are neither: the traveller entered again without an exit, or records contradict."
    )
    overstays_count = fields.counted_unless_thin("Both kinds of overstays.")
    overstay_ratio = fields.ratio("Overstays over expected departures.")
    out_of_country_overstay_ratio = fields.ratio("Out-of-country overstays over expected departures.")
    suspected_in_country_overstay_ratio = fields.ratio("Suspected in-country overstays over expected departures.")
    clean_expected_departures_count = fields.counted_unless_thin(
        "Expected departures without a recording artefact: entered by air, loaded promptly, no exit refused."
    )
    clean_overstays_count = fields.counted_unless_thin("Overstays among them.")
    clean_overstay_ratio = fields.ratio("Overstays over expected departures, recording artefacts left out of both.")
    not_yet_due_count = fields.counted_unless_thin(
        "Left out: stays, ended or not, whose deadline the day of judgement has not passed (right-censored)."
    )
    no_deadline_count = fields.counted_unless_thin(
        "Left out: stays without a readable deadline, such as those for the duration of status."
    )


def period_day() -> SparkColumn:
    """Day by which a stay is put into a period: its deadline, or its entry where it has none."""
    return F.coalesce("authorised_until", "entered_on")


def measured(stays: DataFrame, pooled: str, per: Sequence[str]) -> DataFrame:
    """The measures of ``stays`` per group ``per`` and value of ``pooled``, thin cells put together."""
    group = [*per, "as_of_date"]
    has_deadline, state = F.col("authorised_until").isNotNull(), F.col("state")
    expected = F.col("is_expected_departure") & has_deadline
    clean = F.col("recording_artefact") == "none"
    late, absent = expected & (state == "departed_late"), expected & (state == "suspected_in_country")
    counts = {
        "expected_departures_count": expected,
        "out_of_country_overstays_count": late,
        "suspected_in_country_overstays_count": absent,
        "unclear_departures_count": expected & (state == "departure_unclear"),
        "overstays_count": late | absent,
        "clean_expected_departures_count": expected & clean,
        "clean_overstays_count": (late | absent) & clean,
        "not_yet_due_count": has_deadline & ~expected,
        "no_deadline_count": ~has_deadline,
    }
    cells = stays.groupBy(*group, pooled).agg(
        F.count("*").alias("admissions_count"), *(F.count_if(where).alias(n) for n, where in counts.items())
    )
    shown = pool_thin_cells(cells, pooled, "admissions_count", sums=list(counts), per=group)
    ratios = ((F.col(part) / F.nullif(F.col(whole), F.lit(0))).alias(n) for n, (part, whole) in _RATIOS.items())
    return shown.select("*", *ratios)
