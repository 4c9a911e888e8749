"""The runs on the agency's feeds: sizes that grow, and one more day."""

from __future__ import annotations

import shutil
from dataclasses import dataclass, field
from itertools import pairwise

from benchmarks.duckdb_core import SOURCES
from benchmarks.process_tree import Usage
from benchmarks.report import grid
from benchmarks.runs import Bench, Results
from benchmarks.world import World

#: Folders of the public landing that an agency would not land beside its own feeds.
_NOT_OURS = ("i94_arrivals", "paxlst", "pnrgov", "server_telemetry")


@dataclass(frozen=True)
class Measured:
    """A run with the size it stands beside: inspections landed, and how many of them are new."""

    run: str
    inspections: int
    new: int
    core: str
    full: str


@dataclass(frozen=True)
class AgencyBench:
    """``bench`` runs commands and keeps results; ``sizes`` are numbers of inspections, growing."""

    bench: Bench
    world: World
    sizes: tuple[int, ...]
    measured: list[Measured] = field(default_factory=list)

    def measure(self) -> None:
        """Both sides at each size; at the last one nothing new, and one more day. Raises ``CommandFailedError``."""
        self.world.grow(self.sizes[-1])
        days = count = 0
        for size in self.sizes:
            days, count = self.world.until(size)
            self._size(days, count)
        full, core = _run("pipeline", count), _run("DuckDB core", count)
        self._pipeline(Measured("pipeline, nothing new", count, 0, core, full))
        self._one_more_day(days, count, full)

    def _size(self, days: int, count: int) -> None:
        full, core = _run("pipeline", count), _run("DuckDB core", count)
        for name in ("landing", "landing-core"):
            shutil.rmtree(self.bench.scratch / name, ignore_errors=True)
        self._land("landing", days)
        self._land("landing-core", days, "inspections")
        shutil.rmtree(self.bench.scratch / "pipeline", ignore_errors=True)
        self._pipeline(Measured(full, count, count, core, full))
        shutil.rmtree(self.bench.scratch / "pipeline-core", ignore_errors=True)
        alone = Measured(_run("pipeline, what the core reads", count), count, count, core, full)
        self._pipeline(alone, "landing-core", "pipeline-core")
        self._core(Measured(core, count, count, core, full))
        self._add_up(full, core)

    def _one_more_day(self, days: int, count: int, full: str) -> None:
        more = sum(self.world.days()[: days + 1])
        self._land("landing", days + 1)
        run, core = "pipeline, one more day", _run("DuckDB core", more)
        self._pipeline(Measured(run, more, more - count, core, full))
        self._core(Measured(core, more, more, core, full), self.world.day(days + 1))
        self._add_up(run, core)

    def _pipeline(self, run: Measured, landing: str = "landing", warehouse: str = "pipeline") -> None:
        self.measured.append(run)
        self.bench.pipeline(run.run, self.bench.scratch / landing, self.bench.scratch / warehouse)

    def _core(self, run: Measured, later: str = "") -> None:
        self.measured.append(run)
        shutil.rmtree(self.bench.scratch / "duckdb", ignore_errors=True)
        self.bench.duckdb(run.run, self.bench.scratch / "landing", self.bench.scratch / "duckdb", later)

    def _add_up(self, run: str, core: str) -> None:
        self.bench.results.reference[run] = core
        self.bench.add_up(core, "duckdb")
        self.bench.add_up(run, "pipeline")

    def _land(self, name: str, days: int, only: str | None = None) -> None:
        """The public files beside the feeds: those that the core reads, or all that an agency would land."""
        landing = self.bench.scratch / name
        for folder in sorted(path for path in self.bench.landing.iterdir() if path.is_dir()):
            wanted = folder.name in SOURCES if only else folder.name not in _NOT_OURS
            if wanted and not (landing / folder.name).exists():
                shutil.copytree(folder, landing / folder.name, copy_function=shutil.copyfile)
                (landing / folder.name).chmod(0o755)  # A landing may be read-only, which copytree carries over.
        self.world.land(days, landing, only)


def usages(measured: list[Measured], results: Results) -> str:
    """What each run used, how that grows, and what share of a full run a day takes."""
    done = [run for run in measured if run.run in results.usages]
    rows = [_row(run, results) for run in done]
    columns = ["run", "inspections", "of them new", "CPU-seconds", "wall s", "peak GiB", "CPU-s a million"]
    return "\n\n".join([grid([*columns, "CPU : core", "CPU : full", "wall : full"], rows), *_growth(done, results)])


def _row(run: Measured, results: Results) -> list[str]:
    usage = results.usages[run.run][-1]
    a_million = f"{usage.cpu_seconds / run.new * 1e6:.0f}" if run.new == run.inspections else ""
    counts = [f"{run.inspections:,}", f"{run.new:,}"]
    used = [f"{usage.cpu_seconds:.1f}", f"{usage.wall_seconds:.1f}", f"{usage.peak_bytes / 2**30:.1f}", a_million]
    core, full = (_usage(results, name) for name in (run.core, run.full))
    return [
        *(run.run, *counts, *used),
        f"{usage.cpu_seconds / core.cpu_seconds:.2f}" if core else "",
        f"{usage.cpu_seconds / full.cpu_seconds:.2f}" if full else "",
        f"{usage.wall_seconds / full.wall_seconds:.2f}" if full else "",
    ]


def _growth(done: list[Measured], results: Results) -> list[str]:
    """How CPU grows with the inspections, by kind of run."""
    said = []
    for kind in ("pipeline", "pipeline, what the core reads", "DuckDB core"):
        sizes = [
            run
            for run in done
            if (run.run, run.full) == (_run(kind, run.inspections), _run("pipeline", run.inspections))
        ]
        for less, more in pairwise(sizes):
            times = more.inspections / less.inspections
            cpu, wall = (
                getattr(results.usages[more.run][-1], of) / getattr(results.usages[less.run][-1], of)
                for of in ("cpu_seconds", "wall_seconds")
            )
            said.append(
                f"- {kind}: {times:.2f} times the inspections take {cpu:.2f} times the CPU, {wall:.2f} times the time"
            )
    day = next((run for run in done if run.run == "pipeline, one more day"), None)
    if day and (usage := _usage(results, day.run)) and (full := _usage(results, day.full)):
        said.append(
            f"- one more day: {day.new / (day.inspections - day.new):.1%} more inspections take "
            f"{usage.cpu_seconds / full.cpu_seconds:.1%} of the full run's CPU, "
            f"{usage.wall_seconds / full.wall_seconds:.1%} of its time"
        )
    return ["\n".join(said)] if said else []


def _usage(results: Results, run: str) -> Usage | None:
    return results.usages[run][-1] if run in results.usages else None


def _run(kind: str, count: int) -> str:
    return f"{kind}, {count:,} inspections"
