"""Airflow in processes of its own: it and its tasks would change the logging and the Spark of this one."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from pyspark.sql import SparkSession

from jobs import pipeline
from jobs.steps import Bench
from lakehouse.compile.sample import write_landing
from lakehouse.settings import PROJECT, Settings
from lakehouse.store import Store

DAGS = PROJECT / "dags"
HERE = Path(__file__).parent
#: The clock of the first run that play_dag.py plays.
AT = datetime(2026, 3, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Answer:
    """What a script is about to write down."""

    process: subprocess.Popen[str]
    out: Path

    def awaited(self) -> Any:
        """The answer; where there is none, the end of what the script said."""
        said, _ = self.process.communicate()
        assert self.process.returncode == 0, said[-5000:]
        return json.loads(self.out.read_text())


@dataclass(frozen=True)
class Airflow:
    """An Airflow with a database of its own, and a lakehouse for its tasks."""

    home: Path
    settings: Settings

    def call(self, *command: str | Path) -> subprocess.Popen[str]:
        """Start a command of the environment there."""
        return subprocess.Popen(
            [*map(str, command)],
            env=self._environment(),
            cwd=PROJECT,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def ask(self, script: str) -> Answer:
        """Start a script of this folder, and tell later what it wrote down."""
        out = self.home / f"{script}.json"
        return Answer(self.call(sys.executable, HERE / script, DAGS, out), out)

    def _environment(self) -> dict[str, str]:
        return {
            **{k: v for k, v in os.environ.items() if not k.startswith(("AIRFLOW", "LAKEHOUSE", "SPARK"))},
            "AIRFLOW_HOME": str(self.home),
            "AIRFLOW__CORE__DAGS_FOLDER": str(DAGS),
            "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
            "LAKEHOUSE_LANDING": str(self.settings.landing),
            "LAKEHOUSE_WAREHOUSE": str(self.settings.warehouse),
            "LAKEHOUSE_KEY_FILE": str(self.settings.key_file),
            "LAKEHOUSE_DRIVER_MEMORY": self.settings.driver_memory,
            "LAKEHOUSE_CORES": self.settings.cores,
        }


@pytest.fixture(scope="session")
def airflow(tmp_path_factory: pytest.TempPathFactory) -> Airflow:
    home = tmp_path_factory.mktemp("airflow")
    settings = Settings(home / "landing", home / "warehouse", home / "person.key", driver_memory="1g", cores="2")
    return Airflow(home, settings)


@pytest.fixture(scope="session")
def parsed(airflow: Airflow) -> dict[str, Any]:
    """What parsing each DAG file gives."""
    found: dict[str, Any] = airflow.ask("parse_dags.py").awaited()
    return found


@pytest.fixture(scope="session")
def playing(airflow: Airflow) -> Answer:
    """Two runs of the DAG, under way: what else there is to do can be done meanwhile."""
    write_landing(airflow.settings.landing)
    migrated = airflow.call(Path(sys.executable).with_name("airflow"), "db", "migrate")
    said, _ = migrated.communicate()
    assert migrated.returncode == 0, said[-5000:]
    return airflow.ask("play_dag.py")


@pytest.fixture(scope="session")
def played(playing: Answer) -> list[dict[str, Any]]:
    """What two runs of the DAG did: one on a landing, one with nothing new but a torn file."""
    runs: list[dict[str, Any]] = playing.awaited()
    return runs


@pytest.fixture(scope="session")
def of_dag(played: list[dict[str, Any]], airflow: Airflow, spark: SparkSession) -> Store:
    """The warehouse that the DAG filled through Spark Connect."""
    return Store(spark, airflow.settings, "reader", AT)


@pytest.fixture(scope="session")
def of_command_line(spark: SparkSession, airflow: Airflow, tmp_path_factory: pytest.TempPathFactory) -> Store:
    """A warehouse that the command line's jobs filled in their own session, from an equal landing."""
    home = tmp_path_factory.mktemp("classic")
    settings = Settings(home / "landing", home / "warehouse", airflow.settings.key_file)
    write_landing(settings.landing)
    bench = Bench.open(spark, settings, at=AT)
    report = pipeline.run(bench, pipeline.plan())
    assert report.exit_status == 0, [step for step in report.steps if step.messages]
    return bench.store
