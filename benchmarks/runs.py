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

#: Tables that both sides make where their files are landed.
TABLES = tuple(step for step in STEPS if not step.startswith("working/"))
GROUPS = {
    "silver/crossings": "direction",
    "silver/entry_exit_matches": "match_state",
    "silver/inspections": "outcome",
    "silver/quarantine": "rule",
    "silver/stays": "state",
}

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
    """Usages and totals by the name of the run; ``reference`` names DuckDB's run to hold one against, if another."""

    usages: dict[str, list[Usage]] = field(default_factory=dict)
    totals: dict[str, dict[str, Totals]] = field(default_factory=dict)
    reference: dict[str, str] = field(default_factory=dict)

    @property
    def tables(self) -> list[str]:
        """Tables that were added up, in the order in which they are made."""
        return [table for table in TABLES if any(table in made for made in self.totals.values())]

    def median(self, run: str, measured: str) -> float:
        """Median of one measure of the runs of a name."""
        return float(median(getattr(usage, measured) for usage in self.usages[run]))

    def differences(self) -> dict[tuple[str, str], list[str]]:
        """By run and table, what differs from DuckDB's totals; nothing where a run failed before they were made."""
        found = {}
        for run, ours in self.totals.items():
            for table, theirs in self.totals.get(self.reference.get(run, DUCKDB), {}).items():
                if said := differences(ours[table], theirs):
                    found[run, table] = said
        return found


@dataclass(frozen=True)
class Bench:
    """Folders and arguments that all runs share; everything is written below ``scratch``."""

    scratch: Path
    landing: Path
    as_of: date | None
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
                self.pipeline(FULL, landing, self._fresh("pipeline"))
            self.duckdb(DUCKDB, landing, self._fresh("duckdb"))
        self.add_up(DUCKDB, "duckdb")
        if only is not Part.DUCKDB:
            self.add_up(FULL, "pipeline")
        if only in (None, Part.AGAIN):
            self.pipeline(AGAIN, landing, self.scratch / "pipeline")
        if only in (None, Part.INCREMENT):
            self._one_more_day()

    def _one_more_day(self) -> None:
        landing, warehouse = self._landed("landing-by-day"), self._fresh("pipeline-by-day")
        last = max((landing / "i94_arrivals").iterdir())
        later = last.rename(self.scratch / last.name)
        warm = self._fresh("pipeline-warm")
        arguments = [str(path) for path in (landing, warm, later, warehouse)]
        # Measured by itself, since only its second part counts.
        self._run(WARM, [sys.executable, "-m", "benchmarks.warm_day", *arguments, str(self.as_of)], {})
        said = json.loads((self.scratch / "run.log").read_text().splitlines()[-1])
        self.results.usages[WARM] = [replace(self.results.usages[WARM][-1], **said)]
        print(f"  of which the day: {said['cpu_seconds']:.1f} CPU-s, {said['wall_seconds']:.1f} s", flush=True)
        self.pipeline(INCREMENT, landing, warehouse)
        self.add_up(WARM, "pipeline-warm")
        self.add_up(INCREMENT, "pipeline-by-day")

    def pipeline(self, run: str, landing: Path, warehouse: Path) -> None:
        """Run the pipeline over ``landing``."""
        command = [*PIPELINE, *(["--as-of", self.as_of.isoformat()] if self.as_of else [])]
        self._run(run, command, {"LAKEHOUSE_LANDING": str(landing), "LAKEHOUSE_WAREHOUSE": str(warehouse)})

    def duckdb(self, run: str, landing: Path, warehouse: Path, later: str = "") -> None:
        """Run the core in DuckDB over ``landing``, as if files from the day ``later`` on had come after the others."""
        given = {
            "landing": landing,
            "warehouse": warehouse,
            "key-file": self.key_file,
            "cores": self.cores,
            **({"as-of": self.as_of} if self.as_of else {}),
            **({"later": later} if later else {}),
        }
        arguments = [text for option, value in given.items() for text in (f"--{option}", str(value))]
        self._run(run, [sys.executable, "-m", "benchmarks.duckdb_core", *arguments], {})

    def _run(self, run: str, command: list[str], settings: Mapping[str, str]) -> None:
        shared = {"LAKEHOUSE_KEY_FILE": str(self.key_file), "LAKEHOUSE_CORES": str(self.cores)}
        usage = measure(command, {**os.environ, **shared, **settings}, self.scratch / "run.log")
        self.results.usages.setdefault(run, []).append(usage)
        said = f"{usage.cpu_seconds:.1f} CPU-s, {usage.wall_seconds:.1f} s, {usage.peak_bytes / 2**30:.1f} GiB"
        print(f"{run}: {said}", flush=True)

    def add_up(self, run: str, warehouse: str) -> None:
        """Totals of a warehouse, of the tables that DuckDB's last run has made."""
        made = [table for table in TABLES if (self.scratch / "duckdb" / table).exists()]
        self.results.totals[run] = of_warehouse(self.scratch / warehouse, made, GROUPS)

    def _landed(self, name: str) -> Path:
        """A copy of the core's part of the landing: other sources would cost only one side."""
        for folder in ("i94_arrivals", *SOURCES):
            shutil.copytree(self.landing / folder, self.scratch / name / folder, copy_function=shutil.copyfile)
            # A landing may be read-only, which copytree carries over to folders.
            (self.scratch / name / folder).chmod(0o755)
        return self.scratch / name

    def _fresh(self, name: str) -> Path:
        shutil.rmtree(self.scratch / name, ignore_errors=True)
        return self.scratch / name
