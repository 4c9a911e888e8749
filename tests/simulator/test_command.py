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
    monkeypatch.setattr(feeds, "_write_day", lambda *_given: None)
    begun = run(tmp_path, "--scale", "0.001", "--seed", "5", "--set", "dirt.late=0", "--held-out", "couriers")
    assert begun.startswith("0 ")
    assert "2025-12-01 to 2025-12-01" in begun
    assert "all of it is synthetic" in begun
    assert "2025-12-02 to 2025-12-02" in run(tmp_path)
    refused = run(tmp_path, "--seed", "6")
    assert refused.startswith("1 ")
    assert "seed 5" in refused


def test_what_is_no_rate_is_refused(tmp_path: Path) -> None:
    assert run(tmp_path, "--set", "dirt.late").startswith("2 ")
    unknown = run(tmp_path, "--set", "dirt.latte=0.1")
    assert unknown.startswith("1 ")
    assert "dirt.late" in unknown
    assert not (tmp_path / "truth").exists()
