"""Migrant workers who went missing: persons by reports, and the months' totals."""

from __future__ import annotations

from datetime import date, timedelta

import polars as pl

from lakehouse.evaluation.measures import Actual, Counts, Measured
from lakehouse.evaluation.question import Frames, Question
from lakehouse.evaluation.truth import Truth

REPORTS, MONTHS = "silver.absconding", "gold.missing_migrant_worker"
_BEHAVIOUR = "absconding"
#: An employer must report on the third day (Employment Service Act, art. 56).
REPORTED_AFTER = timedelta(days=3)

_PERSONS = (
    "In truth: workers who absconded three days or more before the last report; later ones are not reported yet and "
    "are left out. Named: holders of the documents on reports."
)
_TOTALS = (
    "Totals alone. In truth: workers whose third day of absence lies in the month. Named: newly reported in the month, "
    "mistaken reports that are withdrawn later among them; cells withheld as thin are missing."
)


def measure_reports(truth: Truth, frames: Frames) -> list[Measured]:
    reports = frames[REPORTS]
    last = reports["reported_on"].max()
    if not isinstance(last, date):
        return []
    actual = absconded(truth, last)
    named = {
        "reported, withdrawn or not": reports,
        "reported and not withdrawn": reports.filter(pl.col("state") != "withdrawn"),
    }
    return [
        Measured(REPORTS, _BEHAVIOUR, "persons", words, _PERSONS, actual.against(truth.holders(rows["document_key"])))
        for words, rows in named.items()
    ]


def absconded(truth: Truth, last: date) -> Actual:
    """Workers whose absence can be on report by the ``last`` day, and twins; reports need no crossing."""
    rows = truth.of(_BEHAVIOUR)
    by_then = rows.filter(pl.col("onset") + REPORTED_AFTER <= last)
    found = truth.actual(by_then, by_then["person_id"])
    return Actual(
        found.members, found.twins, rows.filter(~pl.col("is_twin"))["person_id"].n_unique() - len(found.members)
    )


def measure_months(truth: Truth, frames: Frames) -> list[Measured]:
    months = frames[MONTHS].group_by("month_start_date").agg(pl.col("new_count").sum()).sort("month_start_date")
    gone = truth.of(_BEHAVIOUR).filter(~pl.col("is_twin")).unique(["person_id", "onset"])
    third_day = gone["onset"] + REPORTED_AFTER
    begun = dict(third_day.dt.truncate("1mo").value_counts().iter_rows())
    return [
        Measured(
            *(MONTHS, _BEHAVIOUR, "reports", f"new in {month:%Y-%m}", _TOTALS),
            Counts(actual=begun.get(month, 0), named=new),
        )
        for month, new in months.iter_rows()
    ]


REPORTS_QUESTION = Question(_BEHAVIOUR, {REPORTS: ("document_key", "reported_on", "state")}, measure_reports)
MONTHS_QUESTION = Question(_BEHAVIOUR, {MONTHS: ("month_start_date", "new_count")}, measure_months)
