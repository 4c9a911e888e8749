"""From the published stays to a model and its evaluation."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from lakehouse.silver.stays import Stays
from lakehouse.store import Store
from ml.overstay_arrivals.cohort import outcomes
from ml.overstay_arrivals.dataset import Split
from ml.overstay_arrivals.evaluate import Evaluated, evaluate
from ml.overstay_arrivals.features import arrival_features
from ml.overstay_arrivals.settings import Settings
from ml.overstay_arrivals.train import Trained, train


@dataclass(frozen=True)
class Made:
    """A model, how good it is, and the version of the table that it was made from."""

    trained: Trained
    evaluated: Evaluated
    versions: dict[str, int]


def make(store: Store, split: Split, settings: Settings) -> Made:
    """Train and evaluate on ``silver.stays`` as it is published. Raises ``NotPublished``."""
    stays, version = known_stays(store)
    trained = train(stays, split, settings)
    return Made(trained, evaluate(trained, stays, split, settings), {Stays.full_name(): version})


def known_stays(store: Store) -> tuple[pl.DataFrame, int]:
    """Features and outcomes of all stays, and the version of ``silver.stays`` that both are read at."""
    last = store.last(Stays)
    version = last.version if last else 0
    stays = store.read(Stays, version if last else None)
    features, came = (pl.DataFrame(frame.toArrow()) for frame in (arrival_features(stays), outcomes(stays)))
    return features.join(came, on="admission_id", maintain_order="left"), version
