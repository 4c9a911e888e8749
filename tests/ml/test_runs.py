"""What a run keeps for reviewers, and what it may never keep."""

from __future__ import annotations

import io
import json
import re
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest
from pyspark.sql import SparkSession

from lakehouse.errors import NotPublished, PersonalDataFound, PolicyBroken
from lakehouse.publication import Publication
from lakehouse.session import Sessions
from lakehouse.settings import Settings
from lakehouse.silver.countries import Countries
from lakehouse.store import Store
from ml.evaluated import Evaluated
from ml.origin import code_version, data_versions
from ml.packaging import Graph
from ml.personal import check_text
from ml.runs import log_run
from ml.tracking import Tracking
from tests.ml.conftest import AT, CARD, ORIGIN, artifacts, folder

CANARY = "X7654321"
KEY = "0123456789abcdef0123456789abcdef"

Evaluate = Callable[..., Evaluated]
Make = Callable[..., Graph]


def test_a_run_keeps_pictures_tables_and_where_it_comes_from(
    tracking: Tracking, evaluated: Evaluate, graph: Make
) -> None:
    logged = log_run(tracking, "traveller_risk", evaluated(), graph(), CARD, ORIGIN, "trainer")

    run = tracking.client.get_run(logged.run_id)
    assert run.info.status == "FINISHED"
    assert run.data.params["data.silver.stays"] == "version 7"
    assert run.data.params["seed"] == "7"
    assert run.data.tags["mlflow.source.git.commit"] == "0" * 40
    assert run.data.tags["measured_on"] == "simulated data"
    assert run.data.metrics["pr_auc_low"] == 0.35
    assert run.inputs is not None
    assert {one.dataset.name for one in run.inputs.dataset_inputs} == {"silver.stays", "silver.journeys"}
    home = next(p for p in artifacts(tracking, logged.run_id) if p.name == "card.html").parent
    kept = {str(p.relative_to(home)) for p in artifacts(tracking, logged.run_id)}
    for name in (
        *("calibration/calibration", "shap/contributions", "drift/drift", "curves/precision_and_recall"),
        *("fairness/nationality", "fairness/sex", "fairness/age"),
    ):
        assert {f"{name}.png", f"{name}.html", f"{name}.json"} <= kept
    assert (home / "drift" / "drift.png").read_bytes().startswith(b"\x89PNG")
    assert json.loads((home / "drift" / "drift.json").read_text())[0]["feature"] == "b"
    card = (home / "card.html").read_text()
    assert not [said for said in ("Synthetic", "silver.stays", "It uses none.") if said not in card]
    requirements = (home / "model" / "requirements.txt").read_text().split()
    assert [one.split("==")[0] for one in requirements] == ["mlflow", "numpy", "onnxruntime", "pandas"]


def test_groups_of_fewer_than_ten_are_left_out_and_counted(
    tracking: Tracking, evaluated: Evaluate, graph: Make
) -> None:
    logged = log_run(tracking, "traveller_risk", evaluated(), graph(), CARD, ORIGIN)

    assert tracking.client.get_run(logged.run_id).data.metrics["thin_rows_left_out"] == 1
    assert not [p for p in artifacts(tracking, logged.run_id) if b"3_years" in p.read_bytes()]


@pytest.mark.parametrize(
    ("otherwise", "place"),
    [
        ({"tables": {"worst cases": pd.DataFrame({"case": [CANARY]})}}, "worst_cases"),
        ({"tables": {"cases": pd.DataFrame({"person_key": ["a"]})}}, "person_key"),
        ({"tables": {"cases": pd.DataFrame({"who": [KEY]})}}, "keyed hash"),
        ({"params": {"example": CANARY}}, "parameters"),
    ],
)
def test_what_tells_a_person_is_refused_before_anything_is_kept(
    tracking: Tracking, evaluated: Evaluate, graph: Make, otherwise: dict[str, object], place: str
) -> None:
    before = _files(tracking)
    with pytest.raises(PersonalDataFound, match=place) as fault:
        log_run(tracking, "unknown_behaviour", evaluated(**otherwise), graph(), CARD, ORIGIN)

    assert CANARY not in str(fault.value)
    assert KEY not in str(fault.value)
    assert _files(tracking) == before


@pytest.mark.parametrize("text", [CANARY, f"see {CANARY}.", KEY, "123456789", "P<TWNLIN<<MEI<HUA", "lin@example.org"])
def test_what_looks_like_a_person_is_found(text: str) -> None:
    with pytest.raises(PersonalDataFound, match="the note holds what looks like"):
        check_text(text, "the note")


@pytest.mark.parametrize("text", ["0.052631579", "-1.123456789", "CI100-NRT-TPE-20251201", "2025-12-01", "0" * 40])
def test_figures_legs_days_and_commits_are_no_persons(text: str) -> None:
    check_text(text, "the note")


def _table_of(column: str, value: str) -> bytes:
    written = io.BytesIO()
    pd.DataFrame({column: [value]}).to_parquet(written)
    return written.getvalue()


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("codes.json", f'{{"a": "{CANARY}"}}'.encode()),
        ("encodings.parquet", _table_of("group", CANARY)),
        ("encodings.parquet", _table_of("person_key", "x")),
        ("weights.bin", bytes([0xFF, 0xFE, 0x00])),
    ],
)
def test_a_file_beside_the_graph_is_looked_through_as_all_else_is(
    tracking: Tracking, evaluated: Evaluate, graph: Make, name: str, content: bytes
) -> None:
    before = _files(tracking)
    with pytest.raises(PersonalDataFound, match=name) as fault:
        log_run(tracking, "unknown_behaviour", evaluated(), replace(graph(), beside={name: content}), CARD, ORIGIN)

    assert CANARY not in str(fault.value)
    assert _files(tracking) == before


def test_no_file_of_the_store_holds_a_passport_number_that_a_model_was_trained_on(
    tracking: Tracking, evaluated: Evaluate, graph: Make
) -> None:
    """Rows reach measures and pictures; of the rows themselves nothing is kept, in files or database."""
    rows = pd.DataFrame({"a": [1.0] * 20, "b": [2.0] * 20, "document_number": [CANARY] * 20})
    shares = rows.groupby("a", as_index=False).agg(rows=("b", "size"))
    log_run(tracking, "traveller_risk", evaluated(tables={"shares": shares}), graph(), CARD, ORIGIN)

    assert not [path for path in _files(tracking) if CANARY.encode() in path.read_bytes()]


def test_a_feature_made_from_what_the_policy_does_not_allow_is_refused(
    tracking: Tracking, evaluated: Evaluate, graph: Make
) -> None:
    features = {"a": ("nationality", "crossed_on"), "b": ("sex",)}
    with pytest.raises(PolicyBroken, match=r"a \(nationality\), b \(sex\).*no protected attribute"):
        log_run(tracking, "traveller_risk", evaluated(features=features), graph(), CARD, ORIGIN)


def test_a_model_without_a_stated_policy_is_refused(tracking: Tracking, evaluated: Evaluate, graph: Make) -> None:
    with pytest.raises(PolicyBroken, match="No policy is stated for guessing"):
        log_run(tracking, "guessing", evaluated(), graph(), CARD, ORIGIN)


def test_the_same_evaluation_gives_the_same_tables_card_and_evidence(
    tracking: Tracking, evaluated: Evaluate, graph: Make
) -> None:
    once, again = (log_run(tracking, "exit_flight_risk", evaluated(), graph(), CARD, ORIGIN) for _ in range(2))

    def told(run_id: str) -> dict[str, bytes]:
        kept = artifacts(tracking, run_id)
        home = next(p for p in kept if p.name == "card.html").parent
        # MLflow's own file carries the time and the run.
        return {str(p.relative_to(home)): p.read_bytes() for p in kept if p.name != "MLmodel"}

    assert told(once.run_id) == told(again.run_id)


def test_versions_are_those_of_the_publications_that_readers_see(tmp_path: Path) -> None:
    """Upkeep after a publication makes a version of the table, and no version of its data."""
    settings = Settings(tmp_path / "landing", tmp_path / "warehouse", tmp_path / "person.key")
    store = Store(Sessions(_no_session), settings, "trainer", AT)
    with pytest.raises(NotPublished, match=r"silver\.countries is not published yet"):
        data_versions(store, [Countries])

    log = Path(store.location(Countries), "_delta_log")
    log.mkdir(parents=True)
    said = Publication("run-1", {}, {}, "0123456789ab", {"staged": 1}).to_json()
    for number, commit in enumerate([{"operation": "WRITE", "userMetadata": said}, {"operation": "OPTIMIZE"}], start=3):
        (log / f"{number:020}.json").write_text(json.dumps({"commitInfo": {"timestamp": 0, **commit}}))

    assert data_versions(store, [Countries]) == {"silver.countries": 3}
    assert re.fullmatch("[0-9a-f]{12}", code_version()[2])


def _no_session() -> SparkSession:
    raise AssertionError("versions are read from the log alone")


def test_a_server_is_used_where_the_environment_names_one(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("MLFLOW_TRACKING_URI", "http://tracking.example:5000")
    assert Tracking.of(Settings.from_environment()) == Tracking("http://tracking.example:5000", None)

    monkeypatch.delenv("MLFLOW_TRACKING_URI")
    monkeypatch.setenv("LAKEHOUSE_MLFLOW", str(tmp_path / "runs"))
    embedded = Tracking.of(Settings.from_environment())
    assert embedded.uri.startswith(f"sqlite:///{tmp_path}/runs/mlflow.db")
    assert folder(embedded) == tmp_path / "runs"
    assert embedded.how_to_look == f"mlflow ui --host 127.0.0.1 --backend-store-uri '{embedded.uri}'"


def test_nothing_is_told_to_the_makers_of_mlflow() -> None:
    asked = (
        "from lakehouse.settings import Settings\n"
        "import mlflow\n"
        "from mlflow.telemetry import get_telemetry_client\n"
        "print(get_telemetry_client())"
    )
    said = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True, timeout=120)
    assert said.stdout.split()[-1] == "None"


def _files(tracking: Tracking) -> set[Path]:
    return {path for path in folder(tracking).rglob("*") if path.is_file() and not path.name.startswith("mlflow.db-")}
