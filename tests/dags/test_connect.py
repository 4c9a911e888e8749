"""Spark Connect, on which the DAG's tasks work, gives what a session of one's own gives."""

from __future__ import annotations

import json
from typing import Any

import pytest

from lakehouse.registry import tables
from lakehouse.settings import PROJECT
from tests.lake import Lake

#: What the command line's jobs make of the same samples in a classic session, table by table.
GOLDEN = PROJECT / "tests" / "golden" / "expected"


@pytest.mark.parametrize("name", [n for n, t in tables().items() if t.layer in ("silver", "gold")])
def test_a_table_built_through_connect_holds_the_same_rows(name: str, played: Any, dag_lake: Lake) -> None:
    found = [json.loads(json.dumps(row, default=str, ensure_ascii=False)) for row in dag_lake.rows(name)]
    assert found == [json.loads(line) for line in (GOLDEN / f"{name}.jsonl").read_text().splitlines()]
