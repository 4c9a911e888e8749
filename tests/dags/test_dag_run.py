"""The DAG, run from landed files to published gold on one Spark Connect server."""

from __future__ import annotations

import json
from typing import Any

import pytest

from lakehouse.registry import models, tables
from lakehouse.settings import PROJECT
from tests.lake import Lake

Runs = list[dict[str, Any]]

#: What the command line's jobs make of the same samples in a classic session, table by table.
GOLDEN = PROJECT / "tests" / "golden" / "expected"


def test_every_task_of_a_first_run_succeeds(played: Runs) -> None:
    others = {name: state for name, state in played[0]["tasks"].items() if state != "success"}
    assert others == {f"model.{model}": "skipped" for model in models()}, "versions of all are registered"
    assert played[0]["state"] == "success"


@pytest.mark.parametrize("name", [n for n, t in tables().items() if t.layer in ("silver", "gold")])
def test_a_table_built_through_connect_holds_the_same_rows_as_in_a_session_of_ones_own(
    name: str, played: Runs, dag_lake: Lake
) -> None:
    found = [json.loads(json.dumps(row, default=str, ensure_ascii=False)) for row in dag_lake.rows(name)]
    assert found == [json.loads(line) for line in (GOLDEN / f"{name}.jsonl").read_text().splitlines()]


def test_a_second_run_publishes_no_new_version_of_any_table(played: Runs) -> None:
    first, second = (run["commits"] for run in played)
    changed = {name for name in second if second[name] != first.get(name)}
    assert changed == {"ops.file_ledger"}, "the ledger tells of the torn file"


def test_a_step_with_nothing_new_is_skipped_so_that_nobody_is_told_of_new_data(played: Runs) -> None:
    around = {"start_spark", "report", "stop_spark", "bronze.un_consolidated"}
    assert {state for name, state in played[1]["tasks"].items() if name not in around} == {"skipped"}


def test_a_torn_file_fails_its_source_and_the_run_but_stops_no_table(played: Runs) -> None:
    failed = {name for name, state in played[1]["tasks"].items() if state not in ("success", "skipped")}
    assert failed == {"bronze.un_consolidated", "report"}
    assert played[1]["state"] == "failed"


def test_no_run_leaves_its_server_behind(played: Runs) -> None:
    assert [run["server"] for run in played] == [False, False]
