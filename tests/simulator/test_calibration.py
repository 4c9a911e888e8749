"""Calibration: distances worked by hand, and a page that says what it compares and what it cannot."""

from __future__ import annotations

import gzip
import json
import math
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest

from lakehouse.bronze.cbp_wait_times import CbpWaitTimes
from lakehouse.bronze.nia_port_daily import NiaPortDaily
from lakehouse.declare import Bronze
from lakehouse.formats import DriverFormat
from lakehouse.simulator import calibration_measures as measures
from lakehouse.simulator import published
from lakehouse.simulator.calibration import report

PORTS = {"桃園一期": 1_000, "高雄機場": 200}


def counts(start: date, days: int, factor: float = 1.0) -> pl.DataFrame:
    """Crossings of each port, day and direction; fewer on every later day."""
    rows = [
        (start + timedelta(days=n), port, direction, round(level * factor * (1 - n / (2 * days))))
        for n in range(days)
        for port, level in PORTS.items()
        for direction in ("entry", "exit")
    ]
    return pl.DataFrame(rows, schema=["day", "port", "direction", "crossings"], orient="row")


def land_counts(landing: Path, name: str, series: pl.DataFrame) -> None:
    rows: list[dict[str, Any]] = []
    for day in series["day"].unique().sort():
        labels = {"entry": "入境查驗", "exit": "出境查驗"}
        of_day = series.filter(pl.col("day") == day).select("port", "direction", "crossings").iter_rows()
        cells = {f"{port}/{labels[direction]}": count for port, direction, count in of_day}
        for port in PORTS:
            cells[f"{port}/小計"] = sum(cells[f"{port}/{label}"] for label in labels.values())
        told = {key: f"{count:,}" for key, count in cells.items()}
        rows.append({"entries_total": "0", "exits_total": "0", "day": f"{day:%Y%m%d}", "total": "0", "counts": told})
    _render(landing / "nia_port_daily" / name, NiaPortDaily.format, rows, NiaPortDaily)


def _render(path: Path, reader: object, rows: list[dict[str, Any]], table: type[Bronze]) -> None:
    assert isinstance(reader, DriverFormat)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(reader.render(rows, table))


def land_waits(landing: Path) -> None:
    row = {"airport": "ORD", "terminal": "Terminal 5", "date": "2016-01-01", "hour": "0800 - 0900", "all_total": "100"}
    bands = dict(zip(published.BANDS, ("60", "30", "10", "0", "0", "0", "0"), strict=True))
    values: dict[str, Any] = dict.fromkeys(CbpWaitTimes.raw_columns(), "0") | row | bands
    _render(landing / "cbp_wait_times" / "ORD-2016.csv", CbpWaitTimes.format, [values], CbpWaitTimes)


def land_inspections(landing: Path) -> None:
    first = {"version": "1", "direction": "entry", "lane": "counter", "queued_at": "2025-12-01T08:00:00+08:00"}
    records = [
        first | {"inspected_at": "2025-12-01T08:10:00+08:00"},
        first | {"inspected_at": "2025-12-01T08:20:00+08:00"},
        first | {"inspected_at": "2025-12-01T09:05:00+08:00", "queued_at": None},
        first | {"inspected_at": "2025-12-01T09:05:00+08:00", "version": "2"},
        first | {"inspected_at": "2025-12-01T09:05:00+08:00", "lane": "crew"},
        first | {"inspected_at": "2025-12-01T09:05:00+08:00", "direction": "exit"},
    ]
    path = landing / "inspections/2025-12-01/桃園一期-08.ndjson.gz"
    path.parent.mkdir(parents=True)
    path.write_bytes(gzip.compress("\n".join(map(json.dumps, records)).encode()))


def test_a_fit_is_worked_from_the_days_that_both_have() -> None:
    real = pl.DataFrame(
        {"day": [date(2020, 1, 1), date(2020, 1, 2)], "port": "P", "direction": "entry", "crossings": [100, 300]}
    )
    made = real.with_columns(crossings=pl.Series([110.0, 240.0]))
    (fit,) = measures.port_fits(made, real, scale=0.01)
    assert (fit.days, fit.published, fit.simulated) == (2, 200.0, 175.0)
    assert fit.error == pytest.approx((0.1 + 0.2) / 2)
    assert fit.weighted_error == pytest.approx(70 / 400)
    assert fit.correlation is None
    # At a scale of 0.01 one and three are expected: mean deviations 2/e and 27/e^3 (by the definition, summed).
    assert fit.by_chance == pytest.approx((2 / math.e + 2 * math.exp(-3) * 3**4 / 6 / 3) / 2)


def test_a_port_that_was_not_simulated_on_a_day_had_no_crossing_then() -> None:
    real = counts(date(2020, 1, 1), 4)
    fits = measures.port_fits(real.filter(pl.col("port") != "高雄機場"), real, scale=1.0)
    assert [(f.port, f.simulated, f.error) for f in fits if f.port == "高雄機場"] == [("高雄機場", 0.0, 1.0)] * 2


def test_the_error_by_chance_is_what_drawn_counts_have() -> None:
    real = np.full(200_000, 730.0)
    made = np.random.default_rng(2).poisson(real * 0.02) / 0.02
    assert measures.percentage_error(made, real) == pytest.approx(measures.error_by_chance(real[:1], 0.02), rel=0.01)


def test_misplaced_is_the_share_that_has_to_move() -> None:
    assert measures.misplaced({"a": 0.5, "b": 0.5}, {"a": 0.75, "c": 0.25}) == pytest.approx(0.5)


def test_weekdays_are_told_per_mean_day() -> None:
    monday = date(2025, 12, 1)
    days = pl.DataFrame({"day": [monday + timedelta(days=n) for n in range(14)], "crossings": [20, *[10] * 6] * 2})
    profile = measures.weekday_profile(days)
    assert profile[0] == pytest.approx(2 * profile[1])
    assert sum(profile) == pytest.approx(7)


def test_waits_of_a_band_end_with_its_last_minute() -> None:
    minutes = pl.Series([0.0, 15.9, 16.0, 121.0, None])
    assert measures.band_shares(minutes, list(published.BANDS.values())) == [0.5, 0.25, 0, 0, 0, 0, 0.25]


def test_the_newest_release_is_read(tmp_path: Path) -> None:
    land_counts(tmp_path, "20200401.csv", counts(date(2020, 1, 1), 3, factor=9))
    land_counts(tmp_path, "20200501.csv", counts(date(2020, 1, 1), 3))
    found = published.port_counts(tmp_path)
    assert found is not None
    assert found[0] == "20200501.csv"
    assert (
        found[1].sort("day", "port", "direction").equals(counts(date(2020, 1, 1), 3).sort("day", "port", "direction"))
    )


def test_first_records_of_travellers_who_enter_are_read(tmp_path: Path) -> None:
    land_inspections(tmp_path)
    found = published.simulated_arrivals(tmp_path)
    assert found is not None
    assert found["hour"].to_list() == [8, 8, 9]
    assert found["wait_minutes"].to_list() == [10.0, 20.0, None]


def test_a_page_tells_distances_of_all_that_is_landed(tmp_path: Path) -> None:
    real = counts(date(2020, 1, 1), 40)
    land_counts(tmp_path / "landing", "20200401.csv", real)
    land_waits(tmp_path / "landing")
    land_inspections(tmp_path / "landing")
    simulated = real.with_columns(pl.col("crossings") // 10)
    to = report(simulated, tmp_path / "landing", 0.1, tmp_path / "out" / "calibration.html")
    page = to.read_text(encoding="utf-8")
    assert "synthetic" in page
    assert "<td>Days in both</td><td>40</td>" in page
    assert page.count("<svg") == 1 + len(PORTS) + 1 + 1 + 2
    assert "&lt;svg" not in page
    assert "桃園一期</td><td>entry" in page
    # Half of the waits lie in the first band, 60 of 100 at O'Hare; 30 of 100 in the second.
    assert "Waits in another band than at O&#39;Hare</td><td>20.0%" in page
    assert report(simulated, tmp_path / "landing", 0.1, tmp_path / "again.html").read_text() == page


def test_other_days_than_published_are_said_not_to_be_comparable(tmp_path: Path) -> None:
    land_counts(tmp_path, "20200401.csv", counts(date(2020, 1, 1), 40))
    page = report(counts(date(2025, 12, 1), 20), tmp_path, 1.0, tmp_path / "page.html").read_text()
    assert "No simulated day is among those published (2020-01-01 to 2020-02-09)" in page
    assert "Ports, day by day" not in page
    assert "fill less than two months" in page
    assert "No inspections are landed" in page


def test_without_any_published_series_the_page_says_so(tmp_path: Path) -> None:
    land_inspections(tmp_path)
    page = report(counts(date(2025, 12, 1), 20), tmp_path, 1.0, tmp_path / "page.html").read_text()
    assert "No daily counts by port are landed" in page
    assert "No waiting times are landed" in page
