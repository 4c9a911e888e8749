"""Results as Markdown, for the console and for files."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from statistics import median

from benchmarks.runs import DUCKDB, FULL, Results


def markdown(results: Results, heading: str, usages: str = "") -> str:
    """What was measured, as told by ``usages`` or run by run, and whether the totals are equal."""
    parts = [heading, usages or _usages(results)]
    if results.totals:
        parts += [_tables(results), _groups(results), _measures(results)]
    return "\n\n".join(parts) + "\n"


def _usages(results: Results) -> str:
    rows = []
    for run, usages in results.usages.items():
        rows.append(
            [
                run,
                str(len(usages)),
                _spread([usage.cpu_seconds for usage in usages]),
                _spread([usage.wall_seconds for usage in usages]),
                _spread([usage.peak_bytes / 2**30 for usage in usages]),
                _ratio(results, run, DUCKDB, "cpu_seconds"),
                _ratio(results, run, FULL, "cpu_seconds"),
                _ratio(results, run, FULL, "wall_seconds"),
            ]
        )
    columns = [
        "run",
        "times",
        "CPU-seconds",
        "wall s",
        "peak GiB",
        "CPU : DuckDB",
        "CPU : full",
        "wall : full",
    ]
    return grid(columns, rows)


def _spread(values: Sequence[float]) -> str:
    said = f"{median(values):.1f}"
    return said if len(values) == 1 else f"{said} ({min(values):.1f}–{max(values):.1f})"


def _ratio(results: Results, run: str, base: str, measured: str) -> str:
    if base not in results.usages:
        return ""
    return f"{results.median(run, measured) / results.median(base, measured):.2f}"


def _tables(results: Results) -> str:
    runs = list(results.totals)
    differing = results.differences()
    rows = []
    for table in results.tables:
        counts = [f"{results.totals[run][table].rows_count:,}" for run in runs]
        said = "; ".join(f"{run}: {', '.join(differing[run, table])}" for run in runs if (run, table) in differing)
        rows.append([table, *counts, said or ("equal" if len(runs) > 1 else "")])
    return grid(["rows of", *runs, "every column of every row"], rows)


def _groups(results: Results) -> str:
    runs = list(results.totals)
    rows = []
    for table in results.tables:
        groups = [results.totals[run][table].groups for run in runs]
        for value in sorted(set().union(*groups)):
            rows.append([table, value, *(f"{counted.get(value, 0):,}" for counted in groups)])
    return grid(["table", "value", *runs], rows)


def _measures(results: Results) -> str:
    runs = list(results.totals)
    rows = []
    for table in (table for table in results.tables if table.startswith("gold/")):
        columns = [results.totals[run][table].columns for run in runs]
        for name in sorted(set().union(*columns)):
            sums = [total[name].sum if name in total else None for total in columns]
            if any(value is not None for value in sums):
                rows.append([table, name, *("" if value is None else f"{value:,.12g}" for value in sums)])
    return grid(["table", "sum of", *runs], rows)


def grid(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A Markdown table, numbers to the right of the first column."""
    rule = ["---", *("---:" for _ in columns[1:])]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in (columns, rule, *rows))
