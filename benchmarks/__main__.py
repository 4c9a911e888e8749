"""`make bench`: the pipeline beside the same core in DuckDB and delta-rs."""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Callable
from dataclasses import asdict
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Annotated, NoReturn

import typer

from benchmarks.agency import AgencyBench, usages
from benchmarks.duckdb_core import CROSSINGS, SOURCES
from benchmarks.process_tree import CommandFailedError
from benchmarks.report import markdown
from benchmarks.runs import PIPELINE, Bench, Part, Results
from benchmarks.world import World
from lakehouse.privacy import ensure_key

PROJECT = Path(__file__).resolve().parents[1]
OUT = PROJECT / "benchmarks" / "out"
PACKAGES = ("pyspark", "delta-spark", "duckdb", "deltalake")


def main(
    landing: Annotated[
        Path, typer.Option(envvar="LAKEHOUSE_LANDING", help="Folder with a folder per source.")
    ] = PROJECT.parent / "shared" / "landing",
    rounds: Annotated[int, typer.Option(min=1, help="How often both sides run in full.")] = 3,
    only: Annotated[Part | None, typer.Option(help="Measure one part alone.")] = None,
    cores: Annotated[int, typer.Option(min=1, help="Cores that both sides may use.")] = 4,
    as_of: Annotated[datetime, typer.Option(formats=["%Y-%m-%d"], help="Day as of which stays are judged.")] = (
        datetime(2016, 9, 19)
    ),
    agency: Annotated[bool, typer.Option("--agency", help="Measure on the agency's feeds, simulated.")] = False,
    inspections: Annotated[
        list[int] | None, typer.Option(min=1, help="With --agency: inspections to land; again for another size.")
    ] = None,
    scale: Annotated[
        float, typer.Option(min=0.0005, max=2, help="With --agency: share of the real volume, 150,000 crossings a day.")
    ] = 1.0,
) -> None:
    """Time the pipeline and the same core in DuckDB, and check that both give the same totals."""
    landing = landing.resolve()
    if missing := [
        folder for folder in (*SOURCES, *(() if agency else CROSSINGS[:1])) if not any((landing / folder).glob("*"))
    ]:
        print(f"Nothing is measured: {landing} lacks {', '.join(missing)}. Say make bench LANDING=PATH.")
        raise typer.Exit(2)
    os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:cores])
    heading = _heading(cores)
    OUT.mkdir(exist_ok=True)
    # Beside the world, whose files are then linked, not copied.
    with tempfile.TemporaryDirectory(prefix="lakehouse-bench-", dir=OUT if agency else None) as scratch:
        bench = Bench(Path(scratch), landing, None if agency else as_of.date(), cores)
        ensure_key(bench.key_file)
        if agency:
            _finish(*_on_agency_feeds(bench, scale, inspections or [500_000, 2_000_000], heading), name="agency")
        _finish(*_on_i94(bench, rounds, only, heading), name="results")


def _on_i94(bench: Bench, rounds: int, only: Part | None, heading: str) -> tuple[str, Results, str]:
    failed = _failure(lambda: bench.measure(rounds, only))
    return markdown(bench.results, heading), bench.results, failed


def _on_agency_feeds(bench: Bench, scale: float, sizes: list[int], heading: str) -> tuple[str, Results, str]:
    world = World(OUT / f"world-{scale:g}", scale, PIPELINE[0])
    runs = AgencyBench(bench, world, tuple(sorted(set(sizes))))
    failed = _failure(runs.measure)
    return markdown(bench.results, heading, usages(runs.measured, bench.results)), bench.results, failed


def _failure(measure: Callable[[], None]) -> str:
    try:
        measure()
    except CommandFailedError as fault:
        return f"A run failed, and those after it were not made. {fault}"
    return ""


def _finish(report: str, results: Results, failed: str, name: str) -> NoReturn:
    (OUT / f"{name}.md").write_text(report)
    (OUT / f"{name}.json").write_text(json.dumps(asdict(results), indent=2, ensure_ascii=False))
    print(f"\n{report}\nWritten to {OUT}/{name}.md and {name}.json.")
    differing = sorted({table for _, table in results.differences()})
    if differing:
        print(f"The totals differ in {', '.join(differing)}.")
    if failed:
        print(failed)
    raise typer.Exit(1 if differing or failed else 0)


def _heading(cores: int) -> str:
    packages = ", ".join(f"{name} {version(name)}" for name in PACKAGES)
    return (
        f"Measured on {datetime.now(UTC):%Y-%m-%d %H:%M} UTC with {cores} of {os.cpu_count()} cores; "
        f"load before the first run {os.getloadavg()[0]:.1f}. {packages}."
    )


if __name__ == "__main__":
    typer.run(main)
