"""From the published stays to models that reviewers can judge."""

from __future__ import annotations

import os
from dataclasses import dataclass, replace

import polars as pl

from lakehouse.silver.stays import Stays
from lakehouse.store import Store
from ml.evaluated import Evaluated
from ml.gate import Evidence, complaints
from ml.origin import Origin, origin
from ml.overstay_arrivals.card import CARD
from ml.overstay_arrivals.cohort import outcomes
from ml.overstay_arrivals.dataset import Split
from ml.overstay_arrivals.evaluate import BASELINE, Judged, evaluated, judge, judged_rows
from ml.overstay_arrivals.features import arrival_features
from ml.overstay_arrivals.score import Service
from ml.overstay_arrivals.settings import FULL, SMALL, Settings
from ml.overstay_arrivals.train import BOOSTING, UNPROTECTED, Scores, train
from ml.policy import policy_of
from ml.registry import Registry
from ml.runs import log_run
from ml.serving import load
from ml.tracking import Tracking
from ml.training import Candidate, training_of

MODEL = "overstay_risk"


@dataclass(frozen=True)
class Rows:
    """Features and outcomes of all stays, and where they come from."""

    stays: pl.DataFrame
    origin: Origin


def read(store: Store) -> Rows:
    """All that training needs of the warehouse, in one version of ``silver.stays``. Raises ``NotPublished``."""
    found = origin(store, training_of(MODEL).reads)
    stays = store.read(Stays, found.data[Stays.full_name()])
    features, came = (pl.DataFrame(frame.toArrow()) for frame in (arrival_features(stays), outcomes(stays)))
    return Rows(features.join(came, on="admission_id", maintain_order="left"), found)


def settings_of(*, small: bool, seeds: tuple[int, ...] = ()) -> Settings:
    """The size that is asked for, on all the cores that this process may use."""
    size = SMALL if small else FULL
    boosting = replace(size.boosting, threads=len(os.sched_getaffinity(0)))
    return replace(size, boosting=boosting, seeds=seeds or size.seeds)


def made(
    rows: Rows, tracking: Tracking, settings: Settings, trained_by: str = "", split: Split | None = None
) -> list[Candidate]:
    """Train, evaluate and log boosted trees with and without protected attributes; the last one is put up.

    With them it is put up only if it gains by them beyond noise and nothing stands against it at the gate.
    """
    days = split or Split()
    trained = train(rows.stays, days, settings)
    name, scores = champion_scores(tracking, judged_rows(rows.stays, days))
    return logged(judge(trained, rows.stays, days, settings, (name, scores) if scores is not None else None),
                  name, rows.origin, tracking, trained_by)  # fmt: skip


def logged(judged: Judged, against: str, made_from: Origin, tracking: Tracking, trained_by: str) -> list[Candidate]:
    """Each candidate as a run and a version, the one that is put up last."""
    found = {model: evaluated(judged, model, against) for model in (BOOSTING, UNPROTECTED)}
    champion = Registry(tracking).champion(MODEL)
    order = (UNPROTECTED, BOOSTING) if _may_use_protected(found[BOOSTING], champion) else (BOOSTING, UNPROTECTED)
    kept = []
    for model in order:
        run = log_run(tracking, MODEL, found[model], judged.trained.graph(model), CARD, made_from, trained_by)
        kept.append(Candidate(model, found[model], run))
    return kept


def champion_scores(tracking: Tracking, rows: pl.DataFrame) -> tuple[str, Scores | None]:
    """What challengers are compared with: the champion's name and its scores of ``rows``, or the baseline's name."""
    number = Registry(tracking).champion(MODEL)
    if number is None:
        return BASELINE, None
    return f"version {number}", Service.of(load(tracking, MODEL, str(number)).graph).probabilities(rows)


def _may_use_protected(found: Evaluated, champion: int | None) -> bool:
    without = found.without_protected
    gains = without is not None and without.difference.low > 0
    return gains and not complaints(Evidence.of(MODEL, champion, found), policy_of(MODEL), champion)
