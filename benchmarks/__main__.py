"""`make bench`: the pipeline beside the same core in DuckDB and delta-rs."""

from __future__ import annotations

import json
import os
import tempfile
from dataclasses import asdict
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Annotated

import typer

from benchmarks.duckdb_core import SOURCES
from benchmarks.process_tree import CommandFailedError
from benchmarks.report import markdown
from benchmarks.runs import Bench, Part
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
) -> None:
    """Time the pipeline and the same core in DuckDB, and check that both give the same totals."""
    landing = landing.resolve()
    if missing := [folder for folder in SOURCES if not any((landing / folder).glob("*"))]:
        print(f"Nothing is measured: {landing} lacks {', '.join(missing)}. Say make bench LANDING=PATH.")
        raise typer.Exit(2)
    os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:cores])
    heading = _heading(cores)
    with tempfile.TemporaryDirectory(prefix="lakehouse-bench-") as scratch:
        bench = Bench(Path(scratch), landing, as_of.date(), cores)
        ensure_key(bench.key_file)
        try:
            bench.measure(rounds, only)
            failed = ""
        except CommandFailedError as fault:
            failed = f"A run failed, and those after it were not made. {fault}"
    report = markdown(bench.results, heading)
    OUT.mkdir(exist_ok=True)
    (OUT / "results.md").write_text(report)
    (OUT / "results.json").write_text(json.dumps(asdict(bench.results), indent=2, ensure_ascii=False))
    print(f"\n{report}\nWritten to {OUT}/results.md and results.json.")
    differing = sorted({table for _, table in bench.results.differences()})
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
