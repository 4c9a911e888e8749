"""One evaluated model becomes one run that reviewers can look through, and a challenger in the registry."""

from __future__ import annotations

import getpass
import json
import math
from collections.abc import Mapping
from dataclasses import dataclass, replace

import pandas as pd
from matplotlib.figure import Figure

from lakehouse.privacy import THIN_BELOW
from ml import pictures
from ml.card import Card, page
from ml.evaluated import Evaluated
from ml.gate import Evidence
from ml.origin import Origin
from ml.packaging import Graph, saved
from ml.personal import check_figure, check_file, check_table, check_text, without_thin_rows
from ml.policy import check_features, policy_of
from ml.registry import EVIDENCE_FILE, Registry
from ml.tracking import Tracking

#: Longest digest that MLflow keeps of a dataset.
_DIGEST = 36


@dataclass(frozen=True)
class Logged:
    """A run, and the version of the model that it registered."""

    run_id: str
    version: int


def log_run(
    tracking: Tracking,
    model: str,
    found: Evaluated,
    graph: Graph,
    card: Card,
    origin: Origin,
    trained_by: str = "",
) -> Logged:
    """Keep all that is known of a model, and make it challenger.

    Nothing is written before all of it was looked through. Raises
    ``PolicyBroken`` and ``PersonalDataFound``.
    """
    policy, registry = policy_of(model), Registry(tracking)
    check_features(policy, found.features)
    found, thin_groups = _without_thin_groups(found)
    tables, thin_rows = all_tables(found)
    figures = dict(pictures.all_pictures(found, policy))
    evidence = Evidence.of(model, registry.champion(model), found)
    told = page(card, policy, origin, found, evidence)
    _check(found, tables, figures, {"the card": told, "the evidence": evidence.to_json()})
    for name, content in graph.beside.items():
        check_file(name, content)
    author = trained_by or getpass.getuser()
    client = tracking.client
    run_id = client.create_run(tracking.experiment(model), tags=_tags(origin, found, author)).info.run_id
    try:
        _values(tracking, run_id, found, origin, thin_groups + thin_rows)
        for name, table in tables.items():
            client.log_text(run_id, table.to_html(index=False, border=0, float_format="{:.4f}".format), f"{name}.html")
            client.log_text(run_id, table.to_json(orient="records", indent=1), f"{name}.json")
        for name, figure in figures.items():
            client.log_figure(run_id, figure, f"{name}.png")
        client.log_text(run_id, told, "card.html")
        client.log_text(run_id, evidence.to_json(), EVIDENCE_FILE)
        with saved(graph) as folder:
            client.log_artifacts(run_id, str(folder), "model")
        version = registry.register(model, run_id, evidence, {"trained_by": author, "graph_sha256": graph.digest()})
    except BaseException:
        client.set_terminated(run_id, "FAILED")
        raise
    client.set_terminated(run_id)
    return Logged(run_id, version)


def _without_thin_groups(found: Evaluated) -> tuple[Evaluated, int]:
    kept = {name: [one for one in many if one.negatives >= THIN_BELOW] for name, many in found.groups.items()}
    return replace(found, groups=kept), sum(map(len, found.groups.values())) - sum(map(len, kept.values()))


def all_tables(found: Evaluated) -> tuple[dict[str, pd.DataFrame], int]:
    """Tables by the name of their file, and how many rows were too thin to be shown."""
    named = {
        "calibration/calibration": pd.DataFrame(
            [(b.rows, b.mean_probability, b.observed) for b in found.calibration],
            columns=["rows", "mean_probability", "observed"],
        ),
        "shap/contributions": _by_size(found.contributions, "mean_absolute_shap"),
        "drift/drift": _by_size(found.drift, "population_stability_index"),
        **{f"curves/{pictures.file_name(c.title)}": _points(c.lines) for c in found.curves},
        **{f"fairness/{name}": _groups(found, name) for name in found.groups},
        **{f"tables/{pictures.file_name(name)}": table for name, table in found.tables.items()},
    }
    shown = {name: without_thin_rows(table) for name, table in named.items()}
    return {name: kept for name, (kept, _) in shown.items()}, sum(left_out for _, left_out in shown.values())


def _check(
    found: Evaluated, tables: Mapping[str, pd.DataFrame], figures: Mapping[str, Figure], texts: Mapping[str, str]
) -> None:
    for name, table in tables.items():
        check_table(table, f"the table {name}")
    for name, figure in figures.items():
        check_figure(figure, f"the picture {name}")
    for name, text in texts.items():
        check_text(text, name)
    for name, value in found.params.items():
        check_text(f"{name} {value if isinstance(value, str) else ''}", "the parameters")


def _tags(origin: Origin, found: Evaluated, author: str) -> dict[str, str]:
    return {
        "mlflow.user": author,
        "mlflow.source.git.commit": origin.commit,
        "code.fingerprint": origin.fingerprint,
        "code.is_changed_since_commit": str(origin.is_changed).lower(),
        "measured_on": "simulated data" if found.is_simulated else "real data",
    }


def _values(tracking: Tracking, run_id: str, found: Evaluated, origin: Origin, thin: int) -> None:
    from mlflow.entities import Dataset, DatasetInput, Metric, Param

    ends = {f"{n}_{end}": getattr(i, end) for n, i in found.intervals.items() for end in ("low", "high")}
    metrics = {
        **found.metrics,
        **ends,
        "expected_calibration_error": found.calibration_error,
        "thin_rows_left_out": float(thin),
    }
    params = {**found.params, **{f"data.{name}": f"version {number}" for name, number in origin.data.items()}}
    started = tracking.client.get_run(run_id).info.start_time
    tracking.client.log_batch(
        run_id,
        [Metric(name, float(value), started, 0) for name, value in metrics.items() if math.isfinite(value)],
        [Param(name, str(value)) for name, value in params.items()],
    )
    read = [
        Dataset(name, f"version {number}"[:_DIGEST], "delta", json.dumps({"table": name, "version": number}))
        for name, number in origin.data.items()
    ]
    tracking.client.log_inputs(run_id, [DatasetInput(one, []) for one in read])


def _points(lines: Mapping[str, object]) -> pd.DataFrame:
    return pd.DataFrame(
        [(name, x, y) for name, points in lines.items() for x, y in points],  # type: ignore[attr-defined]
        columns=["line", "x", "y"],
    )


def _by_size(values: Mapping[str, float], measure: str) -> pd.DataFrame:
    ordered = sorted(values.items(), key=lambda item: (-item[1], item[0]))
    return pd.DataFrame(ordered, columns=["feature", measure])


def _groups(found: Evaluated, attribute: str) -> pd.DataFrame:
    columns = ["group", "negatives", "positives", "false_alerts", "false_positive_rate", "relative", "low", "high"]
    rows = [
        (g.group, g.negatives, g.positives, g.false_alerts, g.false_positive_rate,
         g.relative.estimate, g.relative.low, g.relative.high)
        for g in found.groups[attribute]
    ]  # fmt: skip
    return pd.DataFrame(rows, columns=columns)
