"""The DAG says what the manifest says."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.dags.conftest import DAGS

MANIFEST = json.loads((DAGS / "manifest.json").read_text())
SOURCES, MODELS, TABLES = MANIFEST["sources"], MANIFEST["models"], MANIFEST["tables"]
BUILT = {name: table for name, table in TABLES.items() if table["is_built"]}
AROUND = {"start_spark", "report", "stop_spark"}


@pytest.fixture
def dag(parsed: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = parsed["border_lakehouse.py"]["dags"]["border_lakehouse"]
    return found


@pytest.fixture
def tasks(dag: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = dag["tasks"]
    return found


def test_each_source_each_model_and_each_built_table_is_a_task(tasks: dict[str, Any]) -> None:
    steps = {f"bronze.{source}" for source in SOURCES} | {f"model.{model}" for model in MODELS} | set(BUILT)
    assert set(tasks) - AROUND == steps


def test_a_table_comes_after_exactly_what_it_reads_or_tells_of(tasks: dict[str, Any]) -> None:
    read = {
        name: {f"bronze.{source}" for source in table["reads_sources"]}
        | {r for r in table["reads"] if r in BUILT}
        | set(table["tells_of"])
        | {f"model.{model}" for model in table["scored_by"]}
        for name, table in BUILT.items()
    }
    assert {name: set(tasks[name]["upstream"]) for name in BUILT} == read


def test_a_model_is_trained_after_what_it_learns_from_and_before_what_it_scores(tasks: dict[str, Any]) -> None:
    assert MODELS
    for name, model in MODELS.items():
        task = tasks[f"model.{name}"]
        assert set(task["upstream"]) == set(model["reads"])
        assert set(task["downstream"]) == set(model["scores"])
        assert model["purpose"] in task["doc"]


def test_a_task_is_owned_by_whoever_owns_its_tables(tasks: dict[str, Any]) -> None:
    for name, table in BUILT.items():
        assert tasks[name]["owner"] == table["owner"]
    for name, source in SOURCES.items():
        owners = {TABLES[table]["owner"] for table in source["tables"]}
        assert set(tasks[f"bronze.{name}"]["owner"].split(", ")) == owners


def test_a_task_tells_what_its_tables_mean_and_promise(tasks: dict[str, Any]) -> None:
    written_by = {t: f"bronze.{name}" for name, source in SOURCES.items() for t in source["tables"]}
    for name, table in TABLES.items():
        if task := written_by.get(name, name if name in BUILT else None):
            doc = tasks[task]["doc"]
            facts = (name, table["meaning"], table["grain"], table["authority"], *table["key"], "fresh within")
            assert [fact for fact in facts if fact not in doc] == []


def test_each_table_is_an_asset_that_other_dags_can_wait_for(tasks: dict[str, Any]) -> None:
    assets = [asset for task in tasks.values() for asset in task["outlets"].items()]
    written = [*BUILT, *(table for source in SOURCES.values() for table in source["tables"])]
    assert sorted(assets) == sorted((name, f"lakehouse://{name.replace('.', '/')}") for name in written)


def test_every_step_lies_between_the_start_and_the_end_of_spark(tasks: dict[str, Any]) -> None:
    assert tasks["start_spark"]["is_setup"]
    assert tasks["stop_spark"]["is_teardown"]
    for name in set(tasks) - {"start_spark", "stop_spark"}:
        assert "start_spark" in tasks[name]["all_upstream"]
        assert name in tasks["stop_spark"]["all_upstream"]


def test_a_table_is_refreshed_even_where_what_it_reads_failed(tasks: dict[str, Any]) -> None:
    assert {tasks[name]["trigger_rule"] for name in BUILT} == {"all_done"}


def test_the_report_alone_decides_how_a_run_ended(tasks: dict[str, Any]) -> None:
    last = [name for name, task in tasks.items() if set(task["downstream"]) == {"stop_spark"}]
    assert last == ["report"]


def test_a_run_is_of_a_day_and_none_runs_beside_another(dag: dict[str, Any]) -> None:
    assert dag["timetable"] == "CronDataIntervalTimetable"
    assert (dag["catchup"], dag["max_active_runs"]) == (False, 1)


def test_whoever_triggers_a_run_may_say_as_of_when_and_from_where(dag: dict[str, Any]) -> None:
    assert dag["params"]["as_of"]["format"] == "date"
    assert set(dag["params"]) == {"as_of", "landing"}
