"""The programme's own plan and budget, as its documents give them; nothing here is drawn.

In thousand NT$, years of the Republic's calendar. Plan and allotment do not add
up to one another in 110: 20,863 were planned, 19,154 allotted after the review.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path

import polars as pl

_YEARS = (109, 110, 111, 112)
#: Capital and current expenditure by item and year; ``all`` is the plan's own last line.
_PLAN = {
    "planning_and_design": ((0, 4_000), (0, 0), (0, 0), (0, 0)),
    "building_the_analytics": ((7_500, 0), (14_030, 0), (16_790, 0), (13_680, 8_000)),
    "green_cloud_data_centre": ((6_250, 0), (3_833, 3_000), (24_092, 0), (12_825, 0)),
    "all": ((13_750, 4_000), (17_863, 3_000), (40_882, 0), (26_505, 8_000)),
}
#: The last two are those expected. What was spent is not known here.
_ALLOTTED = (17_750, 19_154, 40_882, 34_505)
#: 10,920,000 are estimated over the four years, a quarter in each: as much as was taken in 108.
_FEES_TAKEN = (108, 2_730_000)
_FEES_ESTIMATED = 10_920_000


def write_day(landing: Path, day: date) -> None:
    """Write the plan, the allotment and the income, where no day before has them."""
    source = landing / "programme_budget"
    folder = source / day.isoformat()
    if source.exists() and any(found != folder for found in source.iterdir()):
        return
    folder.mkdir(parents=True, exist_ok=True)
    plan().write_csv(folder / "plan.csv")
    allotment().write_csv(folder / "allotment.csv")
    income().write_csv(folder / "income.csv")


def plan() -> pl.DataFrame:
    """Capital and current expenditure by item and year."""
    rows = [(item, year, *money) for item, years in _PLAN.items() for year, money in zip(_YEARS, years, strict=True)]
    return pl.DataFrame(rows, schema=["item", "roc_year", "capital", "current"], orient="row")


def allotment() -> pl.DataFrame:
    """What the budget as passed gives each year."""
    return pl.DataFrame({"roc_year": _YEARS, "allotted": _ALLOTTED, "spent": pl.Series([None] * 4, dtype=pl.Int64)})


def income() -> pl.DataFrame:
    """What document fees brought, and are estimated to bring."""
    estimated = [("document_fees", year, _FEES_ESTIMATED // len(_YEARS), "estimate") for year in _YEARS]
    rows = [("document_fees", *_FEES_TAKEN, "actual"), *estimated]
    return pl.DataFrame(rows, schema=["kind", "roc_year", "amount", "basis"], orient="row")
