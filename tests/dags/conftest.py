"""Airflow in processes of its own: it and its tasks would change the logging and the Spark of this one."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from pyspark.sql import SparkSession

from lakehouse.compile.sample import write_landing
from lakehouse.settings import PROJECT
from tests.lake import Lake
from tests.registered import provide

DAGS = PROJECT / "dags"
HERE = Path(__file__).parent


@dataclass(frozen=True)
class Airflow:
    """An Airflow with a database of its own."""

    home: Path

    def call(self, *command: str | Path, **variables: str | Path) -> None:
        """Run a command of the environment there; the end of what it said is shown where it fails."""
        done = subprocess.run(
            [*map(str, command)],
            env={
                **{k: v for k, v in os.environ.items() if not k.startswith(("AIRFLOW", "LAKEHOUSE", "SPARK"))},
                "AIRFLOW_HOME": str(self.home),
                "AIRFLOW__CORE__DAGS_FOLDER": str(DAGS),
                "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
                **{name: str(value) for name, value in variables.items()},
            },
            cwd=PROJECT,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, f"{done.stdout[-5000:]}\n{done.stderr[-5000:]}"

    def ask(self, script: str, **variables: str | Path) -> Any:
        """What a script of this folder writes down."""
        out = self.home / f"{script}.json"
        self.call(sys.executable, HERE / script, DAGS, out, **variables)
        return json.loads(out.read_text())


@pytest.fixture(scope="session")
def airflow(tmp_path_factory: pytest.TempPathFactory) -> Airflow:
    return Airflow(tmp_path_factory.mktemp("airflow"))


@pytest.fixture(scope="session")
def parsed(airflow: Airflow) -> dict[str, Any]:
    """What parsing each DAG file gives."""
    found: dict[str, Any] = airflow.ask("parse_dags.py")
    return found


@pytest.fixture(scope="session")
def dag_lake(spark: SparkSession, tmp_path_factory: pytest.TempPathFactory) -> Lake:
    """The warehouse that the DAG fills, read in the session of the tests."""
    return Lake(spark, tmp_path_factory.mktemp("dag"))


@pytest.fixture(scope="session")
def played(airflow: Airflow, dag_lake: Lake) -> list[dict[str, Any]]:
    """What two runs of the DAG did: one on the samples, one with nothing new but a torn file."""
    settings = dag_lake.settings
    write_landing(settings.landing)
    provide(settings)
    airflow.call(Path(sys.executable).with_name("airflow"), "db", "migrate")
    runs: list[dict[str, Any]] = airflow.ask(
        "play_dag.py",
        LAKEHOUSE_LANDING=settings.landing,
        LAKEHOUSE_WAREHOUSE=settings.warehouse,
        LAKEHOUSE_KEY_FILE=settings.key_file,
        LAKEHOUSE_DRIVER_MEMORY="1g",
        LAKEHOUSE_CORES="2",
    )
    return runs
