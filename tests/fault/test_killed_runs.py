"""A run that is killed, whenever it is, loses nothing and shows nothing half-done."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from pyspark.sql import SparkSession

from lakehouse.compile.sample import write_landing
from tests.fault.killed_run import PLAN_OF
from tests.lake import Lake

KILLED = Path(__file__).with_name("killed_run.py")
COMPARED = (
    "bronze.cbp_wait_times",
    "silver.countries",
    "silver.wait_times",
    "gold.clearance_time",
    "silver.quarantine",
)


@pytest.fixture(scope="module")
def undisturbed(spark: SparkSession, tmp_path_factory: pytest.TempPathFactory) -> Lake:
    lake = Lake(spark, tmp_path_factory.mktemp("undisturbed"))
    write_landing(lake.settings.landing)
    assert lake.run(PLAN_OF).exit_status == 0
    return lake


def test_a_run_killed_in_bronze_then_in_silver_then_in_gold_is_finished_by_the_next(
    undisturbed: Lake, lake: Lake
) -> None:
    write_landing(lake.settings.landing)
    left = lake.settings.warehouse / "_staging"
    for victim, moment in (
        ("bronze.cbp_wait_times", "committed"),
        ("silver.wait_times", "staged"),
        ("gold.clearance_time", "audited"),
    ):
        command = [sys.executable, str(KILLED), str(lake.settings.landing.parent), victim, moment]
        killed = subprocess.run(command, capture_output=True, check=False)
        assert killed.returncode == -9, killed.stderr.decode()[-2000:]
        assert len(list(left.iterdir())) == 1, "only what the last run staged is left"
        assert "gold.clearance_time" not in lake.versions()

    assert lake.run(PLAN_OF).exit_status == 0

    for name in COMPARED:
        assert lake.rows(name) == undisturbed.rows(name), name
    assert not list(left.iterdir()), "what the killed runs staged is swept away"
    before = lake.versions()
    assert set(lake.outcomes(PLAN_OF).values()) == {"unchanged"}
    assert lake.versions() == before
