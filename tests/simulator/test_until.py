"""A world simulated up to a day: what is missing, and what a run that was killed left."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from lakehouse.simulator.config import Config, OtherWorld

LAST = date(2026, 2, 28)


def config(home: Path, reached: str = "") -> Config:
    if reached:
        (home / "truth" / "world" / "days" / reached).mkdir(parents=True)
    return Config.of(home / "landing", home / "truth")


def test_a_new_world_has_all_days_up_to_the_last(tmp_path: Path) -> None:
    assert config(tmp_path).until(LAST).days == 90


def test_a_world_that_was_cut_off_has_those_that_are_missing(tmp_path: Path) -> None:
    assert config(tmp_path, "2026-02-01").until(LAST).days == 27


def test_a_world_that_is_whole_in_its_landing_has_none(tmp_path: Path) -> None:
    (tmp_path / "landing" / "inspections" / "2026-02-28").mkdir(parents=True)
    assert config(tmp_path, "2026-02-28").until(LAST).days == 0


def test_a_world_whose_landing_is_gone_is_not_taken_for_a_whole_one(tmp_path: Path) -> None:
    with pytest.raises(OtherWorld, match="has reached 2026-02-28 already"):
        config(tmp_path, "2026-02-28").until(LAST)
