"""DAG files are parsed every half minute by a process that has other things to do."""

from __future__ import annotations

from typing import Any

import pytest

from tests.dags.conftest import DAGS

FILES = sorted(path.name for path in DAGS.glob("*.py"))
HEAVY = {"pyspark", "great_expectations", "lakehouse", "jobs", "pandas"}


@pytest.mark.parametrize("file", FILES)
def test_a_dag_file_is_parsed_without_error(file: str, parsed: dict[str, Any]) -> None:
    assert parsed[file]["errors"] == {}
    assert parsed[file]["dags"]


@pytest.mark.parametrize("file", FILES)
def test_a_dag_file_takes_under_a_second_beyond_airflow_itself(file: str, parsed: dict[str, Any]) -> None:
    assert parsed[file]["seconds"] < 1


@pytest.mark.parametrize("file", FILES)
def test_parsing_a_dag_file_imports_neither_spark_nor_the_declarations(file: str, parsed: dict[str, Any]) -> None:
    assert not HEAVY & set(parsed[file]["modules"])
