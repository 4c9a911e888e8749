"""The runs that are measured, and what they left behind."""

from __future__ import annotations

import json
import os
import shutil
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum
from pathlib import Path
from statistics import median

from benchmarks.duckdb_core import SOURCES, STEPS
from benchmarks.process_tree import Usage, measure
from benchmarks.totals import Totals, differences, of_warehouse

#: Tables that both sides make.
TABLES = tuple(step for step in STEPS if not step.startswith("working/"))
GROUPS = {"silver/crossings": "direction", "silver/quarantine": "rule", "silver/stays": "state"}

#: The pipeline as its users run it.
PIPELINE = (str(Path(sys.executable).with_name("lakehouse")), "run")

FULL = "pipeline, full run"
DUCKDB = "DuckDB, full run"
AGAIN = "pipeline, nothing new"
INCREMENT = "pipeline, one more day"
WARM = "pipeline, one more day in an application that is up"


class Part(StrEnum):
    """What can be measured alone: both sides in full, a run with nothing new, one more day, or DuckDB."""

    FULL = "full"
    AGAIN = "again"
    INCREMENT = "increment"
    DUCKDB = "duckdb"


@dataclass
class Results:
    """Usages and totals by the name of the run."""

    usages: dict[str, list[Usage]] = field(default_factory=dict)
    totals: dict[str, dict[str, Totals]] = field(default_factory=dict)

    def median(self, run: str, measured: str) -> float:
        """Median of one measure of the runs of a name."""
        return float(median(getattr(usage, measured) for usage in self.usages[run]))

    def differences(self) -> dict[tuple[str, str], list[str]]:
        """By run and table, what differs from DuckDB's totals; nothing where a run failed before they were made."""
        if DUCKDB not in self.totals:
            return {}
        theirs = self.totals[DUCKDB]
        return {
            (run, table): said
            for run, ours in self.totals.items()
            for table in TABLES
            if (said := differences(ours[table], theirs[table]))
        }


@dataclass(frozen=True)
class Bench:
    """Folders and arguments that all runs share; everything is written below ``scratch``."""

    scratch: Path
    landing: Path
    as_of: date
    cores: int
    results: Results = field(default_factory=Results)

    @property
    def key_file(self) -> Path:
        """The secret for person keys, the same for both sides."""
        return self.scratch / "person.key"

    def measure(self, rounds: int, only: Part | None) -> None:
        """Run what ``only`` names, or all, the two sides in turn; raises ``CommandFailedError``."""
        landing = self._landed("landing")
        takes_rounds = only in (None, Part.FULL, Part.DUCKDB)
        for _ in range(rounds if takes_rounds else 1):
            if only is not Part.DUCKDB:
                self._pipeline(FULL, landing, self._fresh("pipeline"))
            self._duckdb(landing, self._fresh("duckdb"))
        self._add_up(DUCKDB, "duckdb")
        if only is not Part.DUCKDB:
            self._add_up(FULL, "pipeline")
        if only in (None, Part.AGAIN):
            self._pipeline(AGAIN, landing, self.scratch / "pipeline")
        if only in (None, Part.INCREMENT):
            self._one_more_day()

    def _one_more_day(self) -> None:
        landing, warehouse = self._landed("landing-by-day"), self._fresh("pipeline-by-day")
        last = max((landing / "i94_arrivals").iterdir())
        later = last.rename(self.scratch / last.name)
        warm = self._fresh("pipeline-warm")
        arguments = [str(path) for path in (landing, warm, later, warehouse)]
        # Measured by itself, since only its second part counts.
        self._run(WARM, [sys.executable, "-m", "benchmarks.warm_day", *arguments, self.as_of.isoformat()], {})
        said = json.loads((self.scratch / "run.log").read_text().splitlines()[-1])
        self.results.usages[WARM] = [replace(self.results.usages[WARM][-1], **said)]
        print(f"  of which the day: {said['cpu_seconds']:.1f} CPU-s, {said['wall_seconds']:.1f} s", flush=True)
        self._pipeline(INCREMENT, landing, warehouse)
        self._add_up(WARM, "pipeline-warm")
        self._add_up(INCREMENT, "pipeline-by-day")

    def _pipeline(self, run: str, landing: Path, warehouse: Path) -> None:
        command = [*PIPELINE, "--as-of", self.as_of.isoformat()]
        self._run(run, command, {"LAKEHOUSE_LANDING": str(landing), "LAKEHOUSE_WAREHOUSE": str(warehouse)})

    def _duckdb(self, landing: Path, warehouse: Path) -> None:
        given = {
            "landing": landing,
            "warehouse": warehouse,
            "key-file": self.key_file,
            "as-of": self.as_of,
            "cores": self.cores,
        }
        arguments = [text for option, value in given.items() for text in (f"--{option}", str(value))]
        self._run(DUCKDB, [sys.executable, "-m", "benchmarks.duckdb_core", *arguments], {})

    def _run(self, run: str, command: list[str], settings: Mapping[str, str]) -> None:
        shared = {"LAKEHOUSE_KEY_FILE": str(self.key_file), "LAKEHOUSE_CORES": str(self.cores)}
        usage = measure(command, {**os.environ, **shared, **settings}, self.scratch / "run.log")
        self.results.usages.setdefault(run, []).append(usage)
        said = f"{usage.cpu_seconds:.1f} CPU-s, {usage.wall_seconds:.1f} s, {usage.peak_bytes / 2**30:.1f} GiB"
        print(f"{run}: {said}", flush=True)

    def _add_up(self, run: str, warehouse: str) -> None:
        self.results.totals[run] = of_warehouse(self.scratch / warehouse, TABLES, GROUPS)

    def _landed(self, name: str) -> Path:
        """A copy of the core's part of the landing: other sources would cost only one side."""
        for folder in SOURCES:
            shutil.copytree(self.landing / folder, self.scratch / name / folder, copy_function=shutil.copyfile)
            # A landing may be read-only, which copytree carries over to folders.
            (self.scratch / name / folder).chmod(0o755)
        return self.scratch / name

    def _fresh(self, name: str) -> Path:
        shutil.rmtree(self.scratch / name, ignore_errors=True)
        return self.scratch / name
