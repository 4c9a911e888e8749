"""The DAG, run from landed files to published gold."""

from __future__ import annotations

from typing import Any

import pytest

from lakehouse.registry import tables
from lakehouse.store import Store

Runs = list[dict[str, Any]]

GOLD = [name for name, table in tables().items() if table.layer == "gold"]


def test_every_task_of_a_first_run_succeeds(played: Runs) -> None:
    assert {name: state for name, state in played[0]["tasks"].items() if state != "success"} == {}
    assert played[0]["state"] == "success"


@pytest.mark.parametrize("name", GOLD)
def test_gold_is_published_with_rows(name: str, of_dag: Store) -> None:
    assert of_dag.read(tables()[name]).count() > 0


def test_a_run_with_nothing_new_publishes_nothing_and_is_skipped_step_by_step(played: Runs) -> None:
    first, second, _ = played
    assert second["commits"] == first["commits"]
    assert second["state"] == "success"
    around = {"start_spark", "report", "stop_spark"}
    assert {state for name, state in second["tasks"].items() if name not in around} == {"skipped"}


def test_a_torn_file_fails_its_source_and_the_run_but_not_the_tables(played: Runs) -> None:
    torn = played[2]
    failed = {name for name, state in torn["tasks"].items() if state not in ("success", "skipped")}
    assert failed == {"bronze.un_consolidated", "report"}
    assert torn["state"] == "failed"


def test_no_run_leaves_its_server_behind(played: Runs) -> None:
    assert [run["server"] for run in played] == [False, False, False]
