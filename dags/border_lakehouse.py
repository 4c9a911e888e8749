"""All tables as one DAG: a task per source and per built table, with edges from lineage.

Structure comes from the manifest that ``lakehouse generate`` writes, so that
parsing imports neither Spark nor the declarations; tasks import them when they
run. They call the same jobs as the command line, on one Spark that lives as
long as the run (docs/decisions/0004-one-session-for-a-dag-run.md).
"""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from airflow.providers.standard.operators.python import PythonOperator
from airflow.sdk import DAG, Asset, CronDataIntervalTimetable, Param, TaskGroup, TriggerRule
from airflow.sdk.exceptions import AirflowException, AirflowFailException, AirflowSkipException

if TYPE_CHECKING:
    from lakehouse.settings import Settings

MANIFEST = json.loads(Path(__file__).with_name("manifest.json").read_text(encoding="utf-8"))
SOURCES, MODELS, TABLES = MANIFEST["sources"], MANIFEST["models"], MANIFEST["tables"]
BUILT = {name: table for name, table in TABLES.items() if table["is_built"]}

#: Steps that share the session at a time: small tables leave most cores idle.
AT_ONCE = 4

DOC = """
From landed files to gold tables, once a day and whenever it is triggered. Each table is declared in one
module of `lakehouse/`; this graph, like the data dictionary, is compiled from the declarations.

| a step is | when |
| --- | --- |
| green | readers see a new version; its asset tells those who wait for it |
| skipped | nothing new came, or no files at all; readers keep the version they have |
| red | files were refused (the good ones are published), an audit failed, or an input was never published |

What a red step feeds is refreshed all the same, from the last good version. `report` lists every step,
and is red where one was: so is the run.
"""


def start_spark(params: dict[str, Any]) -> dict[str, Any]:
    """Start the session that all steps share."""
    from jobs import connect_server
    from lakehouse.session import is_small

    settings = _settings(params)
    if not settings.landing.is_dir():
        raise AirflowFailException(
            f"There is no landing folder {settings.landing}. Mount it, set LAKEHOUSE_LANDING or give it as a parameter."
        )
    server = connect_server.start(settings, small=is_small(settings.landing))
    return {"pid": server.pid, "address": server.address}


def take_step(what: str, name: str, params: dict[str, Any], ti: Any, dag_run: Any) -> None:
    """Ingest a source, train a model or refresh a table, and show by the task's state what came of it."""
    from datetime import date

    from jobs import connect_server, task

    settings = _settings(params)
    server = connect_server.running(settings.warehouse)
    if server is None:
        raise AirflowFailException("The Spark server of this run is gone. Clear start_spark to run all steps anew.")
    as_of = date.fromisoformat(params["as_of"]) if params["as_of"] else None
    # The end of the run's data interval; of a manual run, the moment somebody triggered it.
    at = dag_run.run_after.astimezone(UTC).replace(microsecond=0)
    step = task.take(what, name, settings, at=at, as_of=as_of, remote=server.url)
    ti.xcom_push("step", task.told(step))
    said = f"{step.outcome}. {' '.join(step.messages)}"
    match step.outcome:
        case "unchanged" | "skipped":
            raise AirflowSkipException(said)
        case "refused" | "waiting":
            raise AirflowFailException(said)
        case "failed":
            raise AirflowException(said)


def report(steps: list[str], ti: Any) -> None:
    """List what became of every step; fails where one was refused, failed or has not run."""
    told = {name: ti.xcom_pull(task_ids=name, key="step") for name in steps}
    for name, said in told.items():
        print(_line(name, said), *(f"    {message}" for message in (said or {}).get("messages", [])), sep="\n")
    bad = [name for name, said in told.items() if not said or said["outcome"] in ("refused", "failed", "waiting")]
    if bad:
        raise AirflowFailException(f"{len(bad)} of {len(told)} steps: {', '.join(bad)}. Their logs say what to do.")


def _line(name: str, said: dict[str, Any] | None) -> str:
    if said is None:
        return f"{name:<45} did not end"
    return f"{name:<45} {said['outcome']:<10} {said['rows_published']:>12,} rows {said['seconds']:>8,} s"


def stop_spark(params: dict[str, Any], ti: Any) -> None:
    """End the session of this run, and no other."""
    from jobs import connect_server

    connect_server.stop(_settings(params).warehouse, ti.xcom_pull(task_ids="start_spark")["pid"])


def _settings(params: dict[str, Any]) -> Settings:
    from lakehouse.settings import Settings

    return Settings.from_environment(Path(params["landing"]) if params["landing"] else None)


def _asset(name: str) -> Asset:
    layer, table = name.split(".")
    return Asset(name=name, uri=f"lakehouse://{layer}/{table}", group=layer)


def _ingest(name: str, source: dict[str, Any]) -> PythonOperator:
    tables = [(table, TABLES[table]) for table in source["tables"]]
    return PythonOperator(
        task_id=name,
        python_callable=take_step,
        op_args=["ingest", name],
        owner=", ".join(sorted({table["owner"] for _, table in tables})),
        outlets=[_asset(table) for table, _ in tables],
        doc_md=f"Published by {source['publisher']}.\n\n" + "\n\n".join(_doc(*table) for table in tables),
    )


def _refresh(name: str, table: dict[str, Any]) -> PythonOperator:
    return PythonOperator(
        task_id=name.split(".")[1],
        python_callable=take_step,
        op_args=["refresh", name],
        owner=table["owner"],
        outlets=[_asset(name)],
        trigger_rule=TriggerRule.ALL_DONE,
        doc_md=_doc(name, table),
    )


def _train(name: str, model: dict[str, Any]) -> PythonOperator:
    scored = ", ".join(f"`{table}`" for table in model["scores"])
    return PythonOperator(
        task_id=name,
        python_callable=take_step,
        op_args=["train", f"model.{name}"],
        owner=model["owner"],
        trigger_rule=TriggerRule.ALL_DONE,
        doc_md=(
            f"### {name}\nTrains a first small version where none is registered, and makes it challenger. "
            f"{model['purpose']}\n\n| | |\n| --- | --- |\n| scores | {scored} |\n"
            f"| legal basis | {model['legal_basis']} |"
        ),
    )


def _doc(name: str, table: dict[str, Any]) -> str:
    hours = table["fresh_within_minutes"] / 60
    facts = {
        "grain": table["grain"],
        "key": ", ".join(f"`{column}`" for column in table["key"]),
        "fresh within": f"{hours / 24:g} days" if hours >= 48 else f"{hours:g} hours",
        "authority": table["authority"],
        "owner": table["owner"],
    }
    rows = "\n".join(f"| {fact} | {value} |" for fact, value in facts.items())
    return f"### {name}\n{table['meaning']}\n\n| | |\n| --- | --- |\n{rows}"


with DAG(
    "border_lakehouse",
    description="From landed files of border systems to audited gold tables",
    doc_md=DOC,
    schedule=CronDataIntervalTimetable("0 0 * * *", timezone="UTC"),
    start_date=datetime(2026, 1, 1, tzinfo=UTC),
    catchup=False,
    max_active_runs=1,
    max_active_tasks=AT_ONCE,
    tags=["lakehouse"],
    params={
        "as_of": Param(
            None,
            type=["null", "string"],
            format="date",
            title="As of",
            description="Day as of which stays are judged; empty: the last that crossings tell of.",
        ),
        "landing": Param(
            None,
            type=["null", "string"],
            title="Landing folder",
            description="Has a folder for each source; empty: what LAKEHOUSE_LANDING names.",
        ),
    },
    default_args={
        "owner": "platform-operations",
        "retries": 1,
        "retry_delay": timedelta(minutes=1),
        "execution_timeout": timedelta(hours=2),
    },
) as dag:
    start = PythonOperator(task_id="start_spark", python_callable=start_spark).as_setup()  # type: ignore[no-untyped-call]
    groups = {layer: TaskGroup(layer) for layer in ("bronze", "silver", "model", "gold")}
    steps = {}
    for name, source in SOURCES.items():
        with groups["bronze"]:
            steps[name] = _ingest(name, source)
    for name, table in BUILT.items():
        with groups[name.split(".")[0]]:
            steps[name] = _refresh(name, table)
    for name, model in MODELS.items():
        with groups["model"]:
            steps[f"model.{name}"] = _train(name, model)
    for name, table in BUILT.items():
        read = [*table["reads_sources"], *(read for read in table["reads"] if read in BUILT)]
        for before in dict.fromkeys([*read, *table["tells_of"], *(f"model.{model}" for model in table["scored_by"])]):
            steps[before] >> steps[name]
    for name, model in MODELS.items():
        for before in model["reads"]:
            steps[before] >> steps[f"model.{name}"]
    told = PythonOperator(
        task_id="report",
        python_callable=report,
        op_args=[[step.task_id for step in steps.values()]],
        trigger_rule=TriggerRule.ALL_DONE,
        retries=0,
    )
    start >> [step for step in steps.values() if not step.upstream_list]
    [step for step in steps.values() if not step.downstream_list] >> told
    told >> PythonOperator(task_id="stop_spark", python_callable=stop_spark).as_teardown(setups=start)
