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


@pytest.mark.parametrize(
    ("victim", "moment"),
    [("bronze.cbp_wait_times", "committed"), ("silver.wait_times", "staged"), ("gold.clearance_time", "audited")],
)
def test_a_run_killed_in_any_layer_is_resumed_by_the_next(
    undisturbed: Lake, lake: Lake, victim: str, moment: str
) -> None:
    write_landing(lake.settings.landing)
    home = str(lake.settings.landing.parent)
    killed = subprocess.run([sys.executable, KILLED, home, victim, moment], capture_output=True, check=False)
    assert killed.returncode == -9, killed.stderr.decode()[-2000:]
    left = lake.settings.warehouse / "_staging"
    assert list(left.iterdir()), "the killed run was staging"

    assert lake.run(PLAN_OF).exit_status == 0

    for name in COMPARED:
        assert lake.rows(name) == undisturbed.rows(name), name
    assert not list(left.iterdir()), "what the killed run staged is swept away"
    before = lake.versions()
    assert set(lake.outcomes(PLAN_OF).values()) == {"unchanged"}
    assert lake.versions() == before
