"""``lakehouse simulate``."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from lakehouse.cli.app import app
from lakehouse.simulator import feeds

SMALL = ("simulate", "--days", "1")


def run(folder: Path, *more: str) -> str:
    where = ("--landing", str(folder / "landing"), "--truth", str(folder / "truth"))
    result = CliRunner().invoke(app, [*SMALL, *where, *more])
    return f"{result.exit_code} {result.output}"


def test_a_world_is_begun_and_gone_on_with(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(feeds, "write_day", lambda *_given: None)
    begun = run(tmp_path, "--scale", "0.001", "--seed", "5", "--set", "dirt.late=0", "--held-out", "couriers")
    assert begun.startswith("0 ")
    assert "2025-12-01 to 2025-12-01" in begun
    assert "all of it is synthetic" in begun
    page = tmp_path / "truth" / "calibration.html"
    assert f"beside what agencies publish: {page}" in begun
    assert "2025-12-01 to 2025-12-01 (1)" in page.read_text(encoding="utf-8")
    gone_on = run(tmp_path, "--quiet")
    assert "2025-12-02 to 2025-12-02" in gone_on
    assert next(line for line in gone_on.splitlines() if str(page) in line).startswith("What is true of them: ")
    assert "2025-12-01 to 2025-12-02 (2)" in page.read_text(encoding="utf-8")
    refused = run(tmp_path, "--seed", "6")
    assert refused.startswith("1 ")
    assert "seed 5" in refused


def test_a_published_series_that_cannot_be_read_costs_the_page_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(feeds, "write_day", lambda *_given: None)
    (tmp_path / "landing" / "nia_port_daily").mkdir(parents=True)
    (tmp_path / "landing" / "nia_port_daily" / "20200401.csv").write_text("no such table")
    said = run(tmp_path, "--scale", "0.001")
    assert said.startswith("0 ")
    assert "No page on calibration" in said
    assert "landed in" in said
    assert not (tmp_path / "truth" / "calibration.html").exists()


def test_what_is_no_rate_is_refused(tmp_path: Path) -> None:
    assert run(tmp_path, "--set", "dirt.late").startswith("2 ")
    unknown = run(tmp_path, "--set", "dirt.latte=0.1")
    assert unknown.startswith("1 ")
    assert "dirt.late" in unknown
    assert not (tmp_path / "truth").exists()
