"""Parses a folder of DAG files as Airflow does, in a process of its own, and writes down what came of it."""

import json
import sys
import time
from pathlib import Path
from typing import Any

from airflow.dag_processing.dagbag import DagBag


def told(dag: Any) -> dict[str, Any]:
    return {
        "params": {name: dag.params.get_param(name).schema for name in dag.params},
        "catchup": dag.catchup,
        "max_active_runs": dag.max_active_runs,
        "timetable": dag.timetable.__class__.__name__,
        "tasks": {
            task.task_id: {
                "owner": task.owner,
                "doc": task.doc_md,
                "upstream": sorted(task.upstream_task_ids),
                "downstream": sorted(task.downstream_task_ids),
                "all_upstream": sorted(task.get_flat_relative_ids(upstream=True)),
                "outlets": {asset.name: asset.uri for asset in task.outlets},
                "trigger_rule": task.trigger_rule.value,
                "is_setup": task.is_setup,
                "is_teardown": task.is_teardown,
            }
            for task in dag.tasks
        },
    }


def parse(path: Path) -> dict[str, Any]:
    DagBag(path)  # Now what it takes from Airflow is imported, and the second time is its own.
    begun = time.process_time()
    bag = DagBag(path)
    return {
        "seconds": time.process_time() - begun,
        "errors": bag.import_errors,
        "modules": sorted({name.split(".")[0] for name in sys.modules}),
        "dags": {name: told(dag) for name, dag in bag.dags.items()},
    }


if __name__ == "__main__":
    folder, out = map(Path, sys.argv[1:])
    out.write_text(json.dumps({path.name: parse(path) for path in sorted(folder.glob("*.py"))}, default=str))
