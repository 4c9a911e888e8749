"""Runs the DAG twice in one process: on a landing, and on the same again with a torn file beside."""

import json
import os
import sys
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from airflow.dag_processing.dagbag import DagBag

from jobs import connect_server
from tests.lake import AS_OF, AT

LANDING, WAREHOUSE = Path(os.environ["LAKEHOUSE_LANDING"]), Path(os.environ["LAKEHOUSE_WAREHOUSE"])


def play(dag: Any, at: datetime) -> dict[str, Any]:
    run = dag.test(run_after=at, run_conf={"as_of": AS_OF.isoformat()})
    return {
        "state": str(run.state),
        "tasks": {ti.task_id: str(ti.state) for ti in run.get_task_instances()},
        "commits": {
            f"{log.parent.parent.name}.{log.parent.name}": len([*log.glob("*.json")])
            for log in WAREHOUSE.glob("*/*/_delta_log")
        },
        "server": connect_server.running(WAREHOUSE) is not None,
    }


def plays(dag: Any) -> Iterator[dict[str, Any]]:
    yield play(dag, AT)
    (LANDING / "un_consolidated" / "torn.xml").write_text("<CONSOLIDATED_LIST")
    yield play(dag, AT + timedelta(days=1))


if __name__ == "__main__":
    folder, out = sys.argv[1:]
    Path(out).write_text(json.dumps([*plays(DagBag(folder).dags["border_lakehouse"])]))
