"""``lakehouse model``: what a reviewer sees and does."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from lakehouse.cli import app
from ml.evaluated import Comparison, Evaluated
from ml.measures import Interval
from ml.packaging import Graph
from ml.policy import POLICIES, policy_of
from ml.runs import log_run
from ml.tracking import Tracking
from tests.ml.conftest import CARD, ORIGIN, folder

#: A model that no other test registers.
MODEL = "flow_of_tests"
BY = ("--by", "Lin Mei-hua", "--because", "better, and calibrated")


@pytest.fixture
def ask(tracking: Tracking, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Result]:
    """Calls the command over the tests' store."""
    monkeypatch.delenv("MLFLOW_TRACKING_URI", raising=False)
    monkeypatch.setenv("LAKEHOUSE_MLFLOW", str(folder(tracking)))
    return lambda *words: CliRunner(env={"COLUMNS": "200"}).invoke(app, ["model", *words])


def test_a_reviewer_looks_approves_promotes_and_takes_back(
    ask: Callable[..., Result],
    tracking: Tracking,
    evaluated: Callable[..., Evaluated],
    graph: Callable[..., Graph],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(POLICIES, MODEL, replace(policy_of("passenger_flow"), model=MODEL))

    def train(**otherwise: object) -> int:
        found = evaluated(**{"drift": {}, "contributions": {}, "curves": (), "calibration": ()} | otherwise)
        return log_run(tracking, MODEL, found, graph(), CARD, ORIGIN, "trainer").version

    first = train()
    assert ask("promote", MODEL).exit_code == 1
    assert "no reviewer has approved it" in ask("promote", MODEL).output
    shown = ask("show", MODEL).output
    assert "Nothing stands against it." in shown
    assert "simulated data" in shown
    assert ask("approve", MODEL, *BY).exit_code == 0
    assert f"version {first} is champion, the first" in ask("promote", MODEL).output

    second = train(comparison=Comparison("pr_auc", f"version {first}", Interval(0.02, 0.01, 0.03)))
    ask("approve", MODEL, *BY)
    assert f"version {second} is champion, in the place of version {first}" in ask("promote", MODEL).output
    assert f"version {first} is champion again" in ask("roll-back", MODEL, *BY).output

    third = train(comparison=Comparison("pr_auc", f"version {first}", Interval(0.0, -0.01, 0.01)))
    assert "against it: it is not better than version" in ask("show", MODEL).output
    refused = ask("approve", MODEL, *BY)
    assert (refused.exit_code, "is not better than" in refused.output) == (1, True)
    (line,) = [line for line in ask("list").output.splitlines() if line.startswith(MODEL)]
    assert line.split()[:4] == [MODEL, str(first), str(third), "3"]


def test_an_unknown_model_and_an_empty_store_are_said_plainly(
    ask: Callable[..., Result], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "No policy is stated for nothing" in ask("show", "nothing").output
    unknown = ask("roll-back", "nothing", *BY)
    assert unknown.exit_code == 1
    assert "There is no model nothing" in unknown.output
    assert ask("approve", "overstay_risk").exit_code == 2
