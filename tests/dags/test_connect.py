"""Spark Connect, on which the DAG's tasks work, gives what a session of one's own gives."""

from __future__ import annotations

import pytest
from pyspark.sql import functions as F

from lakehouse.declare import Table
from lakehouse.registry import tables
from lakehouse.store import Store


def _rows(store: Store, table: type[Table]) -> list[str]:
    """All rows as text, in order, without what names the run."""
    frame = store.spark.read.format("delta").load(store.location(table)).drop("run_id")
    return sorted(row[0] for row in frame.select(F.to_json(F.struct("*"))).collect())


@pytest.mark.parametrize("name", [n for n, t in tables().items() if t.layer != "ops"])
def test_a_table_holds_the_same_rows(name: str, of_command_line: Store, of_dag: Store) -> None:
    table = tables()[name]
    assert _rows(of_dag, table) == _rows(of_command_line, table)


@pytest.mark.parametrize("name", [n for n, t in tables().items() if hasattr(t, "build")])
def test_a_publication_counts_the_same_rows_staged_refused_and_blanked(
    name: str, of_command_line: Store, of_dag: Store
) -> None:
    through_connect, classic = (store.last(tables()[name]) for store in (of_dag, of_command_line))
    assert through_connect
    assert classic
    assert through_connect.counts == classic.counts
    assert through_connect.inputs.keys() == classic.inputs.keys()
