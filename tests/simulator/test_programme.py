"""The programme's plan and budget stand as its documents give them, with the difference that they have."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import polars as pl

from lakehouse.simulator.programme import allotment, income, plan, write_day


def _by_year(items: pl.DataFrame) -> dict[int, tuple[int, int]]:
    sums = items.group_by("roc_year").agg(pl.col("capital").sum(), pl.col("current").sum())
    return {year: (capital, current) for year, capital, current in sums.iter_rows()}


def test_the_items_add_up_to_the_plans_own_last_line() -> None:
    items, whole = plan().filter(pl.col("item") != "all"), plan().filter(pl.col("item") == "all")
    assert _by_year(items) == _by_year(whole)
    totals = items.group_by("item").agg((pl.col("capital") + pl.col("current")).sum().alias("total"))
    assert dict(totals.iter_rows()) == {
        "planning_and_design": 4_000,
        "building_the_analytics": 60_000,
        "green_cloud_data_centre": 50_000,
    }
    assert sum(map(sum, _by_year(whole).values())) == 114_000


def test_what_was_allotted_differs_from_the_plan_in_110_alone_by_1709() -> None:
    planned = {year: sum(money) for year, money in _by_year(plan().filter(pl.col("item") == "all")).items()}
    allotted = dict(allotment().select("roc_year", "allotted").iter_rows())
    assert {year: planned[year] - allotted[year] for year in planned} == {109: 0, 110: 1_709, 111: 0, 112: 0}
    assert planned[110] == 20_863


def test_what_was_spent_is_not_made_up() -> None:
    assert allotment()["spent"].null_count() == 4


def test_fees_estimated_over_four_years_are_four_times_those_of_108() -> None:
    by_basis = dict(income().group_by("basis").agg(pl.col("amount").sum()).iter_rows())
    assert by_basis == {"actual": 2_730_000, "estimate": 10_920_000}


def test_the_first_day_of_a_world_has_it_and_no_day_after(tmp_path: Path) -> None:
    for day in (1, 2, 3, 1):
        write_day(tmp_path, date(2025, 12, day))
    found = sorted(str(p.relative_to(tmp_path)) for p in tmp_path.rglob("*.csv"))
    assert found == [f"programme_budget/2025-12-01/{name}.csv" for name in ("allotment", "income", "plan")]
    first = (tmp_path / "programme_budget/2025-12-01/allotment.csv").read_text().splitlines()
    assert first[:2] == ["roc_year,allotted,spent", "109,17750,"]
