"""A run trains a first version where there is none, once, and again only where more is known."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest

import ml.first
from jobs.steps import Bench, Step, train_model
from lakehouse.errors import NotPublished, NotTrained, TooLittleKnown
from lakehouse.gold.model_fairness_audit import ModelFairnessAudit
from lakehouse.gold.traveller_risk_score import TravellerRiskScore
from lakehouse.refresh import Arguments
from lakehouse.registry import models, needs_model
from lakehouse.settings import Settings
from lakehouse.silver.inspections import Inspections
from lakehouse.store import Store
from ml.evaluated import Evaluated
from ml.first import is_due, train_first
from ml.packaging import Graph
from ml.runs import log_run
from ml.serving import in_use, load
from ml.tracking import Tracking
from ml.training import JOBS, Candidate, training_of
from tests.ml.conftest import CARD, ORIGIN, folder

MODEL = "unknown_behaviour"


class AnyStep:
    """Equal to every step of an outcome that says as much."""

    def __init__(self, outcome: str, messages: tuple[str, ...]) -> None:
        self._said = outcome, messages

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Step) and (other.outcome, other.messages) == self._said

    __hash__ = None  # type: ignore[assignment]


class Tables:
    """A store in which every table has one version, or none."""

    def __init__(self, tracking: Tracking, home: Path) -> None:
        self.settings = Settings(home / "landing", home / "warehouse", home / "key", mlflow=folder(tracking))
        self.version: int | None = 1

    def last(self, table: object) -> object:
        return None if self.version is None else SimpleNamespace(version=self.version)


@pytest.fixture
def tables(tracking: Tracking, tmp_path: Path) -> Tables:
    return Tables(tracking, tmp_path)


@pytest.fixture
def trained(monkeypatch: pytest.MonkeyPatch, graph: Callable[..., Graph], evaluated: Callable[..., Evaluated]) -> Any:
    """A job that finds as much as ``enough`` says, and counts how often it was asked."""

    class Job:
        asked, enough, reads = 0, True, False

        def read(self, store: object) -> str:
            return "rows"

        def settings_of(self, *, small: bool, seeds: tuple[int, ...]) -> str:
            return "small" if small else "full"

        def made(self, rows: str, tracking: Tracking, settings: str, trained_by: str) -> list[Candidate]:
            self.asked += 1
            assert (rows, settings) == ("rows", "small")
            if not self.enough:
                raise TooLittleKnown("Nobody has been found yet.")
            found = evaluated()
            return [Candidate("net", found, log_run(tracking, MODEL, found, graph(), CARD, ORIGIN, trained_by))]

        CARD = CARD

    job = Job()
    monkeypatch.setitem(JOBS, MODEL, training_of("traveller_risk"))
    monkeypatch.setattr(ml.first, "job_of", lambda model: job)
    return job


def test_what_cannot_be_learned_is_tried_again_when_the_tables_have_changed_and_then_never_more(
    tables: Tables, trained: Any, tracking: Tracking
) -> None:
    trained.enough = False
    with pytest.raises(TooLittleKnown, match="Nobody has been found yet"):
        train_first(tables, MODEL)  # type: ignore[arg-type]
    assert not is_due(tables, MODEL)  # type: ignore[arg-type]
    with pytest.raises(TooLittleKnown, match="Nobody has been found yet"):
        train_first(tables, MODEL)  # type: ignore[arg-type]
    assert trained.asked == 1

    trained.enough, tables.version = True, 2
    assert is_due(tables, MODEL)  # type: ignore[arg-type]
    made = train_first(tables, MODEL)  # type: ignore[arg-type]
    assert made is not None
    assert (tables.settings.warehouse / "models" / f"{MODEL}.html").exists()
    assert not is_due(tables, MODEL)  # type: ignore[arg-type]
    tables.version = 3
    assert train_first(tables, MODEL) is None  # type: ignore[arg-type]
    assert trained.asked == 2

    version = in_use(tracking, MODEL)
    assert version.number == made.logged.version
    assert not load(tracking, MODEL, str(version.number)).is_champion
    assert version.tags["trained_by"] == ml.first.TRAINED_BY


def test_before_the_tables_are_published_nothing_is_trained(tables: Tables, trained: Any) -> None:
    tables.version = None
    with pytest.raises(NotPublished):
        is_due(tables, "traveller_risk")  # type: ignore[arg-type]
    assert trained.asked == 0


def test_a_step_says_what_was_trained_or_why_nothing_was(tables: Tables, trained: Any, tmp_path: Path) -> None:
    tables.settings = replace(tables.settings, mlflow=tmp_path / "mlflow")
    bench, name = cast(Bench, SimpleNamespace(store=tables)), f"model.{MODEL}"
    tables.version = None
    assert train_model(bench, name).outcome == "waiting"
    trained.enough, tables.version = False, 1
    assert [train_model(bench, name) for _ in range(2)] == [
        AnyStep(outcome="skipped", messages=("Nobody has been found yet.",)) for _ in range(2)
    ]
    trained.enough, tables.version = True, 2
    assert train_model(bench, name) == AnyStep(
        outcome="trained", messages=(f"version 1 is for reviewers to judge: `lakehouse model show {MODEL}`",)
    )
    assert train_model(bench, name) == AnyStep(outcome="unchanged", messages=())


def test_without_a_version_a_table_cannot_be_scored_and_says_what_to_do(tables: Tables, tmp_path: Path) -> None:
    tables.settings = replace(tables.settings, mlflow=tmp_path / "mlflow")
    arguments = Arguments(cast(Store, tables), None)
    with pytest.raises(NotTrained, match="`lakehouse train traveller_risk`"):
        arguments.names(TravellerRiskScore)
    assert needs_model(ModelFairnessAudit)
    assert not needs_model(Inspections)


def test_every_model_that_scores_a_table_has_a_training() -> None:
    assert set(models()) <= set(JOBS)
