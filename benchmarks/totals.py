"""Totals of Delta tables, by which two warehouses are compared."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import duckdb
from deltalake import DeltaTable, QueryBuilder

#: Columns that tell of the run, not of its subject.
OF_THE_RUN = ("run_id", "ingested_at_utc", "quarantined_at_utc")

#: Rows that both sides make; of other tables' quarantine the reference knows nothing.
SHARED_ROWS = {"silver/quarantine": "table_name = 'silver.crossings'"}

_NUMBERS = ("TINYINT", "SMALLINT", "INTEGER", "BIGINT", "DOUBLE")


@dataclass(frozen=True)
class ColumnTotal:
    """Type of a column, how many values it has, their fingerprint, and their sum where they are numbers."""

    kind: str
    present_count: int
    fingerprint: str
    sum: float | None = None


@dataclass(frozen=True)
class Totals:
    """Totals of one table, in whatever order its rows stand; ``groups`` counts them by a column's values."""

    rows_count: int
    rows_fingerprint: str
    columns: Mapping[str, ColumnTotal]
    groups: Mapping[str, int] = field(default_factory=dict)


def of_warehouse(warehouse: Path, tables: Sequence[str], groups: Mapping[str, str]) -> dict[str, Totals]:
    """Totals of ``tables``, each named ``layer/table``; ``groups`` says by which column some are counted."""
    return {name: of_table(warehouse / name, SHARED_ROWS.get(name, "true"), groups.get(name)) for name in tables}


def of_table(location: Path, condition: str = "true", group: str | None = None) -> Totals:
    """Totals of the rows of a Delta table for which ``condition`` holds."""
    with duckdb.connect() as connection:
        connection.execute("SET TimeZone = 'UTC'")
        kinds = _kinds(connection, location)
        values = {name: _comparable(name, kind) for name, kind in kinds.items()}
        asked = ["count(*)", f"sum(hash({', '.join(values.values())}))"]
        for name, kind in kinds.items():
            asked += [f'count("{name}")', f"sum(hash({values[name]}))"]
            asked += [f'sum("{name}")' if kind in _NUMBERS else "NULL"]
        rows_count, fingerprint, *found = _answer(connection, location, ", ".join(asked), condition)[0]
        columns = {
            name: ColumnTotal(kinds[name], present, str(mark), None if total is None else float(total))
            for name, present, mark, total in zip(kinds, found[::3], found[1::3], found[2::3], strict=True)
        }
        counted = _answer(connection, location, f"{group}, count(*)", condition, "GROUP BY ALL") if group else []
        return Totals(rows_count, str(fingerprint), columns, dict(sorted(counted)))


def differences(ours: Totals, theirs: Totals) -> list[str]:
    """What differs, in words; empty where all is equal."""
    said = []
    if ours.rows_count != theirs.rows_count:
        said.append(f"{ours.rows_count:,} rows against {theirs.rows_count:,}")
    only = set(ours.columns) ^ set(theirs.columns)
    said += [f"{name} is on one side only" for name in sorted(only)]
    for name in sorted(set(ours.columns) - only):
        one, other = ours.columns[name], theirs.columns[name]
        if one.fingerprint == other.fingerprint:
            continue
        if one.kind != other.kind:
            said.append(f"{name} is {one.kind} against {other.kind}")
        elif one.present_count != other.present_count:
            said.append(f"{name} has {one.present_count:,} values against {other.present_count:,}")
        elif one.sum != other.sum:
            said.append(f"{name} adds up to {one.sum:,.10g} against {other.sum:,.10g}")
        else:
            said.append(f"{name} has other values")
    if not said and ours.rows_fingerprint != theirs.rows_fingerprint:
        said.append("columns are equal one by one, rows are not")
    return said


def _kinds(connection: duckdb.DuckDBPyConnection, location: Path) -> dict[str, str]:
    rows = QueryBuilder().register("t", DeltaTable(location)).execute("SELECT * FROM t LIMIT 0")
    connection.register("nothing", rows)
    described = connection.execute("SELECT column_name, column_type FROM (DESCRIBE nothing)").fetchall()
    return {name: kind for name, kind in sorted(described) if name not in OF_THE_RUN}


def _comparable(name: str, kind: str) -> str:
    """A value in a form that is equal where its meaning is."""
    if kind == "DOUBLE":
        return f'round("{name}", 9)'
    return f'list_sort(map_entries("{name}"))' if kind.startswith("MAP") else f'"{name}"'


def _answer(
    connection: duckdb.DuckDBPyConnection, location: Path, asked: str, condition: str, group: str = ""
) -> list[tuple[Any, ...]]:
    # delta-rs reads through deletion vectors, DuckDB adds up.
    rows = QueryBuilder().register("t", DeltaTable(location)).execute("SELECT * FROM t")
    connection.register("t", rows)
    return connection.execute(f"SELECT {asked} FROM t WHERE {condition} {group}").fetchall()
